"""What a unit's pools gave and took, and what is left: from the daily figures where they are kept, else
from the ledger itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from vafa.club.reads.context import ClubContext
from vafa.insight.reads.kept import kept_at, outstanding_kept, pools_of
from vafa.insight.reads.spans import Span
from vafa.ledger.reads.totals import PoolTotals, outstanding, pool_series, pool_totals


def pools_in(club: ClubContext, unit_id: int, spans: Sequence[Span]) -> list[PoolTotals]:
    """The totals of each of neighbouring spans (each begins where the one before ends)."""
    if kept_at(club) is not None:
        return pools_of(club, unit_id, spans)
    edges = [club.day_start(span.first) for span in spans] + [club.day_start(spans[-1].after)]
    return pool_series(unit_id, edges)


def left_now(club: ClubContext, unit_id: int) -> int:
    """What the members have of a unit, less what they owe."""
    return outstanding(unit_id) if kept_at(club) is None else outstanding_kept(club, unit_id)


def left_before(club: ClubContext, unit_id: int, day: date) -> int:
    """What they had when ``day`` began."""
    if kept_at(club) is not None:
        return outstanding_kept(club, unit_id, day)
    return outstanding(unit_id) - net(pool_totals(unit_id, since=club.day_start(day)))


def moved(pools: PoolTotals) -> tuple[int, int, int]:
    """Given less what was taken back, used less what was given back, run out less what was revived."""
    return (
        pools.issued - pools.clawed_back,
        pools.spent - pools.restored,
        pools.expired - pools.revived,
    )


def net(pools: PoolTotals) -> int:
    """How much more the members have after it."""
    given, used, expired = moved(pools)
    return given - used - expired
