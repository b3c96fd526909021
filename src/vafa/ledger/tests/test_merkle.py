"""The tree against RFC 6962's own definitions, written out as they stand there."""

from __future__ import annotations

from hashlib import sha256

import pytest

from vafa.ledger.rules.merkle import (
    Tiles,
    append,
    consistency_path,
    edge,
    inclusion_path,
    node_of,
    root,
    tiles_for,
)

Leaves = list[bytes]
SIZES = (1, 2, 3, 7, 8, 100, 255, 256, 257, 511, 512, 600, 65_536, 65_537, 70_000)


def tree_hash(leaves: Leaves) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + tree_hash(leaves[:k]) + tree_hash(leaves[k:])).digest()


def path(m: int, leaves: Leaves) -> Leaves:
    if len(leaves) == 1:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if m < k:
        return [*path(m, leaves[:k]), tree_hash(leaves[k:])]
    return [*path(m - k, leaves[k:]), tree_hash(leaves[:k])]


def subproof(m: int, leaves: Leaves, whole: bool) -> Leaves:
    if m == len(leaves):
        return [] if whole else [tree_hash(leaves)]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if m <= k:
        return [*subproof(m, leaves[:k], whole), tree_hash(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), tree_hash(leaves[:k])]


def leaves_of(size: int) -> Leaves:
    return [sha256(b"\x00" + n.to_bytes(8, "big")).digest() for n in range(size)]


def grown(leaves: Leaves, steps: list[int]) -> Tiles:
    """The tiles of these leaves, added in pieces that end at ``steps``."""
    tiles: Tiles = {}
    for start, end in zip([0, *steps], steps, strict=False):
        kept = {key: tiles[key] for key in edge(start)}
        append(kept, start, leaves[start:end])
        tiles.update(kept)
    return tiles


def test_the_vectors_of_certificate_transparency() -> None:
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
              "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
    leaves = [sha256(b"\x00" + bytes.fromhex(text)).digest() for text in inputs]
    tiles = grown(leaves, [8])
    expected = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert root(8, node_of(tiles)).hex() == expected


@pytest.mark.parametrize("size", SIZES)
def test_roots_and_proofs(size: int) -> None:
    leaves = leaves_of(size)
    tiles = grown(leaves, sorted({1, size // 3 or 1, size // 2 or 1, size}))
    node = node_of(tiles)
    assert root(size, node) == tree_hash(leaves)
    places = sorted({0, 1, size // 2, size - 2, size - 1, 255, 256} & set(range(size)))
    for index in places:
        assert inclusion_path(index, size, node) == path(index, leaves)
        old = index + 1
        assert consistency_path(old, size, node) == subproof(old, leaves, True)


def test_small_trees_altogether() -> None:
    leaves = leaves_of(40)
    for size in range(1, 41):
        node = node_of(grown(leaves[:size], [size]))
        for index in range(size):
            assert inclusion_path(index, size, node) == path(index, leaves[:size])
            expected = subproof(index + 1, leaves[:size], True)
            assert consistency_path(index + 1, size, node) == expected


def test_a_proof_reads_few_tiles() -> None:
    size = 10_000_019
    asked = tiles_for(lambda node: inclusion_path(5_000_000, size, node))
    assert len(asked) <= 8
    assert len(tiles_for(lambda node: consistency_path(9_000_001, size, node))) <= 10
