"""Points that wait for the delivery."""

from __future__ import annotations

from datetime import timedelta

from tests.world import World
from vafa.commerce.errors import AlreadyDelivered, InTheFuture, UnknownPurchase
from vafa.core.clock import now
from vafa.flows.deliveries import record_delivery
from vafa.flows.upkeep import run_upkeep
from vafa.ledger.reads.balances import balances
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import Program
from vafa.program.rules.rule import PerStep, Rule, Text


def waiting(world: World, days: int = 0) -> Program:
    program = live_program(world.record.id).program
    terms = program.terms.model_copy(update={"pending_until": "delivery", "pending_days": days})
    return program.model_copy(update={"terms": terms})


def test_points_wait_until_the_parcel_is_there(world: World) -> None:
    world.publish(waiting(world))
    before = world.balance().available
    bought = world.buy(3_000_000).answer["purchase_id"]
    run_upkeep(world.club, at=now() + timedelta(days=90))
    assert (world.balance().available, world.balance().pending) == (before, 30)
    world.give_back(bought, amount=1_000_000)
    assert world.balance().pending == 20
    done = record_delivery(world.club, purchase_id=bought, actor=world.owner, key="d1")
    assert done.answer["points_available"] == 20
    assert (world.balance().available, world.balance().pending) == (before + 20, 0)
    again = record_delivery(world.club, purchase_id=bought, actor=world.owner, key="d1")
    assert again.status == "repeated" and again.answer == done.answer
    twice = record_delivery(world.club, purchase_id=bought, actor=world.owner)
    assert isinstance(twice.error, AlreadyDelivered)
    assert world.balance().available == before + 20
    world.give_back(bought)
    assert (world.balance().available, world.balance().debt) == (before, 0)


def test_what_waits_for_days_waits_for_no_delivery(world: World) -> None:
    program = waiting(world)
    days = program.terms.model_copy(update={"pending_until": "days", "pending_days": 7})
    world.publish(program.model_copy(update={"terms": days}))
    bought = world.buy(3_000_000).answer["purchase_id"]
    done = record_delivery(world.club, purchase_id=bought, actor=world.owner)
    assert done.answer["points_available"] == 0 and world.balance().pending == 30


def test_credit_waits_by_terms_of_its_own(world: World) -> None:
    program = waiting(world)
    gives = PerStep(points=500, step=10_000, unit="credit")
    back = Rule(id="back", name=Text(fa="برگشت"), gives=gives)
    credit = program.credit.model_copy(update={"pending_until": "delivery"})
    days = program.terms.model_copy(update={"pending_until": "days", "pending_days": 7})
    changed = {"rules": (*program.rules, back), "credit": credit, "terms": days}
    world.publish(program.model_copy(update=changed))
    bought = world.buy(3_000_000).answer
    assert bought["credit"] == 150_000
    record_delivery(world.club, purchase_id=bought["purchase_id"], actor=world.owner)
    has = balances(world.club.credit_unit_id, [world.member.id])[world.member.id]
    assert (has.available, has.pending) == (150_000, 0)
    assert world.balance().pending == 30


def test_at_the_latest_they_mature_by_themselves(world: World) -> None:
    world.publish(waiting(world, days=30))
    bought = world.buy(3_000_000).answer["purchase_id"]
    assert world.balance().pending == 30
    run_upkeep(world.club, at=now() + timedelta(days=31))
    assert world.balance().pending == 0
    done = record_delivery(world.club, purchase_id=bought, actor=world.owner)
    assert done.answer["points_available"] == 0


def test_a_delivery_that_cannot_be(world: World, other_world: World) -> None:
    bought = world.buy(3_000_000).answer["purchase_id"]
    before = world.snapshot()
    early = now() - timedelta(days=1)
    refused = record_delivery(world.club, purchase_id=bought, actor=world.owner, at=early)
    assert isinstance(refused.error, InTheFuture)
    late = now() + timedelta(days=1)
    refused = record_delivery(world.club, purchase_id=bought, actor=world.owner, at=late)
    assert isinstance(refused.error, InTheFuture)
    foreign = record_delivery(other_world.club, purchase_id=bought, actor=other_world.owner)
    assert isinstance(foreign.error, UnknownPurchase)
    assert world.snapshot() == before
