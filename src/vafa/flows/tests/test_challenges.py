"""Stories of challenges: met with the last purchase, each purchase once, broken by a return."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.world import World
from vafa.core.clock import now
from vafa.flows.deliveries import record_delivery
from vafa.flows.entries import LineEntry, PurchaseEntry
from vafa.flows.previews import preview_purchase
from vafa.flows.purchases import record_purchases
from vafa.flows.upkeep import run_upkeep
from vafa.program.models import Happening
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import Challenge
from vafa.program.rules.limits import Limit
from vafa.program.rules.rule import Fixed, Rule, Text

N = Text(fa="چالش", en="challenge")


def _challenge(world: World, kind: str, count: int, days: int = 30, **rule: Any) -> None:
    challenge = Challenge(code="more", name=N, kind=kind, count=count, days=days)
    gives = Rule(id="more", name=N, on="challenge", what="more", gives=Fixed(points=100), **rule)
    world.change_program(challenges=(challenge,), rules=(gives,))


def _times(world: World) -> int:
    return Happening.objects.filter(member=world.member, kind="challenge").count()


def test_three_purchases_in_thirty_days_meet_it_again_and_again(world: World) -> None:
    _challenge(world, "purchases", 3)
    before = world.balance().available
    world.buy(1_000_000, purchased_at=now() - timedelta(days=40))
    world.buy(1_000_000)
    assert "challenges" not in world.buy(1_000_000).answer
    third = PurchaseEntry(actor=world.owner, branch="main", total=1_000_000, member=world.ref)
    seen = preview_purchase(world.club, third).answer
    met = world.buy(1_000_000).answer
    assert met["challenges"] == seen["challenges"] == [["more", 100]]
    assert met["balance"]["available"] == before + 100 == world.balance().available
    # Each counts once: it takes three more.
    outcomes = record_purchases(world.club, [third, third, third])
    assert [o.answer.get("challenges") for o in outcomes] == [None, None, [["more", 100]]]
    assert _times(world) == 2 and world.balance().available == before + 200
    world.verify()


def test_a_return_that_breaks_it_takes_it_back_and_once(world: World) -> None:
    _challenge(world, "purchases", 2)
    before = world.balance().available
    first = world.buy(1_000_000).answer["purchase_id"]
    second = world.buy(2_000_000).answer["purchase_id"]
    assert world.balance().available == before + 100
    # A part that comes back leaves it a purchase.
    assert world.give_back(first, amount=400_000).answer["points_taken"] == 0
    back = world.give_back(first, amount=600_000).answer
    assert back["points_taken"] == 100 and back["balance"]["available"] == before
    assert world.give_back(second).answer["points_taken"] == 0
    assert world.balance().available == before
    # What came back counts no more, the next two do.
    world.buy(1_000_000)
    assert world.buy(1_000_000).answer["challenges"] == [["more", 100]]
    world.verify()


def test_categories_are_counted_as_far_as_they_are_kept(world: World) -> None:
    _challenge(world, "categories", 2)
    before = world.balance().available
    milk, lamp = LineEntry(450_000, "milk"), LineEntry(800_000, "lamp")
    world.buy(450_000, lines=(milk,))
    world.buy(450_000, lines=(milk,))
    both = world.buy(1_250_000, lines=(milk, lamp)).answer
    assert both["challenges"] == [["more", 100]]
    assert world.give_back(both["purchase_id"], lines=((1, 1000, 450_000),)).status == "recorded"
    assert world.balance().available == before + 100
    world.give_back(both["purchase_id"], lines=((2, 1000, 800_000),))
    assert world.balance().available == before
    world.verify()


def _waiting(world: World, **terms: Any) -> None:
    _challenge(world, "purchases", 2)
    known = live_program(world.record.id).program.terms.model_copy(update=terms)
    world.change_program(terms=known)


def _has(world: World) -> tuple[int, int]:
    return world.balance().available, world.balance().pending


def test_what_it_gives_waits_for_the_window_of_the_last_purchase(world: World) -> None:
    _waiting(world, pending_days=7)
    before = world.balance().available
    world.buy(1_000_000)
    seen = preview_purchase(
        world.club, PurchaseEntry(actor=world.owner, branch="main", total=1, member=world.ref)
    )
    met = world.buy(1_000_000).answer
    assert met["challenges"] == seen.answer["challenges"] == [["more", 100]]
    assert met["balance"] == seen.answer["balance"] == {"available": before, "pending": 100}
    assert _has(world) == (before, 100)
    back = world.give_back(met["purchase_id"]).answer
    assert back["points_taken"] == 100 and back["balance"] == {"available": before, "pending": 0}
    world.buy(1_000_000)
    assert _has(world) == (before, 100)
    run_upkeep(world.club, at=now() + timedelta(days=8))
    assert _has(world) == (before + 100, 0)
    world.verify()


def test_a_challenge_is_the_members_own_and_goes_back_after_the_window_too(world: World) -> None:
    _waiting(world, pending_days=7)
    before = world.balance().available
    long_ago = now() - timedelta(days=10)
    world.buy(1_000_000, purchased_at=long_ago)
    last = world.buy(1_000_000, purchased_at=long_ago).answer
    assert last["balance"] == {"available": before + 100, "pending": 0}, "no window is left"
    assert world.give_back(last["purchase_id"]).answer["points_taken"] == 100
    assert _has(world) == (before, 0)
    world.verify()


def test_it_waits_for_the_delivery_of_the_last_purchase(world: World) -> None:
    _waiting(world, pending_until="delivery")
    before = world.balance().available
    first, last = (world.buy(1_000_000).answer["purchase_id"] for _ in range(2))
    record_delivery(world.club, purchase_id=first, actor=world.owner)
    assert _has(world) == (before, 100)
    done = record_delivery(world.club, purchase_id=last, actor=world.owner)
    assert done.answer["points_available"] == 100 and _has(world) == (before + 100, 0)
    world.verify()


def test_days_pass_and_limits_hold(world: World) -> None:
    _challenge(world, "purchases", 2, days=3, limits=(Limit(counts="times", most=1),))
    world.buy(1_000_000, purchased_at=now() - timedelta(days=3, hours=1))
    assert "challenges" not in world.buy(1_000_000).answer
    met = world.buy(1_000_000).answer
    assert met["challenges"] == [["more", 100]]
    world.buy(1_000_000)
    assert "challenges" not in world.buy(1_000_000).answer
    world.give_back(met["purchase_id"])
    # What was taken back gives its time back to the limit.
    assert world.buy(1_000_000).answer.get("challenges") == [["more", 100]]
    world.verify()
