"""Limits of rules, over everything that draws on them and gives back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.world import World
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.flows.entries import LineEntry, PurchaseEntry
from vafa.flows.merging import merge_members
from vafa.flows.previews import preview_purchase
from vafa.flows.purchases import record_purchases
from vafa.flows.reversals import reverse_transfer
from vafa.ledger.reads.balances import balances
from vafa.program.rules.document import PointTerms, Program
from vafa.program.rules.limits import Budget, Limit
from vafa.program.rules.recipes import multiplier, per_amount, welcome
from vafa.program.rules.rule import PerItem, PerStep, Rule, Text
from vafa.program.rules.what_earns import EarningTerms

N = Text(fa="ن")
WEEK = Limit(per="week", most=500)


@pytest.fixture
def limited(world: World) -> Iterator[World]:
    """One point for every 10,000; on top of it as much again, at most 500 in a week."""
    base = per_amount("base", N, 1, 10_000)
    world.publish(Program(rules=(base, multiplier("double", N, 200, limits=(WEEK,)))))
    yield world
    world.verify()


def points(world: World, total: int, **fields: Any) -> int:
    bought = world.buy(total, **fields)
    assert bought.error is None
    return int(bought.answer["points"])


def drawn(world: World) -> list[tuple[str, int, int]]:
    """What stands on the club's counters that go on: what, points, times."""
    rows = fetch(
        "SELECT what, points, times FROM program_counter WHERE club_id = %s"
        " AND goes_on_id IS NULL ORDER BY id",
        [world.record.id],
    )
    return [(row[0], row[1], row[2]) for row in rows]


def test_a_week_has_its_limit_and_the_next_begins_anew(limited: World) -> None:
    week_ago = now() - timedelta(days=7)
    assert points(limited, 3_000_000) == 600
    assert points(limited, 3_000_000) == 300 + 200, "of the 300 more, 200 were left"
    assert points(limited, 3_000_000) == 300
    assert points(limited, 3_000_000, purchased_at=week_ago) == 600, "a week of its own"
    other = limited.enrol()
    assert points(limited, 1_000_000, member=("id", str(other.id))) == 200


def test_what_was_cut_says_so(limited: World) -> None:
    limited.buy(3_000_000)
    parts = limited.buy(3_000_000).answer["parts"]
    cut = next(part for part in parts if part[0] == "double")
    assert cut[2] == 200
    assert cut[3]["before"] == 300 and cut[3]["most"] == 500 and cut[3]["per"] == "week"
    parts = limited.buy(3_000_000).answer["parts"]
    assert next(part for part in parts if part[0] == "double")[2] == 0


def test_one_batch_does_not_go_beyond_it(limited: World) -> None:
    entry = PurchaseEntry(limited.owner, "main", total=3_000_000, member=limited.ref)
    told = record_purchases(limited.club, [entry] * 3)
    assert [outcome.answer["points"] for outcome in told] == [600, 500, 300]


def test_the_preview_says_what_is_then_recorded(limited: World) -> None:
    for _ in range(3):
        entry = PurchaseEntry(limited.owner, "main", total=3_000_000, member=limited.ref)
        seen = preview_purchase(limited.club, entry).answer
        done = record_purchases(limited.club, [entry])[0].answer
        assert (seen["points"], seen["parts"]) == (done["points"], done["parts"])


def test_a_return_gives_back_to_the_limit_what_it_takes(limited: World) -> None:
    bought = limited.buy(8_000_000).answer["purchase_id"]
    assert drawn(limited) == [("r:double", 500, 1)]
    for amount, left in ((2_000_000, 375), (3_000_001, 188)):
        assert limited.give_back(bought, amount=amount).error is None
        assert drawn(limited) == [("r:double", left, 1)]
        limited.verify()
    assert limited.give_back(bought).error is None
    assert drawn(limited) == [("r:double", 0, 0)]
    assert points(limited, 8_000_000) == 1300, "as if it had never been bought"


def test_a_reversal_gives_back_too(limited: World) -> None:
    limited.buy(8_000_000)
    transfer = limited.line("purchase").transfer_id
    assert transfer is not None
    done = reverse_transfer(limited.club, transfer_id=transfer, reason="why", actor=limited.owner)
    assert done.error is None
    assert drawn(limited) == [("r:double", 0, 0)]


def test_times_are_counted(world: World) -> None:
    twice = Limit(per="day", counts="times", most=2)
    world.publish(Program(rules=(per_amount("base", N, 1, 10_000, limits=(twice,)),)))
    assert [points(world, 1_000_000) for _ in range(3)] == [100, 100, 0]
    world.verify()


def test_branches_have_limits_of_their_own(world: World) -> None:
    of_branch = Limit(scope="branch", per="month", most=150)
    world.publish(Program(rules=(per_amount("base", N, 1, 10_000, limits=(of_branch,)),)))
    assert points(world, 1_000_000) == 100
    assert points(world, 1_000_000) == 50
    assert points(world, 1_000_000, branch="second") == 100
    world.verify()


def test_rules_share_a_budget(world: World) -> None:
    budget = Budget(code="spring", name="بهار", limits=(Limit(scope="total", most=250),))
    base = per_amount("base", N, 1, 10_000)
    double = multiplier("double", N, 200, budget="spring")
    gift = welcome("welcome", N, 120, budget="spring")
    world.publish(Program(rules=(base, double, gift), budgets=(budget,)))
    assert points(world, 1_000_000) == 200
    assert world.balance(world.enrol()).available == 120
    assert world.balance(world.enrol()).available == 30, "what is left of 250"
    assert points(world, 1_000_000) == 100
    assert drawn(world) == [("b:spring", 250, 3)]
    world.verify()


def test_a_merged_member_has_used_what_both_used(limited: World) -> None:
    other = limited.enrol()
    bought = limited.buy(3_000_000, member=("id", str(other.id))).answer["purchase_id"]
    limited.buy(1_000_000)
    merged = merge_members(
        limited.club, keep_id=limited.member.id, gone_id=other.id, reason="one", actor=limited.owner
    )
    assert merged.error is None
    assert drawn(limited) == [("r:double", 400, 2)]
    limited.verify()
    assert points(limited, 3_000_000) == 300 + 100
    assert limited.give_back(bought).error is None
    assert drawn(limited) == [("r:double", 200, 2)], "of three purchases one has come back"


def test_a_purchase_earns_no_more_than_its_ceiling(world: World) -> None:
    base, double = per_amount("base", N, 1, 10_000), multiplier("double", N, 200)
    world.publish(Program(rules=(base, double), earning=EarningTerms(ceiling=130)))
    assert points(world, 1_000_000) == 130
    world.verify()


def test_credit_and_tier_points_are_earned_and_taken_back(world: World) -> None:
    """Five in a hundred as credit, at most 60,000 rials a day; and a tier point for each piece."""
    day = Limit(per="day", most=60_000)
    back = Rule(id="back", name=N, gives=PerStep(points=5, step=100, unit="credit"), limits=(day,))
    visit = Rule(id="visit", name=N, gives=PerItem(points=7, unit="tier"))
    world.publish(Program(rules=(per_amount("base", N, 1, 10_000), back, visit)))
    lines = (LineEntry(600_000), LineEntry(400_000, quantity=2000))
    first = world.buy(1_000_000, lines=lines)
    assert (first.answer["points"], first.answer["credit"]) == (100, 50_000)
    second = world.buy(1_000_000).answer
    assert (second["points"], second["credit"]) == (100, 10_000)
    world.verify()
    assert drawn(world) == [("r:back", 60_000, 2)]
    told = world.give_back(first.answer["purchase_id"], lines=((1, 1000, None),)).answer
    assert (told["points_taken"], told["credit_taken"]) == (60, 30_000)
    world.verify()
    told = world.give_back(first.answer["purchase_id"]).answer
    assert (told["points_taken"], told["credit_taken"]) == (40, 20_000)
    world.verify()
    assert drawn(world) == [("r:back", 10_000, 1)]
    credit = balances(world.club.credit_unit_id, [world.member.id])[world.member.id]
    assert credit.available == 10_000
    assert tier_sum(world) == 20 + 100 + 7
    transfer = world.line("purchase").transfer_id or 0
    done = reverse_transfer(world.club, transfer_id=transfer, reason="why", actor=world.owner)
    assert done.error is None
    assert drawn(world) == [("r:back", 0, 0)]
    assert tier_sum(world) == 20


def tier_sum(world: World) -> int:
    """All that counts for the member's tier."""
    rows = fetch(
        "SELECT sum(tier_points) FROM program_decision WHERE member_id = %s", [world.member.id]
    )
    return int(rows[0][0])


def test_delivery_and_tax_earn_only_where_the_club_says_so(world: World) -> None:
    lines = (
        LineEntry(700_000),
        LineEntry(200_000, kind="delivery"),
        LineEntry(100_000, kind="tax"),
    )
    base = per_amount("base", N, 1, 10_000)
    world.publish(Program(rules=(base,)))
    bought = world.buy(1_000_000, lines=lines).answer
    assert bought["points"] == 70
    paid = {"lines": lines, "pay_points": 0}
    world.publish(Program(rules=(base,), earning=EarningTerms(on_delivery=True)))
    assert points(world, 1_000_000, **paid) == 90
    world.publish(Program(rules=(base,), earning=EarningTerms(on_delivery=True, on_tax=True)))
    assert points(world, 1_000_000, **paid) == 100
    before = world.snapshot()
    refused = world.buy(1_000_000, lines=(LineEntry(1_000_000, kind="fee"),))
    assert refused.error is not None and refused.error.code == "invalid_input"
    assert world.snapshot() == before
    assert world.give_back(bought["purchase_id"]).answer["points_taken"] == 70
    world.verify()


def test_what_points_paid_earns_only_where_the_club_says_so(world: World) -> None:
    base, terms = per_amount("base", N, 1, 10_000), PointTerms(worth=10_000, max_share=100)
    world.publish(Program(rules=(base,), terms=terms))
    assert points(world, 1_000_000, pay_points=20) == 80
    world.publish(Program(rules=(base,), terms=terms, earning=EarningTerms(on_points=True)))
    assert points(world, 1_000_000, pay_points=20) == 100
    world.verify()
