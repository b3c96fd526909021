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
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

import orjson
import psycopg
from django.db import DatabaseError, connection

from vafa.core.errors import DomainError, said_by_database
from vafa.core.wire import Params, Reply, Statement, exchange

T = TypeVar("T")
COPY_FROM_ROWS = 200
Row = Sequence[Any]


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
    return _run([(sql, params)])[0].rows


@dataclass(frozen=True, slots=True)
class Query(Generic[T]):
    """A question by keys that has not been asked yet: ``build`` makes the answer of its rows.

    Without ``sql`` there is nothing to ask, and the answer is that of no rows.
    """

    sql: str
    params: Params
    build: Callable[[list[tuple[Any, ...]]], T]

    def ask(self) -> T:
        """Ask it alone."""
        return self.build(_look_up([(self.sql, self.params)])[0].rows if self.sql else [])


def or_refusal(query: Query[T]) -> Query[T | DomainError]:
    """The same question, whose answer is the refusal where it would raise one: for batches in
    which it concerns only some."""

    def build(rows: list[tuple[Any, ...]]) -> T | DomainError:
        try:
            return query.build(rows)
        except DomainError as error:
            return error

    return Query(query.sql, query.params, build)


_BY_INDEX = "SELECT " + ", ".join(
    f"set_config('{name}', 'off', true)"
    for name in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
)


def by_index(entries: int) -> Query[None]:
    """To be asked first in a transaction of so many entries: where they are few, its statements
    look each row up by index.

    Plans are kept as long as a connection, and one made while a table was small would read all of
    it at once for ever. (Where that cannot be helped, PostgreSQL takes it for so dear that it
    would compile it: not that either.)
    """
    return Query(_BY_INDEX if entries < COPY_FROM_ROWS // 2 else "", (), lambda rows: None)


def ask_together(*queries: Query[Any]) -> tuple[Any, ...]:
    """Ask all at once and wait once; the answers in the same order.

    Every wait lets other threads take the interpreter, which under load costs more than the
    question itself.
    """
    asked = [(query.sql, query.params) for query in queries if query.sql]
    replies = iter(_look_up(asked) if asked else ())
    return tuple([query.build(next(replies).rows if query.sql else []) for query in queries])


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
    count = _run([(sql, params)])[0].touched
    assert expect in (None, count), f"{count} rows, {expect} expected: {sql}"
    return count


class _Write(NamedTuple):
    sql: str
    params: Sequence[Any]
    expect: int | None


@contextmanager
def together(*, last: bool = False) -> Iterator[None]:
    """Let all writes of the block be one statement: one journey, one plan, all or nothing.

    They see the database as it was before any of them, and no row twice. Their errors appear at
    the end of the block. Nothing may be read in it. ``last``: they are all that was left to do in
    the transaction, so that it may be committed in the same journey, if it is the outermost.
    """
    writes: list[_Write] = []
    token = _waiting.set(writes)
    try:
        yield
    finally:
        _waiting.reset(token)
    if not writes:
        return
    expected = [w.expect for w in writes]
    sql = _joined(tuple([w.sql for w in writes]), tuple(n is not None for n in expected))
    params = [p for w in writes for p in w.params] + [n for n in expected if n is not None]
    outermost = len(connection.atomic_blocks) == 1 and not connection.needs_rollback
    _run([(sql, params)], commit=last and outermost)


@lru_cache(maxsize=256)
def _joined(statements: Sequence[str], counted: Sequence[bool]) -> str:
    """One statement of all. Where a number of rows is expected and another comes, it fails with a
    text that cannot be a number: it must fail before a COMMIT that travels behind it."""
    parts = ", ".join(f"w{n} AS ({sql} RETURNING 1)" for n, sql in enumerate(statements))
    checks = ", ".join(
        f"(SELECT CASE WHEN count(*) <> %s THEN ('w{n}: ' || count(*) || ' rows')::int END FROM w{n})"
        for n, is_counted in enumerate(counted)
        if is_counted
    )
    return f"WITH {parts} SELECT {checks or 1}"


# Writes that wait for the end of ``together``.
_waiting: ContextVar[list[_Write] | None] = ContextVar("waiting", default=None)


def _look_up(questions: Sequence[Statement]) -> list[Reply]:
    return _run(questions, by_keys=True)


def _run(
    statements: Sequence[Statement], *, commit: bool = False, by_keys: bool = False
) -> list[Reply]:
    """Statements on Django's connection, prepared, their parameters bound by the server. They
    appear in ``connection.queries`` where that is being kept."""
    raw = _connection([sql for sql, _ in statements])
    with _database_errors():
        return exchange(raw, statements, commit=commit, by_keys=by_keys)


@contextmanager
def _database_errors() -> Iterator[None]:
    """Errors as Django's; a DomainError where one of our triggers refused for its reason."""
    try:
        with connection.wrap_database_errors:
            yield
    except DatabaseError as error:
        refusal = said_by_database(getattr(error.__cause__, "sqlstate", None))
        if refusal is None:
            raise
        raise refusal from error


def _connection(statements: Iterable[str]) -> psycopg.Connection[Any]:
    if connection.connection is None:
        connection.ensure_connection()
    if connection.force_debug_cursor:
        connection.queries_log.extend({"sql": sql, "time": ""} for sql in statements)
    raw: psycopg.Connection[Any] = connection.connection
    return raw


def recordset(columns: Iterable[tuple[str, str]], alias: str) -> str:
    """The FROM item that turns one JSON array parameter (of arrays) into typed columns."""
    picks = ", ".join(f"(e ->> {i})::{kind} AS {name}" for i, (name, kind) in enumerate(columns))
    return f"(SELECT {picks} FROM jsonb_array_elements(%s::jsonb) AS e) AS {alias}"


def array_text(values: Iterable[str]) -> str:
    """Texts as PostgreSQL writes an array of them: a value for a column of type text[]."""
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"


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
    cursor = psycopg.Cursor(_connection([statement]))
    with _database_errors(), cursor.copy(statement) as copy:
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
