"""Set-based writing and reading on the one PostgreSQL connection of this thread.

Every write of many rows goes through ``insert_rows``: one statement whatever the number of rows,
as JSON for a few and as COPY for many (measured: JSON is twice as fast below about 200 rows,
COPY twice as fast above a thousand).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

import orjson
import psycopg
from django.db import connection

T = TypeVar("T")
COPY_FROM_ROWS = 200
Row = Sequence[Any]
Params = Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table and the columns (name, PostgreSQL type) that a batch insert fills."""

    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def names(self) -> str:
        return ", ".join(name for name, _ in self.columns)


_json_statements: dict[Table, str] = {}


def insert_rows(table: Table, rows: Sequence[Row]) -> None:
    """Insert ``rows`` (values in the order of the table's columns) in one statement.

    Raises django.db.IntegrityError when a constraint refuses any of them (then none is written);
    within ``together`` at its end. Does nothing for no rows.
    """
    if not rows:
        return
    if len(rows) < COPY_FROM_ROWS or _waiting.get() is not None:
        execute(_json_statement(table), [dumps(rows)])
    else:
        _copy(table, rows)


def fetch(sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
    """All rows of one query."""
    with connection.wrap_database_errors:
        return _run(sql, params).fetchall()


@dataclass(frozen=True, slots=True)
class Query(Generic[T]):
    """A question that has not been asked yet: ``build`` makes the answer of its rows.

    Without ``sql`` there is nothing to ask, and the answer is that of no rows.
    """

    sql: str
    params: Params
    build: Callable[[list[tuple[Any, ...]]], T]

    def ask(self) -> T:
        """Ask it alone."""
        return self.build(fetch(self.sql, self.params) if self.sql else [])


def ask_together(*queries: Query[Any]) -> tuple[Any, ...]:
    """Ask all at once and wait once; the answers in the same order.

    Every wait lets other threads take the interpreter, which under load costs more than the
    question itself.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        cursors = [_run(q.sql, q.params) if q.sql else None for q in queries]
    return tuple(
        query.build(cursor.fetchall() if cursor is not None else [])
        for query, cursor in zip(queries, cursors, strict=True)
    )


def execute(sql: str, params: Params = (), *, expect: int | None = None) -> int:
    """Run one statement and return the number of rows it touched.

    ``expect`` asserts that number. Within ``together`` the statement, whose parameters are then
    by place, waits for the end of the block, and the answer is -1.
    """
    waiting = _waiting.get()
    if waiting is not None:
        assert not isinstance(params, Mapping), "joined statements take parameters by place"
        waiting.append(_Write(sql, params, expect))
        return -1
    with connection.wrap_database_errors:
        count = _run(sql, params).rowcount
    assert expect in (None, count), f"{count} rows, {expect} expected: {sql}"
    return int(count)


class _Write(NamedTuple):
    sql: str
    params: Sequence[Any]
    expect: int | None


@contextmanager
def together() -> Iterator[None]:
    """Let all writes of the block be one statement: one journey, one plan, all or nothing.

    They see the database as it was before any of them, and no row twice. Their errors appear at
    the end of the block. Nothing may be read in it.
    """
    writes: list[_Write] = []
    token = _waiting.set(writes)
    try:
        yield
    finally:
        _waiting.reset(token)
    if not writes:
        return
    counts = fetch(_joined([w.sql for w in writes]), [p for w in writes for p in w.params])[0]
    for write, count in zip(writes, counts, strict=True):
        assert write.expect in (None, count), f"{count} rows, {write.expect} expected: {write.sql}"


def _joined(statements: Sequence[str]) -> str:
    parts = ", ".join(f"w{n} AS ({sql} RETURNING 1)" for n, sql in enumerate(statements))
    counts = ", ".join(f"(SELECT count(*) FROM w{n})" for n in range(len(statements)))
    return f"WITH {parts} SELECT {counts}"


# Writes that wait for the end of ``together``.
_waiting: ContextVar[list[_Write] | None] = ContextVar("waiting", default=None)


def _run(sql: str, params: Params) -> psycopg.Cursor[Any]:
    """psycopg's own cursor on Django's connection: prepared statements and parameters bound by
    the server, at a third of the price of Django's cursor. The statement appears in
    ``connection.queries`` where that is being kept."""
    cursor = _cursor(sql)
    return cursor.execute(sql, params, prepare=True)


def _cursor(sql: str) -> psycopg.Cursor[Any]:
    raw = connection.connection
    if raw is None:
        connection.ensure_connection()
        raw = connection.connection
    if connection.force_debug_cursor:
        connection.queries_log.append({"sql": sql, "time": ""})
    cursor: psycopg.Cursor[Any] = psycopg.Cursor(raw)
    return cursor


def recordset(columns: Iterable[tuple[str, str]], alias: str) -> str:
    """The FROM item that turns one JSON array parameter (of arrays) into typed columns."""
    picks = ", ".join(f"(e ->> {i})::{kind} AS {name}" for i, (name, kind) in enumerate(columns))
    return f"(SELECT {picks} FROM jsonb_array_elements(%s::jsonb) AS e) AS {alias}"


def dumps(value: Any) -> str:
    """JSON text of plain values, datetimes as ISO 8601, named tuples as arrays."""
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _json_statement(table: Table) -> str:
    if table not in _json_statements:
        picks = ", ".join(f"(e ->> {i})::{kind}" for i, (_, kind) in enumerate(table.columns))
        _json_statements[table] = (
            f"INSERT INTO {table.name} ({table.names})"
            f" SELECT {picks} FROM jsonb_array_elements(%s::jsonb) AS e"
        )
    return _json_statements[table]


def _copy(table: Table, rows: Sequence[Row]) -> None:
    text = "".join(["\t".join([_copy_text(v) for v in row]) + "\n" for row in rows])
    statement = f"COPY {table.name} ({table.names}) FROM STDIN"
    with connection.wrap_database_errors, _cursor(statement).copy(statement) as copy:
        copy.write(text)


def _copy_text(value: Any) -> str:
    if value is None:
        return "\\N"
    kind = type(value)
    if kind is int:
        return str(value)
    if kind is bool:
        return "t" if value else "f"
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if kind is not str:
        value = dumps(value)
    if "\\" in value or "\t" in value or "\n" in value or "\r" in value:
        return str(
            value.replace("\\", "\\\\")
            .replace("\t", "\\t")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
        )
    return str(value)
