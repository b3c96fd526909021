"""The owner's figures of a span of days, and the same period by period: from the daily figures where
they are kept, else from the facts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.undone_imports import counted_purchases
from vafa.core.db import fetch
from vafa.core.looking import once
from vafa.insight.reads import dashboard_facts as facts
from vafa.insight.reads.dashboard_shape import (
    PeriodFigures,
    Points,
    Trade,
    points_of,
    together,
)
from vafa.insight.reads.gone import gone_from
from vafa.insight.reads.kept import DaySums, kept_at, pools_of, sums_of
from vafa.insight.reads.pools import left_now
from vafa.insight.reads.spans import Span

__all__ = ["PeriodFigures", "Points", "Trade"]


def trade(club: ClubContext, span: Span, branch_id: int | None = None) -> Trade:
    """Sales, buyers and members of a span, at one branch or all, in one statement."""
    return trades(club, [span], branch_id)[0]


def trades(club: ClubContext, spans: Sequence[Span], branch_id: int | None = None) -> list[Trade]:
    """``trade`` of each span, in one statement."""
    if kept_at(club) is None:
        return facts.trades(club, spans, branch_id)
    gone = gone_from(club, branch_id)
    rows = zip(spans, sums_of(club, spans, branch_id, spans), strict=True)
    return [gone.without(_trade(sums, sums.members), span) for span, sums in rows]


def added(rows: Sequence[PeriodFigures]) -> Points:
    """The points of neighbouring periods together."""
    return together([row.points for row in rows])


def points(club: ClubContext, span: Span, branch_id: int | None = None) -> Points:
    """Points that moved in a span; of a branch, those that its bills gave and took."""
    return series(club, [span], branch_id)[0].points


def points_outstanding(club: ClubContext) -> int:
    """Points that the members have, pending ones with them, less what they owe."""
    return left_now(club, club.points_unit_id)


def series(
    club: ClubContext, spans: Sequence[Span], branch_id: int | None = None
) -> list[PeriodFigures]:
    """Figures of neighbouring spans (each begins where the one before ends), in two statements."""
    return courses(club, [spans], branch_id)[0]


def courses(
    club: ClubContext, several: Sequence[Sequence[Span]], branch_id: int | None = None
) -> list[list[PeriodFigures]]:
    """Several such series: one statement for what was bought, and one for the points of each."""
    if kept_at(club) is None:
        return facts.courses(club, several, branch_id)
    every = [span for spans in several for span in spans]
    sums = iter(sums_of(club, every, branch_id, [spans[0] for spans in several]))
    pools = iter(pools_of(club, club.points_unit_id, every) if branch_id is None else ())
    gone = gone_from(club, branch_id)
    found = []
    for spans in several:
        rows = [next(sums) for _ in spans]
        before = rows[0].members - rows[0].joined
        members = list(accumulate((row.joined for row in rows), initial=before))[1:]
        moved = (
            [points_of(next(pools)) for _ in spans]
            if branch_id is None
            else [Points(row.given, row.used) for row in rows]
        )
        found.append(
            [
                PeriodFigures(span, gone.without(_trade(row, count), span), points)
                for span, row, count, points in zip(spans, rows, members, moved, strict=True)
            ]
        )
    return found


def _trade(sums: DaySums, members: int) -> Trade:
    return Trade(
        sales=sums.sales,
        purchases=sums.purchases,
        buyers=sums.buyers,
        repeat_buyers=sums.repeat_buyers,
        returned=sums.returned,
        returns=sums.returns,
        members=members,
        joined=sums.joined,
    )


def busy_span(club: ClubContext) -> Span | None:
    """From the first to the last day on which anything was bought; None when nothing was."""
    return once(("busy span", club.id), lambda: _busy_span(club))


def _busy_span(club: ClubContext) -> Span | None:
    rows = fetch(
        "SELECT min(purchased_at), max(purchased_at) FROM commerce_purchase"
        f" WHERE club_id = %s AND {counted_purchases()}",
        [club.id],
    )
    first, last = rows[0]
    if first is None:
        return None
    return Span(club.local_date(first), club.local_date(club.day_end(club.local_date(last))))
