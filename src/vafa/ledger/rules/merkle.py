"""The Merkle tree of RFC 6962 over SHA-256, kept in tiles of 256 hashes: pure.

A *node* (height, index) is the hash of the 2^height leaves from index x 2^height on, all there. A
*tile* (level, number) is up to 256 nodes of height 8 x level side by side; a tile of the level
above has one entry for each full tile. Full tiles never change; only the last of each level grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

WIDTH = 256
_BITS = 8
Node = Callable[[int, int], bytes]
TileKey = tuple[int, int]  # (level, number)
Tiles = dict[TileKey, list[bytes]]


def node_hash(left: bytes, right: bytes) -> bytes:
    """The parent of two nodes."""
    return sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of nodes."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[n], hashes[n + 1]) for n in range(0, len(hashes), 2)]
    return hashes[0]


def edge(size: int) -> list[TileKey]:
    """The tiles that are begun and not full in a tree of ``size`` leaves: what it grows by."""
    levels = range(-(-size.bit_length() // _BITS))
    return [
        (level, size >> (level + 1) * _BITS) for level in levels if (size >> level * _BITS) % WIDTH
    ]


def append(tiles: Tiles, size: int, leaves: Sequence[bytes]) -> list[TileKey]:
    """Add leaf hashes to a tree of ``size``, whose ``edge`` is in ``tiles``; the tiles that grew."""
    grown: list[TileKey] = []
    level, fresh = 0, leaves
    while fresh:
        full, done, position = [], 0, size >> level * _BITS
        while done < len(fresh):
            number, offset = divmod(position + done, WIDTH)
            grown.append((level, number))
            tile = tiles.setdefault((level, number), [])
            assert len(tile) == offset
            tile.extend(fresh[done : done + WIDTH - offset])
            done += WIDTH - offset
            if len(tile) == WIDTH:
                full.append(perfect_root(tile))
        level, fresh = level + 1, full
    return grown


def node_of(tiles: Tiles) -> Node:
    """Nodes out of these tiles."""

    def node(height: int, index: int) -> bytes:
        level, within = divmod(height, _BITS)
        number, offset = divmod(index << within, WIDTH)
        return perfect_root(tiles[level, number][offset : offset + (1 << within)])

    return node


def tiles_for(paths: Callable[[Node], object]) -> set[TileKey]:
    """Which tiles ``paths`` will ask nodes of."""
    asked: set[TileKey] = set()

    def node(height: int, index: int) -> bytes:
        level, within = divmod(height, _BITS)
        asked.add((level, index << within >> _BITS))
        return b""

    paths(node)
    return asked


def root(size: int, node: Node) -> bytes:
    """The root of the first ``size`` leaves."""
    return _over(0, size, node)


def inclusion_path(index: int, size: int, node: Node) -> list[bytes]:
    """RFC 6962 2.1.1: the siblings from leaf ``index`` up to the root of ``size`` leaves."""
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_over(middle, end, node))
            end = middle
        else:
            path.append(_over(start, middle, node))
            start = middle
    path.reverse()
    return path


def consistency_path(old: int, size: int, node: Node) -> list[bytes]:
    """RFC 6962 2.1.2: that the tree of ``size`` leaves begins with the tree of ``old`` (0 < old)."""
    start, end, path, whole = 0, size, [], True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_over(middle, end, node))
            end = middle
        else:
            path.append(_over(start, middle, node))
            start, whole = middle, False
    if not whole:
        path.append(_over(start, end, node))
    path.reverse()
    return path


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1


def _peaks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The full subtrees of leaves [start, end), the largest first; ``start`` fits the largest."""
    while start < end:
        height = (end - start).bit_length() - 1
        yield height, start >> height
        start += 1 << height


def _over(start: int, end: int, node: Node) -> bytes:
    hashes = [node(*peak) for peak in _peaks(start, end)]
    found = hashes.pop()
    while hashes:
        found = node_hash(hashes.pop(), found)
    return found
