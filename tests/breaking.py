"""Rows changed behind the database's back, and mended again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tests.world import World
from vafa.config.owner import as_owner
from vafa.core.db import fetch


def behind_its_back(sql: str) -> None:
    """As somebody with the owner's password who has switched the triggers off."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        assert cursor.rowcount == 1, sql


@contextmanager
def broken(sql: str, mending: str) -> Iterator[None]:
    behind_its_back(sql)
    try:
        yield
    finally:
        behind_its_back(mending)


def account(world: World, kind: str = "available") -> int:
    rows = fetch(
        "SELECT id FROM ledger_account WHERE unit_id = %s AND holder = %s AND kind = %s",
        [world.club.points_unit_id, world.member.id, kind],
    )
    return int(rows[0][0])


@contextmanager
def wrong_balance(world: World) -> Iterator[None]:
    """A balance is one too high while inside."""
    which = f"WHERE id = {account(world)}"
    with broken(
        f"UPDATE ledger_account SET balance = balance + 1 {which}",
        f"UPDATE ledger_account SET balance = balance - 1 {which}",
    ):
        yield
