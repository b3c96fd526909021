"""Branches and merchants with terms of their own, as members and cashiers meet them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.world import World
from vafa.core.db import fetch
from vafa.flows.entries import PurchaseEntry
from vafa.flows.previews import preview_purchase
from vafa.flows.purchases import record_purchases
from vafa.flows.reservations import reserve_for_bill
from vafa.program.reads.missed import missed_words
from vafa.program.rules.document import PointTerms, Program, Tier
from vafa.program.rules.place_terms import PlaceTerms
from vafa.program.rules.recipes import multiplier, per_amount, welcome
from vafa.program.rules.rule import Text

N = Text(fa="پایه", en="Base")
DOUBLE = Text(fa="دوبرابر", en="Double points")


def publish(world: World, *places: PlaceTerms, **parts: Any) -> None:
    """One point for every 10,000, which pays 1,000; at most half of a bill."""
    rules = (per_amount("base", N, 1, 10_000), multiplier("double", DOUBLE, 200))
    terms = PointTerms(worth=1_000, max_share=50)
    world.publish(Program(**{"rules": rules, "terms": terms, "places": places, **parts}))


def here(world: World, **terms: Any) -> PlaceTerms:
    """Terms of the main branch."""
    return PlaceTerms(kind="branch", number=world.branch.id, **terms)


def of_merchant(world: World, **terms: Any) -> PlaceTerms:
    """Terms of the merchant, to whom both branches belong."""
    return PlaceTerms(kind="merchant", number=world.branch.merchant_id, **terms)


def points(world: World, total: int, **fields: Any) -> int:
    bought = world.buy(total, **fields)
    assert bought.error is None, bought.error
    return int(bought.answer["points"])


def refusal(world: World, total: int, **fields: Any) -> str:
    entry = PurchaseEntry(
        world.owner, fields.pop("branch", "main"), total=total, member=world.ref, **fields
    )
    seen, done = preview_purchase(world.club, entry), record_purchases(world.club, [entry])[0]
    assert seen.error and done.error and seen.error.code == done.error.code
    return done.error.message("en")


def test_a_branch_takes_a_smaller_share(world: World) -> None:
    publish(world, here(world, points_share=20))
    points(world, 50_000_000)
    assert refusal(world, 1_000_000, pay_points=201) == (
        "At this branch up to 200 points may pay on this bill."
    )
    assert world.buy(1_000_000, pay_points=200).error is None
    assert world.buy(1_000_000, branch="second", pay_points=500).error is None
    assert "Up to 500 points" in refusal(world, 1_000_000, branch="second", pay_points=501)
    world.verify()


def test_a_branch_has_its_own_share_of_credit(world: World) -> None:
    back = per_amount("back", N, 1, 10).model_copy(update={"id": "back"})
    back = back.model_copy(update={"gives": back.gives.model_copy(update={"unit": "credit"})})
    publish(world, here(world, credit_share=10), rules=(back,))
    assert world.buy(10_000_000).answer["credit"] == 1_000_000
    assert refusal(world, 1_000_000, pay_credit=100_001) == (
        "At this branch up to 10% of a bill, here 10,000 toman, may be paid by credit."
    )
    assert world.buy(1_000_000, pay_credit=100_000).error is None
    assert world.buy(800_000, branch="second", pay_credit=800_000).error is None
    world.verify()


def test_a_branch_wants_a_minimum_basket(world: World) -> None:
    publish(world, here(world, least_basket=500_000))
    points(world, 50_000_000)
    assert refusal(world, 499_999, pay_points=1) == (
        "At this branch points and credit pay on bills of 50,000 toman or more."
    )
    assert world.buy(500_000, pay_points=1).error is None
    assert world.buy(100_000, branch="second", pay_points=1).error is None


def test_a_place_that_takes_nothing_sets_nothing_aside(world: World) -> None:
    publish(world, of_merchant(world, pays=False), here(world))
    points(world, 50_000_000)
    assert "do not pay at this branch" in refusal(world, 1_000_000, branch="second", pay_points=1)
    ask = {"member": world.ref, "actor": world.owner, "points": 10}
    refused = reserve_for_bill(world.club, branch="second", **ask)
    assert refused.error is not None and refused.error.code == "place_takes_no_points"
    # The branch's own terms stand in the place of its merchant's.
    assert reserve_for_bill(world.club, branch="main", **ask).error is None
    assert world.buy(1_000_000, pay_points=1).error is None


def test_a_rule_does_not_hold_at_a_branch_and_says_so(world: World) -> None:
    publish(world, here(world, excluded=("double",)))
    assert points(world, 1_000_000) == 100
    assert points(world, 1_000_000, branch="second") == 200
    entry = PurchaseEntry(world.owner, "main", total=1_000_000, member=world.ref)
    answer = preview_purchase(world.club, entry).answer
    told = {
        lang: [
            one.text
            for one in missed_words(world.club, answer["revision_id"], answer["missed"], lang)
        ]
        for lang in ("fa", "en")
    }
    assert told == {
        "fa": ["دوبرابر: در این شعبه برقرار نیست"],
        "en": ["Double points: not at this branch"],
    }


def test_a_place_earns_nothing(world: World) -> None:
    gift = welcome("welcome", N, 50)
    publish(world, of_merchant(world, earns=False), rules=(per_amount("base", N, 1, 10_000), gift))
    assert points(world, 1_000_000) == 0
    assert world.balance(world.enrol()).available == 50, "she did not join at a branch"


def test_a_budget_of_a_month_covers_rules_and_tiers(world: World) -> None:
    """The base gives 100 and the tier half of it more; the branch gives 250 in a month."""
    gold = Tier(code="gold", name=Text(fa="طلایی"), least=0, percent=150)
    base = per_amount("base", N, 1, 10_000)
    publish(world, here(world, points_a_month=250), rules=(base,), tiers=(gold,))
    other = world.enrol()
    assert points(world, 1_000_000) == 150
    bought = world.buy(1_000_000, member=("id", str(other.id)))
    assert bought.answer["points"] == 100, "what is left of the branch's 250"
    cut = bought.answer["parts"][-1]
    assert (cut[2], cut[3]["before"], cut[3]["place"]) == (0, 50, True)
    assert points(world, 1_000_000, branch="second") == 150
    assert world.give_back(bought.answer["purchase_id"]).error is None
    assert points(world, 1_000_000) == 100, "what came back may be given again"
    world.verify()


def test_branches_of_a_merchant_share_its_budget(world: World) -> None:
    publish(world, of_merchant(world, points_a_month=250))
    assert points(world, 1_000_000) == 200
    assert points(world, 1_000_000, branch="second") == 50
    rows = fetch("SELECT what, points FROM program_counter WHERE club_id = %s", [world.record.id])
    assert rows == [(f"p:m:{world.branch.merchant_id}", 250)]
    world.verify()


def test_a_batch_over_several_branches_knows_each_budget(world: World) -> None:
    publish(world, here(world, points_a_month=300))
    entries = [
        PurchaseEntry(world.owner, branch, total=1_000_000, member=world.ref)
        for branch in ("main", "second", "main", "second", "main")
    ]
    told = record_purchases(world.club, entries)
    assert [one.answer["points"] for one in told] == [200, 200, 100, 200, 0]
    world.verify()


@pytest.mark.parametrize(
    ("places", "why"),
    [
        ([{}, {}], "terms twice"),
        ([{"excluded": ["gone"]}], "leaves out the rule gone, which is not there"),
        ([{"points_share": 101}], "less than or equal to 100"),
    ],
)
def test_impossible_terms_are_refused_in_words(places: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Program.model_validate(
            {"places": [{"kind": "branch", "number": 1, **place} for place in places]}
        )
