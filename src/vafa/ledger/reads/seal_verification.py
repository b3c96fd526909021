"""Re-derive every sealed leaf and head from the rows, and name each row that is not as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vafa.core.db import fetch
from vafa.core.progress import Progress
from vafa.core.verification import MOST_NAMED, Difference
from vafa.ledger.reads.seals import (
    BEGINNING,
    MOST,
    Checkpoint,
    Leaf,
    Place,
    checkpoints_after,
    latest_checkpoint,
    leaves_between,
    split,
    verifier_keys,
)
from vafa.ledger.rules.merkle import WIDTH, Tiles, append, edge, node_of, root
from vafa.ledger.rules.notes import NotSigned, opened, parse_verifier_key

ROWS = "sealed rows are as they were"
TREE = "tiles hold the hashes beneath them"
HEADS = "heads are signed and are those of the sealed rows"
NEWEST_KEY = "the newest key"
_AT_ONCE = MOST // WIDTH
_SHOWN = 16
_BEFORE_ALL = Place(-(2**63), -(2**63))

Sealed = tuple[int, bytes]  # transfer, leaf hash


class _Tile(NamedTuple):
    number: int
    first: Place
    sealed: list[Sealed]


def seal_differences(
    book_id: int, progress: Progress, *, trusted: bytes | None = None
) -> list[Difference]:
    """Everything that is not as it was sealed, at most a hundred of each kind.

    ``trusted`` is the public key by which heads are signed here: without it, heads that somebody
    signed anew with a key of her own look as good as ours.
    """
    newest = latest_checkpoint(book_id)
    size = newest.size if newest else 0
    progress.start(size, "seals")
    audit = _Audit(book_id, progress)
    for tiles in _tiles_in_order(book_id):
        audit.take(tiles)
    progress.finish()
    audit.finish(newest)
    for key in verifier_keys(book_id)[:1]:
        if trusted is not None and parse_verifier_key(key)[1] != trusted:
            audit.heads.append(Difference(HEADS, NEWEST_KEY, trusted.hex(), key))
    return [*audit.rows[:MOST_NAMED], *audit.tree[:MOST_NAMED], *audit.heads[:MOST_NAMED]]


class _Audit:
    """One pass over a book's leaves, in order."""

    def __init__(self, book_id: int, progress: Progress) -> None:
        self.book_id = book_id
        self.progress = progress
        self.rows: list[Difference] = []
        self.tree: list[Difference] = []
        self.heads: list[Difference] = []
        self._tiles: Tiles = {}
        self._size = 0
        self._checked = 0  # the size of the last head looked at
        self._number = 0  # of the tile that comes next

    def take(self, some: Sequence[tuple[_Tile, Place]]) -> None:
        """The next tiles, each with the place at which the one after it begins."""
        first = some[0][0].first if self._size else _BEFORE_ALL
        sealed = [entry for tile, _ in some for entry in tile.sealed]
        self._compare(sealed, list(_derive(self.book_id, first, some[-1][1])))
        for tile, _ in some:
            if tile.number != self._number or self._size % WIDTH:
                self.tree.append(
                    Difference(TREE, f"before tile 0/{tile.number}", "full tiles", "missing or cut")
                )
            self._number = tile.number + 1
            append(self._tiles, self._size, [found for _, found in tile.sealed])
            self._size += len(tile.sealed)
        self._check_heads()
        growing = edge(self._size)
        for key in [key for key in self._tiles if key[0] == 0 and key not in growing]:
            del self._tiles[key]
        self.progress.advance(len(sealed))

    def finish(self, newest: Checkpoint | None) -> None:
        """After the last tile: is all of the tree there, and no more?"""
        size = newest.size if newest else 0
        if size != self._size:
            self.tree.append(Difference(TREE, "hashes of level 0", str(size), str(self._size)))
            self._check_heads()
        rows = fetch(
            "SELECT level, number, hashes FROM ledger_sealtile WHERE book_id = %s AND level > 0",
            [self.book_id],
        )
        stored = {(level, number): split(hashes) for level, number, hashes in rows}
        derived = {key: tile for key, tile in self._tiles.items() if key[0] > 0}
        for level, number in sorted(stored.keys() | derived.keys()):
            is_, should = stored.get((level, number), []), derived.get((level, number), [])
            if is_ != should:
                self.tree.append(
                    Difference(TREE, f"tile {level}/{number}", _short(should), _short(is_))
                )

    def _check_heads(self) -> None:
        node = node_of(self._tiles)
        while heads := checkpoints_after(self.book_id, self._checked, _AT_ONCE):
            for head in heads:
                if head.size > self._size:
                    return
                self._checked = head.size
                self._check_head(head, root(head.size, node))

    def _check_head(self, head: Checkpoint, derived: bytes) -> None:
        subject = f"head of {head.size}"
        if head.root != derived:
            self.heads.append(
                Difference(HEADS, subject, derived.hex()[:_SHOWN], head.root.hex()[:_SHOWN])
            )
        try:
            said = opened(head.note, head.key)
        except NotSigned as error:
            self.heads.append(Difference(HEADS, subject, "signed by its key", str(error)))
            return
        if (said.size, said.root) != (head.size, head.root):
            found = f"{said.size} {said.root.hex()[:_SHOWN]}"
            expected = f"{head.size} {head.root.hex()[:_SHOWN]}"
            self.heads.append(Difference(HEADS, f"note of the {subject}", expected, found))

    def _compare(self, sealed: list[Sealed], found: list[Leaf]) -> None:
        """Name the rows of this stretch that are not those that were sealed."""
        now = [(leaf.place.transfer, leaf.hash) for leaf in found]
        if now == sealed:
            return
        before, after = dict(sealed), dict(now)
        gone = [number for number in before if number not in after]
        elsewhere = _existing(gone)
        for number, hash_ in before.items():
            if number not in after:
                what = "moved to another place or book" if number in elsewhere else "missing"
                self._name(number, hash_.hex()[:_SHOWN], what)
            elif after[number] != hash_:
                changed = after[number].hex()[:_SHOWN] if after[number] else "its account is gone"
                self._name(number, hash_.hex()[:_SHOWN], f"changed: {changed}")
        for number in after:
            if number not in before:
                self._name(number, "not there", "inserted")
        both = before.keys() & after.keys()
        was = [number for number, _ in sealed if number in both]
        is_ = [number for number, _ in now if number in both]
        for at, (old, new) in enumerate(zip(was, is_, strict=True)):
            if old != new:
                self._name(new, f"transfer {old} here ({at})", "reordered")

    def _name(self, transfer: int, expected: str, found: str) -> None:
        if len(self.rows) < MOST_NAMED:
            self.rows.append(Difference(ROWS, _subject(transfer), expected, found))


def _tiles_in_order(book_id: int) -> Iterator[list[tuple[_Tile, Place]]]:
    """Level 0 in stretches of at most ``MOST`` leaves, each tile with where the next begins."""
    newest = latest_checkpoint(book_id)
    end = Place(newest.last.transaction, newest.last.transfer + 1) if newest else BEGINNING
    number = -1
    while True:
        rows = fetch(
            "SELECT number, first_transaction, first_transfer, transfers, hashes"
            " FROM ledger_sealtile WHERE book_id = %s AND level = 0 AND number > %s"
            " ORDER BY number LIMIT %s",
            [book_id, number, _AT_ONCE + 1],
        )
        tiles = [
            _Tile(n, Place(transaction, transfer), list(zip(transfers, split(hashes), strict=True)))
            for n, transaction, transfer, transfers, hashes in rows
        ]
        if not tiles:
            return
        nexts = [tile.first for tile in tiles[1:]] + [end]
        some = list(zip(tiles, nexts, strict=True))[:_AT_ONCE]
        yield some
        number = some[-1][0].number


def _derive(book_id: int, first: Place, end: Place) -> Iterator[Leaf]:
    """Every leaf of the rows from ``first`` on and before ``end``."""
    while True:
        leaves = leaves_between(book_id, first, end)
        yield from leaves
        if len(leaves) < MOST:
            return
        last = leaves[-1].place
        first = Place(last.transaction, last.transfer + 1)


def _existing(transfers: list[int]) -> set[int]:
    rows = fetch("SELECT id FROM ledger_transfer WHERE id = ANY(%s)", [transfers])
    return {row[0] for row in rows}


def _subject(transfer: int) -> str:
    """The transfer and the rows that are sealed with it."""
    ((lots, consumptions),) = fetch(
        "SELECT (SELECT array_agg(id ORDER BY id) FROM ledger_lot WHERE transfer_id = %s),"
        " (SELECT array_agg(id ORDER BY id) FROM ledger_consumption WHERE transfer_id = %s)",
        [transfer, transfer],
    )
    parts = [
        f"{name} {' '.join(map(str, numbers))}"
        for name, numbers in (("lot", lots), ("consumption", consumptions))
        if numbers
    ]
    return f"transfer {transfer}" + (f" ({', '.join(parts)})" if parts else "")


def _short(hashes: list[bytes]) -> str:
    return f"{len(hashes)} hashes, last {hashes[-1].hex()[:_SHOWN]}" if hashes else "none"
