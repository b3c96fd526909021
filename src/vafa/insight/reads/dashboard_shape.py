"""What the figures of a span of days are.

Money is in the currency's smallest unit, points are whole. Sales count at the time of the
purchase, returns at the time of the return: the same sums that a file of purchases gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vafa.insight.reads.spans import Span
from vafa.ledger.reads.totals import PoolTotals


class Trade(NamedTuple):
    """What was bought and by whom.

    ``sales``: bills recorded; ``returned``: what came back; ``buyers``: members who bought;
    ``repeat_buyers``: those of them who bought at least twice within the span; ``members``: at
    its end (that joined at the branch, where one is asked for), without who had left by then or is
    closed; ``joined``: within it, closed ones left out.
    """

    sales: int = 0
    purchases: int = 0
    buyers: int = 0
    repeat_buyers: int = 0
    returned: int = 0
    returns: int = 0
    members: int = 0
    joined: int = 0

    @property
    def net(self) -> int:
        """Sales less returns."""
        return self.sales - self.returned

    @property
    def basket(self) -> int | None:
        """The average bill, rounded half up; None without purchases."""
        return (2 * self.sales + self.purchases) // (2 * self.purchases) if self.purchases else None

    @property
    def repeat_rate(self) -> float | None:
        """The share of the buying members who bought at least twice; None without any."""
        return self.repeat_buyers / self.buyers if self.buyers else None


class Points(NamedTuple):
    """Points that moved: given by rules less what returns took back, spent less what came back."""

    issued: int = 0
    spent: int = 0
    expired: int = 0


class PeriodFigures(NamedTuple):
    """Figures of one period of a series."""

    span: Span
    trade: Trade
    points: Points


def points_of(pools: PoolTotals) -> Points:
    """What a unit's pools gave and took, as the figures count it."""
    return Points(
        pools.issued - pools.clawed_back,
        pools.spent - pools.restored,
        pools.expired - pools.revived,
    )


def together(several: Sequence[Points]) -> Points:
    """The points of several stretches of time; there is at least one."""
    return Points(*(sum(values) for values in zip(*several, strict=True)))
