"""Whatever is changed behind the database's back is found and named."""

from __future__ import annotations

import pytest

from tests.breaking import account, broken
from tests.world import World
from vafa.core.db import fetch
from vafa.flows.adjustments import request_adjustment
from vafa.flows.reservations import reserve_for_bill
from vafa.flows.verification import verify


@pytest.fixture
def busy(world: World) -> World:
    """Bought, paid, redeemed, set aside, corrected: a row of each kind."""
    world.buy(90_000_000, key="bought")
    world.buy(20_000_000, pay_points=15)
    world.redeem("voucher")
    reserved = reserve_for_bill(
        world.club, member=world.ref, branch="main", actor=world.owner, points=30
    )
    assert reserved.error is None
    request_adjustment(
        world.club, member_id=world.member.id, amount=5, reason="آزمایش", actor=world.owner
    )
    world.verify()
    return world


def _off(table: str, column: str, where: str) -> tuple[str, str, str]:
    newest = f"WHERE id = (SELECT max(id) FROM {table} WHERE {where})"
    return table, f"{column} = {column} + 1 {newest}", f"{column} = {column} - 1 {newest}"


CLUB = "club_id = {club}"
BOUGHT = "purchase_id = {bought} AND trigger = 'purchase'"
LOT = "account_id = {available}"
# What is broken, and the check that must name it.
BREACHES = {
    "a balance": (
        _off("ledger_account", "balance", "id = {available}"),
        "account balance = credits - debits",
        "account {available}",
    ),
    "a version": (
        _off("ledger_account", "version", "id = {available}"),
        "account version = number of its transfers",
        "account {available}",
    ),
    "a lot": (
        _off("ledger_lot", "remaining", f"{LOT} AND remaining < amount"),
        "lot remaining = amount - consumptions",
        "lot ",
    ),
    "a consumption": (
        _off(
            "ledger_consumption",
            "amount",
            "lot_id IN (SELECT id FROM ledger_lot WHERE " + LOT + ")",
        ),
        "every transfer out of a lot account consumes its amount",
        "transfer ",
    ),
    "a transfer": (
        _off("ledger_transfer", "amount", "book_id = {book}"),
        "account versions run from 1 without gap, each with the right balance",
        "transfer ",
    ),
    "a hold": (
        _off("ledger_hold", "amount", "account_id = {held} AND source = 'decision'"),
        "a hold was reserved as much as it holds",
        "hold ",
    ),
    "a reward's hold": (
        _off("program_redemption", "points", CLUB),
        "a redemption's points are held until its voucher is used, and no longer",
        "redemption ",
    ),
    "a reservation": (
        _off("program_reservation", "points", CLUB),
        "a reservation is held while it is open, and resolved as it was",
        "reservation ",
    ),
    "an adjustment": (
        _off("program_adjustment", "amount", CLUB),
        "an applied adjustment is what its decision gave or took",
        "adjustment ",
    ),
    "what a decision gave": (
        _off("program_decision", "points", f"{CLUB} AND trigger = 'purchase'"),
        "points of a decision = what its transfers moved",
        "decision ",
    ),
    "progress to a tier": (
        _off("program_decision", "tier_points", f"{CLUB} AND trigger = 'purchase'"),
        "credit and tier points of a decision are those of its parts and its lines",
        "decision ",
    ),
    "what a decision was made from": (
        (
            "program_decision",
            "inputs = jsonb_set(inputs, '{{lines}}', '[]') || jsonb_build_object("
            f"'was', inputs -> 'lines') WHERE {BOUGHT}",
            f"inputs = jsonb_set(inputs - 'was', '{{{{lines}}}}', inputs -> 'was') WHERE {BOUGHT}",
        ),
        "every decision of the rules follows from what they were told",
        "decision ",
    ),
    "a bill": (
        _off("commerce_purchase", "total", CLUB),
        "purchase lines add up to the bill",
        "purchase ",
    ),
    "a wallet": (
        ("club_member", "holder = 1 WHERE id = {member}", "holder = NULL WHERE id = {member}"),
        "who shares a household's wallet belongs to it",
        "member {member}",
    ),
    "a key": (
        (
            "core_idempotencykey",
            "made = jsonb_set(made, '{{purchase_id}}', '-1') WHERE club_id = {club}",
            "made = jsonb_set(made, '{{purchase_id}}', '{bought}') WHERE club_id = {club}",
        ),
        "what a key of a request made is there",
        "key ",
    ),
}


@pytest.mark.parametrize("what", BREACHES)
def test_whatever_is_broken_is_named(busy: World, what: str) -> None:
    (table, breaking, mending), check, subject = BREACHES[what]
    bought = fetch("SELECT min(id) FROM commerce_purchase WHERE club_id = %s", [busy.record.id])
    names = {
        "club": busy.record.id,
        "book": busy.record.book_id,
        "member": busy.member.id,
        "available": account(busy),
        "held": account(busy, "held"),
        "bought": bought[0][0],
    }
    with broken(
        f"UPDATE {table} SET {breaking}".format(**names),
        f"UPDATE {table} SET {mending}".format(**names),
    ):
        found = verify(busy.record.id)
        assert [
            d for d in found if d.check == check and d.subject.startswith(subject.format(**names))
        ], found
    assert verify(busy.record.id) == []
