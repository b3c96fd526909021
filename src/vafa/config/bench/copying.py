"""The ceiling for many purchases at once: COPY of the rows that they wrote, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from vafa.config.bench.databases import Databases

GROUP = 1000
# What the purchases with numbers between the two parameters wrote, in the order of writing. The
# balance is left out: that is an UPDATE, and leaving it out makes the ceiling higher, not lower.
_ROWS: dict[str, LiteralString] = {
    "commerce_purchase": "SELECT x.* FROM commerce_purchase x"
    " WHERE x.id BETWEEN {first} AND {last} ORDER BY x.id",
    "commerce_purchaseline": "SELECT x.* FROM commerce_purchaseline x"
    " WHERE x.purchase_id BETWEEN {first} AND {last} ORDER BY x.id",
    "program_decision": "SELECT x.* FROM program_decision x"
    " WHERE x.purchase_id BETWEEN {first} AND {last} ORDER BY x.id",
    "ledger_transfer": "SELECT x.* FROM ledger_transfer x JOIN program_decision d"
    " ON d.id = x.source_id AND x.source = 'decision'"
    " WHERE d.purchase_id BETWEEN {first} AND {last} ORDER BY x.id",
    "ledger_lot": "SELECT x.* FROM ledger_lot x JOIN ledger_transfer t ON t.id = x.transfer_id"
    " JOIN program_decision d ON d.id = t.source_id AND t.source = 'decision'"
    " WHERE d.purchase_id BETWEEN {first} AND {last} ORDER BY x.id",
    "core_event": "SELECT x.* FROM core_event x WHERE x.name = 'purchase.recorded'"
    " AND (x.payload ->> 'purchase')::bigint BETWEEN {first} AND {last} ORDER BY x.id",
    "core_idempotencykey": "SELECT x.* FROM core_idempotencykey x WHERE x.operation = 'purchase'"
    " AND (x.made ->> 'purchase_id')::bigint BETWEEN {first} AND {last} ORDER BY x.id",
    "core_idempotencyanswer": "SELECT x.* FROM core_idempotencyanswer x"
    " JOIN core_idempotencykey k ON k.id = x.key_id WHERE k.operation = 'purchase'"
    " AND (k.made ->> 'purchase_id')::bigint BETWEEN {first} AND {last} ORDER BY x.key_id",
}
BATCH_TABLES = tuple(_ROWS)
# An import has receipts, and no keys.
IMPORT_TABLES = tuple(table for table in _ROWS if not table.startswith("core_idempotency"))


class CopyCeiling:
    """Rows of recorded purchases in memory, and tables like theirs to copy them into."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self.purchases = 0
        self._blocks: list[dict[str, bytes]] = []

    def take(self, first: int, last: int) -> None:
        """Keep the rows of the measured purchases numbered ``first`` to ``last``.

        Raises ValueError when some of them lack a row in some table.
        """
        columns: dict[str, list[bytes]] = {}
        with self._databases.connect(self._databases.measured) as source:
            for table, query in _ROWS.items():
                columns[table] = copy_out(source, query, first, last)
        counts = {table: len(rows) for table, rows in columns.items()}
        if len(set(counts.values())) != 1:
            raise ValueError(f"purchases without all their rows: {counts}")
        self.purchases = counts["commerce_purchase"]
        self._blocks = [
            {table: b"".join(rows[at : at + GROUP]) for table, rows in columns.items()}
            for at in range(0, self.purchases, GROUP)
        ]

    def measure(self, tables: Sequence[str]) -> float:
        """Purchases per second into empty tables, one commit for each thousand."""
        with self._databases.connect(self._databases.ceiling) as target:
            for table in tables:
                make_like(target, table)
            began = perf_counter()
            for block in self._blocks:
                with target.transaction():
                    for table in tables:
                        copy_in(target, table, block[table])
            return self.purchases / (perf_counter() - began)


def copy_out(
    source: psycopg.Connection[Any], query: LiteralString, first: int, last: int | str
) -> list[bytes]:
    """The rows in COPY's text form, a line each."""
    rows = sql.SQL(query).format(first=sql.Literal(first), last=sql.Literal(last))
    with (
        source.cursor() as cursor,
        cursor.copy(sql.SQL("COPY ({}) TO STDOUT").format(rows)) as copy,
    ):
        return b"".join(bytes(piece) for piece in copy).splitlines(keepends=True)


def copy_in(target: psycopg.Connection[Any], table: str, rows: bytes) -> None:
    """Write rows in COPY's text form into the twin of a table."""
    into = sql.SQL("COPY {} FROM STDIN").format(twin(table))
    with target.cursor() as cursor, cursor.copy(into) as copy:
        copy.write(rows)


def make_like(target: psycopg.Connection[Any], table: str) -> None:
    """An empty table with the same columns, defaults, indexes and checks (no foreign keys)."""
    target.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(twin(table)))
    like = sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)")
    target.execute(like.format(twin(table), sql.Identifier(table)))


def twin(table: str) -> sql.Identifier:
    """The name of a table's empty likeness."""
    return sql.Identifier(f"bench_{table}")
