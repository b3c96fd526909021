"""What the database itself refuses."""

from __future__ import annotations

import pytest
from django.db import Error, connection, transaction

from tests.world import World

APPEND_ONLY = (
    "club_audit",
    "core_event",
    "core_idempotencykey",
    "ledger_transfer",
    "ledger_consumption",
    "commerce_purchase",
    "commerce_purchaseline",
    "commerce_return",
    "commerce_returnline",
    "program_decision",
    "program_redemption",
    "program_voucheruse",
)


def _refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            assert cursor.rowcount != 0, f"nothing to try it on: {sql}"
    except Error:
        return True
    return False


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_history_is_never_changed(world: World, table: str) -> None:
    bought = world.buy(30_000_000, pay_points=5, key="k")
    world.give_back(bought.answer["purchase_id"], amount=1_000_000)
    world.redeem("voucher", use=True)
    for sql in (
        f"UPDATE {table} SET id = id",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    ):
        assert _refused(sql), sql


def test_value_cannot_be_written_wrongly(world: World, other_world: World) -> None:
    world.buy(30_000_000)
    mine, theirs = world.record, other_world.record
    columns = (
        "(id, book_id, unit_id, debit_account_id, credit_account_id, amount, kind, source,"
        " source_id, effective_at)"
    )

    def account(club: object, kind: str) -> str:
        holder = "0" if kind in ("issuance", "spent", "expired") else "a.holder"
        return (
            f"(SELECT a.id FROM ledger_account a WHERE a.unit_id = {club.points_unit_id}"  # type: ignore[attr-defined]
            f" AND a.kind = '{kind}' AND a.holder = {holder} LIMIT 1)"
        )

    def transfer(debit: str, credit: str, amount: int) -> str:
        return (
            f"INSERT INTO ledger_transfer {columns} VALUES (-1, {mine.book_id},"
            f" {mine.points_unit_id}, {debit}, {credit}, {amount}, 'earn', 'test', 1, now())"
        )

    pool, member = account(mine, "issuance"), account(mine, "available")
    for sql in (
        transfer(pool, member, 0),
        transfer(pool, member, -5),
        transfer(member, member, 5),
        transfer(pool, account(theirs, "available"), 5),
        transfer(account(theirs, "issuance"), member, 5),
        f"UPDATE ledger_account SET balance = -1 WHERE id = {member}",
        f"UPDATE ledger_account SET balance = NULL WHERE id = {member}",
        f"UPDATE ledger_account SET holder = holder + 1 WHERE id = {member}",
        f"DELETE FROM ledger_account WHERE id = {member}",
        f"UPDATE ledger_lot SET amount = amount + 1 WHERE account_id = {member}",
        f"UPDATE ledger_lot SET expires_at = now() WHERE account_id = {member}",
        f"UPDATE ledger_lot SET remaining = amount + 1 WHERE account_id = {member}",
        f"DELETE FROM ledger_lot WHERE account_id = {member}",
        "UPDATE program_revision SET document = '{}' WHERE status = 'live'",
        "DELETE FROM program_revision WHERE status = 'live'",
        f"UPDATE program_reward SET stock = -1 WHERE club_id = {mine.id}",
    ):
        assert _refused(sql), sql


def test_verify_names_what_was_changed_behind_its_back(world: World) -> None:
    """The check that finds nothing must be able to find something."""
    from vafa.flows.verification import verify

    world.buy(30_000_000)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE ledger_account SET balance = balance + 1 WHERE unit_id = %s AND holder = %s"
                " AND kind = 'available'",
                [world.record.points_unit_id, world.member.id],
            )
        found = {difference.check for difference in verify(world.record.id)}
        transaction.set_rollback(True)
    assert "account balance = credits - debits" in found
    assert "open lots = balance of pending and available" in found
