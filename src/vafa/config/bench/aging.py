"""Maturing and expiring, beside COPY and UPDATE of the very rows that they write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import LiteralString, TypeVar

from psycopg import sql

from vafa.club.reads.context import club_context
from vafa.config.bench.copying import copy_in, copy_out, make_like, twin
from vafa.config.bench.figures import Bar, Figure, Row
from vafa.config.bench.stages import Bench
from vafa.config.bench.value import Grant, give
from vafa.core.db import fetch
from vafa.flows.upkeep import run_upkeep
from vafa.ledger.actions.aging import LOTS_AT_ONCE

T = TypeVar("T")
_BAR = Bar(at_least=50_000)
LOTS_EACH = 10
_LOTS: LiteralString = "SELECT * FROM ledger_lot WHERE id BETWEEN {first} AND {last} ORDER BY id"
# What transfers of one kind above a number wrote, each first in the order of writing.
_WRITTEN: dict[str, LiteralString] = {
    "ledger_transfer": "SELECT * FROM ledger_transfer WHERE id > {first} AND kind = {last}"
    " ORDER BY id",
    "ledger_consumption": "SELECT c.* FROM ledger_consumption c JOIN ledger_transfer t"
    " ON t.id = c.transfer_id WHERE t.id > {first} AND t.kind = {last} ORDER BY c.id",
    "ledger_lot": "SELECT l.* FROM ledger_lot l JOIN ledger_transfer t ON t.id = l.transfer_id"
    " WHERE t.id > {first} AND t.kind = {last} ORDER BY l.id",
}


def aging(bench: Bench) -> list[Row]:
    """(j) Lots of very many members mature, and then expire, all at once."""
    options, now = bench.options, datetime.now(UTC)
    club = club_context(bench.scene.club_id)
    rates: dict[str, list[float]] = {"mature": [], "expire": []}
    ceilings: dict[str, list[float]] = {"mature": [], "expire": []}
    members = max(options.lots // LOTS_EACH, 1)
    grant = Grant(0, min(members, bench.scene.members), LOTS_EACH, now - timedelta(days=20),
                  now - timedelta(days=40))  # fmt: skip
    bench.progress.start(2 * options.rounds, "Maturing and expiring")
    for _ in range(options.rounds):
        first, last = give(bench.databases, bench.scene, grant)
        for kind, days in (("mature", 30), ("expire", 10)):
            written_before = _last_transfer()
            old = _copied(bench, _LOTS, first, last)
            bench.databases.settle()
            began = perf_counter()
            run_upkeep(club, at=now - timedelta(days=days))
            rates[kind].append(len(old) / (perf_counter() - began))
            ceilings[kind].append(_ceiling(bench, old, kind, written_before))
            first, last = _opened_after(written_before)
            bench.progress.advance()
    bench.progress.finish()
    rows = []
    for kind, name in (("mature", "Maturing"), ("expire", "Expiring")):
        rate, ceiling = Figure(tuple(rates[kind])), Figure(tuple(ceilings[kind]))
        rows += [
            Row("j", f"COPY and UPDATE as in {name.lower()}", ceiling, "/s"),
            Row("j", f"{name}, lots", rate, "/s", bar=_BAR),
            Row("j", "  beside COPY and UPDATE", rate, "/s", rate.over(ceiling), "COPY"),
        ]
    return rows


def _ceiling(bench: Bench, old: list[bytes], kind: str, after: int) -> float:
    """Lots a second when their rows are only copied, and the old lots only emptied."""
    written = {table: _copied(bench, query, after, kind) for table, query in _WRITTEN.items()}
    blocks = -(-len(old) // LOTS_AT_ONCE)
    lots = twin("ledger_lot")
    with bench.databases.connect(bench.databases.ceiling) as target:
        for table in _WRITTEN:
            make_like(target, table)
        copy_in(target, "ledger_lot", b"".join(old))
        numbers = [int(line.partition(b"\t")[0]) for line in old]
        target.execute(sql.SQL("VACUUM ANALYZE {}").format(lots))
        bench.databases.settle()
        began = perf_counter()
        for block in range(blocks):
            with target.transaction(), target.cursor() as cursor:
                for table, rows in written.items():
                    into = sql.SQL("COPY {} FROM STDIN").format(twin(table))
                    with cursor.copy(into) as copy:
                        copy.write(b"".join(_part(rows, block, blocks)))
                emptied = _part(numbers, block, blocks)
                cursor.execute(
                    sql.SQL("UPDATE {} SET remaining = 0 WHERE id BETWEEN %s AND %s").format(lots),
                    [emptied[0], emptied[-1]],
                )
        return len(old) / (perf_counter() - began)


def _part(rows: Sequence[T], block: int, blocks: int) -> Sequence[T]:
    return rows[len(rows) * block // blocks : len(rows) * (block + 1) // blocks]


def _copied(bench: Bench, query: LiteralString, first: int, last: int | str) -> list[bytes]:
    with bench.databases.connect(bench.databases.measured) as source:
        return copy_out(source, query, first, last)


def _last_transfer() -> int:
    ((last,),) = fetch("SELECT max(id) FROM ledger_transfer")
    return int(last)


def _opened_after(transfer: int) -> tuple[int, int]:
    ((first, last),) = fetch(
        "SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM ledger_lot WHERE transfer_id > %s",
        [transfer],
    )
    return int(first), int(last)
