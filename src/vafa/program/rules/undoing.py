"""How much of a grant, or of points spent, a return undoes: pure, and exact in every order.

Each amount is the difference of two cumulative figures rounded down, so that the parts of
several returns always add up to the whole (docs/how-points-work.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class LineProgress(NamedTuple):
    """A purchase line: its amount and how much of it has come back, this return included."""

    amount: int
    returned: int


def granted_to_undo(
    shares: Sequence[tuple[int, int]], lines: Mapping[int, LineProgress], undone: int
) -> int:
    """Points of a grant to take back now.

    ``shares`` are (line, points) of the grant, ``undone`` what earlier returns took of it.
    A line of no amount carries its points until the whole purchase is back.
    """
    everything = all(line.returned == line.amount for line in lines.values())
    target = sum(
        points
        if everything
        else points * lines[line].returned // lines[line].amount
        if lines[line].amount
        else 0
        for line, points in shares
    )
    return target - undone


def cumulative_share(whole: int, returned: int, total: int) -> int:
    """The part of ``whole`` that ``returned`` of ``total`` carries, rounded down."""
    return whole * returned // total
