"""Proofs for others: that a transfer is in a head, and that a head extends an earlier one."""

from __future__ import annotations

from collections.abc import Sequence

from vafa.ledger.reads.seals import read_tiles
from vafa.ledger.rules.merkle import (
    Node,
    consistency_path,
    inclusion_path,
    node_of,
    tiles_for,
)


def inclusion_proofs(book_id: int, size: int, indexes: Sequence[int]) -> list[list[bytes]]:
    """For each index below ``size`` the path to the root of the head of that size.

    Reads a few tiles for each, and each tile once.
    """

    def paths(node: Node) -> list[list[bytes]]:
        return [inclusion_path(index, size, node) for index in indexes]

    return paths(node_of(read_tiles(book_id, tiles_for(paths))))


def consistency_proof(book_id: int, old: int, size: int) -> list[bytes]:
    """That the head of ``size`` begins with all of the head of ``old`` (0 < old <= size)."""

    def path(node: Node) -> list[bytes]:
        return consistency_path(old, size, node)

    return path(node_of(read_tiles(book_id, tiles_for(path))))
