"""What happens at a place follows the terms of that place, as a purchase there does."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.world import World
from vafa.club.actions.clubs import create_branch, create_merchant
from vafa.club.models import Branch
from vafa.flows.entries import Outcome
from vafa.flows.member_events import record_event, record_visit
from vafa.program.rules.conditions import OneOf
from vafa.program.rules.deeds import RaiseEvent
from vafa.program.rules.document import Challenge, EventKind
from vafa.program.rules.place_terms import PlaceTerms
from vafa.program.rules.rule import Fixed, Rule, Text

BOOKED = EventKind(code="booked", name=Text(fa="رزرو میز", en="A table is booked"))


def rule(on: str, rule_id: str = "", **more: Any) -> Rule:
    gives = more.pop("gives", Fixed(points=50))
    return Rule(id=rule_id or on, name=Text(fa=on, en=on), on=on, gives=gives, **more)


@pytest.fixture
def cafe(world: World) -> Branch:
    """The branch of another merchant."""
    return create_branch(create_merchant(world.record, "کافه"), code="cafe", name="کافه")


def of(branch: Branch, **terms: Any) -> PlaceTerms:
    return PlaceTerms(kind="merchant", number=branch.merchant_id, **terms)


def visit(world: World, branch: Branch) -> int:
    come = record_visit(
        world.club, member=("id", str(world.enrol().id)), branch=branch.id, actor=world.owner
    )
    assert come.error is None, come.error
    return int(come.answer["points"])


def book(world: World, branch: Branch | None) -> Outcome:
    return record_event(
        world.club,
        member=world.ref,
        name="booked",
        actor=world.owner,
        key=str(uuid4()),
        branch=branch.id if branch else "",
    )


def test_a_merchant_leaves_rules_out_and_has_its_own(world: World, cafe: Branch) -> None:
    own = rule("visit", "own", conditions=(OneOf(fact="merchant", values=(cafe.merchant_id,)),))
    rules = (rule("visit"), rule("event", what="booked"), own)
    world.change_program(rules=rules, events=(BOOKED,), places=(of(cafe, excluded=("visit",)),))
    assert visit(world, world.branch) == 50, "the rule of all"
    assert visit(world, cafe) == 50, "its own alone"
    places = (of(cafe, excluded=("visit", "event")), of(world.branch, earns=False))
    world.change_program(places=places)
    assert visit(world, world.branch) == 0
    assert [book(world, place).answer["points"] for place in (cafe, world.branch)] == [0, 0]
    assert book(world, None).answer["points"] == 50, "it happened nowhere"
    world.verify()


def test_a_merchants_month_is_counted_wherever_it_happens(world: World, cafe: Branch) -> None:
    rules = (rule("visit"), rule("event", what="booked"))
    world.change_program(rules=rules, events=(BOOKED,), places=(of(cafe, points_a_month=120),))
    assert [visit(world, cafe), book(world, cafe).answer["points"]] == [50, 50]
    assert visit(world, cafe) == 20
    assert visit(world, world.branch) == 50


def test_who_joins_at_a_merchant_gets_what_it_gives(world: World, cafe: Branch) -> None:
    world.change_program(rules=(rule("joining"),), places=(of(cafe, excluded=("joining",)),))
    assert world.balance(world.enrol(branch_id=world.branch.id)).available == 50
    assert world.balance(world.enrol(branch_id=cafe.id)).available == 0


def test_what_a_purchase_brings_follows_its_place(world: World, cafe: Branch) -> None:
    raising = Rule(
        id="raise", name=Text(fa="رویداد"), gives=RaiseEvent(event="booked"), on="purchase"
    )
    rules = (raising, rule("event", what="booked"), rule("challenge", what="twice"))
    twice = Challenge(code="twice", name=Text(fa="دو بار"), count=2, days=30)
    left_out = of(cafe, excluded=("event", "challenge"))
    world.change_program(rules=rules, events=(BOOKED,), challenges=(twice,), places=(left_out,))
    world.buy(100_000)
    here = world.buy(100_000).answer
    assert (here["events"], here["challenges"]) == ([["booked", 50]], [["twice", 50]])
    world.buy(100_000, branch=cafe.id)
    there = world.buy(100_000, branch=cafe.id).answer
    assert (there["events"], there.get("challenges", [])) == ([["booked", 0]], [])


def test_an_event_happens_at_a_branch_of_the_caller_or_nowhere(world: World, cafe: Branch) -> None:
    at_cafe = (OneOf(fact="branch", values=(cafe.id,)),)
    world.change_program(
        rules=(rule("event", what="booked", conditions=at_cafe),), events=(BOOKED,)
    )
    assert [book(world, place).answer["points"] for place in (cafe, world.branch, None)] == [
        50,
        0,
        0,
    ]
    cashier = world.actor("cashier")
    refused = record_event(
        world.club, member=world.ref, name="booked", actor=cashier, key="k", branch=cafe.id
    )
    assert refused.error is not None and refused.error.code == "unknown_branch"
