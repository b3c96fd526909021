"""Several statements in one journey to PostgreSQL, at the price of a few calls into libpq.

A cursor of psycopg sends each statement of a pipeline by itself, and takes dozens of Python
functions for it. Here everything goes out at once, prepared, with the transaction's BEGIN before
it and, when asked for, its COMMIT behind it. Values are converted by psycopg, as always.

Nothing else may prepare statements on these connections (Django and psycopg do not unless told
to): psycopg, when it had any, would drop all of a connection's at each rollback, ours included.
"""

from __future__ import annotations

import re
import select
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from psycopg import abc
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, PipelineStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from vafa.core.postgres.watch import watch

Params = Sequence[Any] | Mapping[str, Any]
Statement = tuple[str, Params]
_Form = tuple[str, tuple[int, ...]]  # text and types of parameters

_MOST_PREPARED = 200
_CANCEL_SECONDS = 5.0
_PLACE = re.compile(rb"%(?:\((\w+)\))?([s%])")
_NO_SUCH_STATEMENT = "26000"
_DONE = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK, ExecStatus.EMPTY_QUERY})


class Reply(NamedTuple):
    """What a statement gave: its rows, and how many rows it gave or touched."""

    rows: list[tuple[Any, ...]]
    touched: int


def exchange(
    raw: psycopg.Connection[Any],
    statements: Sequence[Statement],
    *,
    commit: bool = False,
    by_keys: bool = False,
) -> list[Reply]:
    """Run ``statements`` in order, and then COMMIT when ``commit``; wait once.

    Begins a transaction where psycopg would. Within transactions, and for statements that look
    things up ``by_keys``, plans are those for any values: a plan made for the values of a club so
    new that the statistics know nothing of it may go by an index of the club alone, and read all
    of it for each key. Each statement sees what those before it did. Raises
    the psycopg.Error of the first that fails; then nothing behind it has run, COMMIT included.
    """
    prepared = _prepared.get(raw)
    if prepared is None:
        prepared = _prepared[raw] = _Prepared()
    link = raw.pgconn
    with _pipeline(raw):
        journey = _Journey(raw, prepared)
        if not raw.autocommit and link.transaction_status == TransactionStatus.IDLE:
            journey.command(b"BEGIN")
            journey.command(b"SET LOCAL plan_cache_mode = force_generic_plan")
        elif by_keys and link.transaction_status == TransactionStatus.IDLE:
            # A journey without BEGIN is a transaction too, as far as this setting goes.
            journey.command(b"SELECT set_config('plan_cache_mode', 'force_generic_plan', true)")
        for sql, params in statements:
            journey.statement(sql, params)
        is_full = journey.has_prepared > _MOST_PREPARED
        if is_full:
            # Behind them: before them it would be a transaction's first query, and some must be that.
            journey.command(b"DEALLOCATE ALL")
        if commit:
            journey.command(b"COMMIT")
        try:
            return journey.replies()
        finally:
            if is_full:
                prepared.names.clear()


class _Prepared:
    """What one connection has prepared: the names of statements."""

    def __init__(self) -> None:
        self.names: dict[_Form, bytes] = {}
        self._made = 0

    def new_name(self) -> bytes:
        self._made += 1
        return b"vafa%d" % self._made


_prepared: WeakKeyDictionary[psycopg.Connection[Any], _Prepared] = WeakKeyDictionary()


class _Journey:
    """Statements that are sent, and then their results, in the same order."""

    def __init__(self, raw: psycopg.Connection[Any], prepared: _Prepared) -> None:
        self._link: PGconn = raw.pgconn
        self._give_up = raw.close
        self._prepared = prepared
        self._convert: abc.Transformer = Transformer(raw)
        self._preparing: dict[_Form, bytes] = {}
        # What each result will be: of a command, of preparing a form, or of a statement.
        self._sent: list[_Form | bool] = []

    @property
    def has_prepared(self) -> int:
        """How many statements the connection has prepared when this is over."""
        return len(self._prepared.names) + len(self._preparing)

    def command(self, text: bytes) -> None:
        """Something without parameters that gives no rows."""
        self._link.send_query_params(text, None)
        self._sent.append(False)

    def statement(self, sql: str, params: Params) -> None:
        """A statement whose reply is wanted."""
        query, order = _translated(sql)
        given = [params[name] for name in order] if isinstance(params, Mapping) else params
        assert len(given) == len(order), f"{len(given)} values for {len(order)} places: {sql}"
        convert = self._convert
        values = convert.dump_sequence(given, [PyFormat.AUTO] * len(given)) if given else None
        form = (sql, convert.types or ()) if given else (sql, ())
        name = self._prepared.names.get(form) or self._preparing.get(form)
        if name is None:
            name = self._preparing[form] = self._prepared.new_name()
            self._link.send_prepare(name, query, form[1])
            self._sent.append(form)
        self._link.send_query_prepared(name, values, convert.formats if given else None)
        self._sent.append(True)

    def replies(self) -> list[Reply]:
        """Send what is waiting and take all results."""
        ready = self._send()
        replies: list[Reply] = []
        failed: PGresult | None = None
        for what in self._sent:
            result = self._next(ready)
            if result is None:
                raise self._lost(failed)
            if result.status in _DONE:
                if what is True:
                    replies.append(self._reply(result))
                elif what:
                    self._prepared.names[what] = self._preparing[what]
            elif failed is None:
                failed = result
            end = self._next(ready)
            if end is not None:
                raise self._lost(failed or end)
        synchronised = self._next(ready)
        if synchronised is None or synchronised.status != ExecStatus.PIPELINE_SYNC:
            raise self._lost(failed or synchronised)
        if failed is not None:
            raise self._error(failed)
        return replies

    def _send(self) -> select.poll:
        self._link.pipeline_sync()
        ready = select.poll()
        ready.register(self._link.socket, select.POLLIN | select.POLLOUT)
        while self._link.flush():
            # A server that has much to say stops listening until somebody reads it.
            for _, event in ready.poll():
                if event != select.POLLOUT:
                    self._link.consume_input()
        ready.modify(self._link.socket, select.POLLIN)
        return ready

    def _next(self, ready: select.poll) -> PGresult | None:
        while self._link.is_busy():
            watch.until_ready(ready, self._give_up)
            self._link.consume_input()
        return self._link.get_result()

    def _reply(self, result: PGresult) -> Reply:
        rows: list[tuple[Any, ...]] = []
        if result.ntuples:
            self._convert.set_pgresult(result)
            rows = self._convert.load_rows(0, result.ntuples, tuple)
        return Reply(rows, result.command_tuples or 0)

    def _lost(self, failed: PGresult | None) -> psycopg.Error:
        """What to raise where results do not come as one for each statement and then the end of
        the journey. Only a connection that is cut does that: the server may say that it goes, and
        then libpq that it is gone."""
        self._give_up()
        if failed is not None and (error := self._error(failed)).sqlstate:
            return error
        return psycopg.OperationalError("the connection to the database is lost")

    def _error(self, failed: PGresult) -> psycopg.Error:
        error = error_from_result(failed)
        if error.sqlstate == _NO_SUCH_STATEMENT:
            self._prepared.names.clear()
        return error


@lru_cache(maxsize=1024)
def _translated(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with $1, $2, ... and the names of its parameters ("" for those by place)."""
    order: list[str] = []

    def place(found: re.Match[bytes]) -> bytes:
        if found[2] == b"%":
            return b"%"
        name = (found[1] or b"").decode()
        if not name or name not in order:
            order.append(name)
            return b"$%d" % len(order)
        return b"$%d" % (order.index(name) + 1)

    return _PLACE.sub(place, sql.encode()), tuple(order)


@contextmanager
def _pipeline(raw: psycopg.Connection[Any]) -> Iterator[None]:
    """Pipeline mode. Who is interrupted in it ends the statement, and leaves a closed connection."""
    link = raw.pgconn
    link.enter_pipeline_mode()
    try:
        yield
    finally:
        if link.status == ConnStatus.OK and link.pipeline_status != PipelineStatus.OFF:
            try:
                link.exit_pipeline_mode()
            except psycopg.OperationalError:
                with suppress(psycopg.Error):
                    raw.cancel_safe(timeout=_CANCEL_SECONDS)
                raw.close()
