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


class Paid(NamedTuple):
    """What paid a bill beside money: points, the money (smallest currency units) that each was
    worth, and credit."""

    points: int
    worth: int
    credit: int


def money_share(back: int, total: int, paid: Paid) -> int:
    """The money that has to be given back in all when ``back`` of a bill's ``total`` has come back,
    both without what vouchers paid.

    It is what is left of ``back`` beside the points and the credit that come back for it, the
    fraction of a point included. Just before the next point comes back it stands still, so that
    the point does not come on top: it never falls, what has come back is never worth more than
    ``back``, and the whole bill brings exactly the money that was paid.
    """
    if not total:
        return 0
    points = cumulative_share(paid.points, back, total)
    rest = back - points * paid.worth - cumulative_share(paid.credit, back, total)
    if points == paid.points:
        return rest
    money = total - paid.points * paid.worth - paid.credit
    at_next_point = -(-(points + 1) * total // paid.points)
    return min(rest, cumulative_share(money, at_next_point, total))
