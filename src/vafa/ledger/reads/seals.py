"""Sealed heads, tiles, and the hashes of leaves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from vafa.core.db import dumps, execute, fetch, recordset
from vafa.ledger.rules.leaves import leaves_sql
from vafa.ledger.rules.merkle import TileKey, Tiles

HASH_BYTES = 32


class Place(NamedTuple):
    """Where a transfer stands in its book's order."""

    transaction: int
    transfer: int


class Leaf(NamedTuple):
    """A transfer's place and the hash of all that is sealed of it."""

    place: Place
    hash: bytes


class Checkpoint(NamedTuple):
    """A signed head: ``size`` transfers, the last one at ``last``; ``key`` checks the note."""

    size: int
    root: bytes
    note: str
    key: str
    last: Place
    sealed_at: datetime


BEGINNING = Place(0, 0)
# The limit is written out, not a parameter: the planner must know that these are few.
MOST = 16_384
_IN_ORDER = f"ORDER BY transaction, id LIMIT {MOST}"
_AFTER = leaves_sql(
    "SELECT * FROM ledger_transfer WHERE book_id = %s AND (transaction, id) > (%s, %s)"
    f" AND transaction < vafa_transaction_horizon() {_IN_ORDER}"
)
_BETWEEN = leaves_sql(
    "SELECT * FROM ledger_transfer WHERE book_id = %s AND (transaction, id) >= (%s, %s)"
    f" AND (transaction, id) < (%s, %s) {_IN_ORDER}"
)
_CHECKPOINT = (
    "SELECT c.size, c.root, c.note, k.verifier, c.last_transaction, c.last_transfer, c.sealed_at"
    " FROM ledger_checkpoint c JOIN ledger_sealkey k ON k.id = c.key_id WHERE c.book_id = %s"
)
_TILE = (("level", "smallint"), ("number", "bigint"))


def leaves_after(book_id: int, place: Place) -> list[Leaf]:
    """The next leaves in order (at most ``MOST``), as far as nothing can appear between them."""
    return _leaves(_AFTER, [book_id, *place])


def leaves_between(book_id: int, first: Place, end: Place) -> list[Leaf]:
    """Leaves from ``first`` on and before ``end``, at most ``MOST``."""
    return _leaves(_BETWEEN, [book_id, *first, *end])


def latest_checkpoint(book_id: int) -> Checkpoint | None:
    """The newest head; None before the first."""
    return _one(fetch(f"{_CHECKPOINT} ORDER BY c.size DESC LIMIT 1", [book_id]))


def checkpoint_of(book_id: int, size: int) -> Checkpoint | None:
    """The head of exactly that many transfers; None where there is none."""
    return _one(fetch(f"{_CHECKPOINT} AND c.size = %s", [book_id, size]))


def checkpoints_after(book_id: int, size: int, limit: int) -> list[Checkpoint]:
    """The next heads above ``size``, ascending."""
    rows = fetch(f"{_CHECKPOINT} AND c.size > %s ORDER BY c.size LIMIT %s", [book_id, size, limit])
    return [_checkpoint(row) for row in rows]


def verifier_keys(book_id: int) -> list[str]:
    """Every key that the book's heads were signed with, the newest first."""
    rows = fetch(
        "SELECT verifier FROM ledger_sealkey WHERE book_id = %s ORDER BY id DESC", [book_id]
    )
    return [row[0] for row in rows]


def waiting(book_id: int, after: Place) -> int:
    """How many transfers stand behind a place."""
    rows = fetch(
        "SELECT count(*) FROM ledger_transfer WHERE book_id = %s AND (transaction, id) > (%s, %s)",
        [book_id, *after],
    )
    return int(rows[0][0])


def read_tiles(book_id: int, keys: Collection[TileKey]) -> Tiles:
    """These tiles' hashes; those that are not there are left out."""
    if not keys:
        return {}
    rows = fetch(
        f"SELECT t.level, t.number, t.hashes FROM {recordset(_TILE, 'w')} JOIN ledger_sealtile t"
        " ON t.book_id = %s AND t.level = w.level AND t.number = w.number",
        [dumps(sorted(keys)), book_id],
    )
    return {(level, number): split(hashes) for level, number, hashes in rows}


def split(hashes: bytes) -> list[bytes]:
    """Hashes that stand one after the other."""
    return [hashes[n : n + HASH_BYTES] for n in range(0, len(hashes), HASH_BYTES)]


def indexes_of(book_id: int, places: Sequence[Place]) -> dict[int, int]:
    """Transfer → its index in the tree, for those that are sealed."""
    rows = fetch(
        f"SELECT p.transfer, t.number * 256 + array_position(t.transfers, p.transfer) - 1"
        f" FROM {recordset((('transaction', 'bigint'), ('transfer', 'bigint')), 'p')}"
        " CROSS JOIN LATERAL (SELECT number, transfers FROM ledger_sealtile"
        "  WHERE book_id = %s AND level = 0"
        "  AND (first_transaction, first_transfer) <= (p.transaction, p.transfer)"
        "  ORDER BY first_transaction DESC, first_transfer DESC LIMIT 1) t"
        " WHERE array_position(t.transfers, p.transfer) IS NOT NULL",
        [dumps(places), book_id],
    )
    return {int(transfer): int(index) for transfer, index in rows}


# A few thousand rows of tables that have millions: any other way reads one of them, or an index of
# it, whole. The rows found are then joined by hash all the same, since they have no index.
_ROW_BY_ROW = "SELECT " + ", ".join(
    f"set_config('enable_{way}', 'off', true)"
    for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin")
)


def _leaves(sql: str, params: Sequence[int]) -> list[Leaf]:
    with transaction.atomic(savepoint=False):
        execute(_ROW_BY_ROW)
        rows = fetch(sql, params)
    return [Leaf(Place(at, number), found) for at, number, found in rows]


def _one(rows: list[tuple[Any, ...]]) -> Checkpoint | None:
    return _checkpoint(rows[0]) if rows else None


def _checkpoint(row: tuple[Any, ...]) -> Checkpoint:
    size, root, note, key, transaction, transfer, sealed_at = row
    return Checkpoint(size, root, note, key, Place(transaction, transfer), sealed_at)
