"""Seal transfers: hash them into the book's tree and sign its new head."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from vafa.core.clock import now
from vafa.core.db import execute, fetch
from vafa.core.progress import Progress, SilentProgress
from vafa.ledger.errors import SealKeyDiffers
from vafa.ledger.reads.seals import (
    BEGINNING,
    MOST,
    Leaf,
    latest_checkpoint,
    leaves_after,
    read_tiles,
    verifier_keys,
)
from vafa.ledger.rules.merkle import WIDTH, append, edge, node_of, root
from vafa.ledger.rules.notes import Head, parse_verifier_key, public_bytes, sign, verifier_key

_NEW_TILE = """
INSERT INTO ledger_sealtile (hashes, transfers, book_id, level, number, first_transaction,
    first_transfer) VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_GROWN_TILE = """
UPDATE ledger_sealtile SET hashes = %s, transfers = transfers || %s::bigint[]
WHERE book_id = %s AND level = %s AND number = %s
"""
_CHECKPOINT = """
INSERT INTO ledger_checkpoint (book_id, size, root, note, key_id, last_transaction, last_transfer,
    sealed_at)
SELECT %s, %s, %s, %s, id, %s, %s, %s FROM ledger_sealkey WHERE book_id = %s AND verifier = %s
"""


def seal_book(
    book_id: int, origin: str, key: Ed25519PrivateKey, progress: Progress | None = None
) -> int:
    """Seal every transfer behind the horizon; returns how many.

    ``origin`` names the book in its heads; once it has one, that stays. Each thousands of
    transfers and their head are one transaction: killed anywhere, the next run goes on from the
    last head. Where another process seals this book already, nothing is done. Raises
    SealKeyDiffers when the book's heads are signed with another key (see ``use_key``).
    """
    bar = progress or SilentProgress()
    total = 0
    while True:
        with transaction.atomic(durable=True):
            sealed = _seal_some(book_id, origin, key)
        total += sealed
        bar.advance(sealed)
        if sealed < MOST:
            return total


def use_key(book_id: int, origin: str, key: Ed25519PrivateKey) -> str:
    """Sign this book's heads with ``key`` from now on; returns its verifier key.

    Whoever keeps the old one is told by the next head that the key has changed: publish the new
    one by another way too.
    """
    with transaction.atomic():
        known = verifier_keys(book_id)
        name = parse_verifier_key(known[0])[0] if known else origin
        mine = verifier_key(name, public_bytes(key))
        execute(
            "INSERT INTO ledger_sealkey (book_id, origin, verifier) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [book_id, name, mine],
        )
    return mine


def _seal_some(book_id: int, origin: str, key: Ed25519PrivateKey) -> int:
    if not _is_alone(book_id):
        return 0
    last = latest_checkpoint(book_id)
    leaves = leaves_after(book_id, last.last if last else BEGINNING)
    if not leaves:
        return 0
    verifier = _our_key(book_id, origin, key)
    before = last.size if last else 0
    size = before + len(leaves)
    tiles = read_tiles(book_id, edge(before))
    begun = set(tiles)
    grown = append(tiles, before, [leaf.hash for leaf in leaves])
    for level, number in grown:
        hashes = tiles[level, number]
        start = number * WIDTH - before
        new = leaves[max(start, 0) : start + len(hashes)] if level == 0 else []
        values = (b"".join(hashes), [leaf.place.transfer for leaf in new] or None)
        if (level, number) in begun:
            execute(_GROWN_TILE, [*values, book_id, level, number], expect=1)
        else:
            first = new[0].place if new else (None, None)
            execute(_NEW_TILE, [*values, book_id, level, number, *first])
    head = Head(parse_verifier_key(verifier)[0], size, root(size, node_of(tiles)))
    _write_head(book_id, head, verifier, sign(head, key), leaves[-1], now())
    return len(leaves)


def _is_alone(book_id: int) -> bool:
    """Whether this transaction is now the one that seals the book."""
    rows = fetch(
        "SELECT pg_try_advisory_xact_lock(hashtextextended('vafa seals book ' || %s::bigint, 0))",
        [book_id],
    )
    return bool(rows[0][0])


def _our_key(book_id: int, origin: str, key: Ed25519PrivateKey) -> str:
    known = verifier_keys(book_id)
    if not known:
        return use_key(book_id, origin, key)
    if parse_verifier_key(known[0])[1] != public_bytes(key):
        raise SealKeyDiffers
    return known[0]


def _write_head(
    book_id: int, head: Head, verifier: str, note: str, last: Leaf, at: datetime
) -> None:
    execute(
        _CHECKPOINT,
        [book_id, head.size, head.root, note, *last.place, at, book_id, verifier],
        expect=1,
    )
