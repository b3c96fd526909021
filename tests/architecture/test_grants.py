"""The application's role: what it may do is exactly what is listed, table by table."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, connections

from vafa.config.database import connect
from vafa.config.grants import ALL, RIGHTS, columns, tables
from vafa.config.roles import look

_NEVER = ("TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")


@pytest.fixture
def application(database: None) -> Iterator[psycopg.Connection]:
    """A connection of the application's role."""
    with connect(connection.settings_dict) as own:
        yield own


def test_every_table_is_listed_and_every_line_has_a_table(
    application: psycopg.Connection,
) -> None:
    listed = set(RIGHTS)
    assert set(tables(application)) == listed, "vafa/config/grants.py: a line for each table"


@pytest.mark.parametrize("table", sorted(RIGHTS))
def test_the_role_may_do_what_is_listed_and_no_more(
    application: psycopg.Connection, table: str
) -> None:
    rights = RIGHTS[table]
    assert _may(application, table, "SELECT")
    assert _columns(application, table, "INSERT") == (
        set(columns(application, table)) - set(rights.stamped) if rights.insert else set()
    )
    assert _may(application, table, "DELETE") == rights.delete
    newer = application.info.server_version >= 170_000
    for never in _NEVER if newer else _NEVER[:-1]:
        assert not _may(application, table, never), never
    changeable = columns(application, table) if rights.update == ALL else rights.update
    assert _columns(application, table, "UPDATE") == set(changeable)


def test_row_numbers_may_be_taken_and_never_set(application: psycopg.Connection) -> None:
    rows = application.execute(
        "SELECT relname, has_sequence_privilege(oid, 'USAGE'), has_sequence_privilege(oid, 'UPDATE')"
        " FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace"
    ).fetchall()
    assert [name for name, _, sets in rows if sets] == []
    taken = {name.removesuffix("_id_seq") for name, takes, _ in rows if takes}
    assert taken <= {table for table, rights in RIGHTS.items() if rights.insert}
    assert {"ledger_transfer", "commerce_purchase", "club_audit"} <= taken


def test_the_role_owns_nothing_and_belongs_to_nobody(application: psycopg.Connection) -> None:
    guard = look(connection.settings_dict)
    assert guard.is_tight, guard
    owned = application.execute(
        "SELECT count(*) FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass"
        " AND refobjid = current_user::regrole AND deptype = 'o'"
    ).fetchone()
    groups = application.execute(
        "SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole"
    ).fetchone()
    assert (owned, groups) == ((0,), (0,))


def test_an_owner_is_told_apart(database: None) -> None:
    """The look that finds nothing must be able to find something."""
    guard = look(connections["owner"].settings_dict)
    assert not guard.is_tight
    assert {"owner", "change of history"} <= set(guard.powers)


def _may(application: psycopg.Connection, table: str, right: str) -> bool:
    row = application.execute("SELECT has_table_privilege(%s, %s)", [table, right]).fetchone()
    return row is not None and bool(row[0])


def _columns(application: psycopg.Connection, table: str, right: str) -> set[str]:
    rows = application.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND has_column_privilege(attrelid, attnum, %s)",
        [table, right],
    )
    return {name for (name,) in rows}
