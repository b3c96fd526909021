"""The database refuses every forbidden write: to the application's role, and to the owner.

Each write is then let through with its guard away (and rolled back), or the test would prove
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import psycopg
import pytest
from django.db import Error, connection, transaction

from tests.architecture.forbidden import FIXED, HISTORY, NOT_ERASED, OTHER, OWNERS_ONLY, VALUE
from tests.architecture.forms import ANY, Write
from tests.architecture.scene import make_scene
from vafa.config.owner import as_owner

_REFUSALS = (
    psycopg.errors.RestrictViolation,
    psycopg.errors.CheckViolation,
    psycopg.errors.ForeignKeyViolation,
    psycopg.errors.UniqueViolation,
    psycopg.errors.InsufficientPrivilege,
)


def _all_writes() -> Iterator[Write]:
    for table in HISTORY:
        yield Write(table, f"UPDATE {table} SET id = id")
    for table, columns in FIXED.items():
        for column in columns:
            yield Write(table, f"UPDATE {table} SET {column} = {{other:{column}}}", ANY)
    for table in (*HISTORY, *FIXED):
        yield Write(table, f"DELETE FROM {table}")
        yield Write(table, f"TRUNCATE {table} CASCADE")
    yield from VALUE
    yield from NOT_ERASED


WRITES = list(_all_writes())


@pytest.fixture(scope="module")
def scene(database: None) -> dict[str, Any]:
    """Rows to try the writes on; the stories are not verified afterwards."""
    return make_scene()


@pytest.mark.parametrize("write", WRITES, ids=[w.sql.split(" WHERE ")[0][:90] for w in WRITES])
def test_it_is_refused_and_nothing_changes(scene: dict[str, Any], write: Write) -> None:
    statement = _statement(write, scene)
    before = _content(write.table)
    for role in ("application", "owner"):
        with as_owner() if role == "owner" else nullcontext():
            assert _refusal(statement) is not None, f"the {role} may: {statement}"
    assert _content(write.table) == before

    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        if write.guard == ANY:
            _take_all_away(write.table)
        elif write.guard:
            _take_away(*write.guard.split("."))
        cursor.execute(statement)
        assert cursor.rowcount != 0, f"nothing to try it on: {statement}"
        transaction.set_rollback(True)
    assert _content(write.table) == before


@pytest.mark.parametrize("sql", OWNERS_ONLY)
def test_the_application_cannot_get_around_it(scene: dict[str, Any], sql: str) -> None:
    refusal = _refusal(sql.format(**scene))
    assert isinstance(refusal, psycopg.errors.InsufficientPrivilege), f"{sql}: {refusal}"


@pytest.mark.parametrize("table", HISTORY)
def test_the_application_may_not_even_try(scene: dict[str, Any], table: str) -> None:
    """Its rights end before any trigger; rows that it must lock are guarded by the trigger."""
    update = f"UPDATE {table} SET id = id"
    for sql in (update, f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        refusal = _refusal(sql)
        # A browser's mark goes with the person, by the word of the trigger.
        guarded = sql.startswith("DELETE") and table == "program_memberdevice"
        guarded |= sql == update and table in ("commerce_purchase", "program_voucher")
        expected = psycopg.errors.RestrictViolation if guarded else InsufficientPrivilege
        assert isinstance(refusal, expected), f"{sql}: {refusal}"


InsufficientPrivilege = psycopg.errors.InsufficientPrivilege


def _statement(write: Write, scene: dict[str, Any]) -> str:
    if "{other:" not in write.sql:
        return write.sql.format(**scene)
    column = write.sql.split("{other:")[1].rstrip("}")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data_type FROM information_schema.columns WHERE table_name = %s"
            " AND column_name = %s AND table_schema = current_schema()",
            [write.table, column],
        )
        kind = cursor.fetchone()[0]
    return write.sql.split("{other:")[0] + OTHER[kind].format(column)


def _refusal(statement: str) -> BaseException | None:
    """Why the database refuses the statement; None when it does not."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True)
    except Error as error:
        assert isinstance(error.__cause__, _REFUSALS), error
        return error.__cause__
    return None


def _content(table: str) -> tuple[Any, ...]:
    """What is in the table: how many rows, and a sum of their hashes."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {table} t")
        row: tuple[Any, ...] = cursor.fetchone()
        return row


def _take_all_away(table: str) -> None:
    """Drops all checks and unique constraints: a made-up value may break some of them too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexrelid::regclass::text FROM pg_index i LEFT JOIN pg_constraint c"
            " ON c.conindid = i.indexrelid AND c.contype IN ('u', 'p')"
            " WHERE i.indrelid = %s::regclass AND i.indisunique AND c.oid IS NULL",
            [table],
        )
        indexes = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN"
            " ('c', 'u')",
            [table],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE")
        for name in indexes:
            cursor.execute(f"DROP INDEX {name}")


def _take_away(table: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE conname = %s", [name])
        if cursor.fetchone()[0]:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE")
        else:
            cursor.execute(f"DROP INDEX {name}")
