"""Who comes and who goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.insight.reads.reports.narrowing import BRANCHES, params, tables, whose
from vafa.insight.reads.reports.shape import Ask, Column, Figures, Line, Values
from vafa.insight.reads.spans import Span, periods

# After how many days without a purchase a buyer counts as lost.
SIDES = ("90", "30", "60", "180", "365")
COLUMNS = (
    Column("joined", "count"),
    Column("first", "count"),
    Column("back", "count"),
    Column("lost", "count"),
    Column("change", "count"),
)
# Only purchases from the silence before the first day on are read; of those who had none in it, an
# index tells whether they ever bought before.
_STATEMENT = """
{tables}, seen AS (
    SELECT coalesce(merged_into_id, member_id) AS member_id, purchased_at AS at
    FROM commerce_purchase LEFT JOIN merged USING (member_id)
    WHERE club_id = %(club)s AND member_id IS NOT NULL AND purchased_at >= %(listen)s
        AND purchased_at < %(until)s AND {branches}{whose}
), steps AS (
    SELECT member_id, at, lag(at) OVER w AS prev, lead(at) OVER w AS next
    FROM seen WINDOW w AS (PARTITION BY member_id ORDER BY at)
), moments AS (
    SELECT 3 AS what, at + %(gap)s AS at FROM steps
    WHERE at + %(gap)s >= %(since)s AND at + %(gap)s < least(%(until)s, %(now)s)
        AND (next IS NULL OR next > at + %(gap)s)
    UNION ALL
    SELECT CASE WHEN prev IS NOT NULL OR EXISTS (
        SELECT 1 FROM commerce_purchase e WHERE e.member_id IN (
            SELECT s.member_id UNION ALL
            SELECT x.member_id FROM merged x WHERE x.merged_into_id = s.member_id)
        AND e.purchased_at < %(listen)s AND {of_e}
    ) THEN 2 ELSE 1 END, at FROM steps s
    WHERE at >= %(since)s AND (prev IS NULL OR prev < at - %(gap)s)
    UNION ALL
    SELECT 0, joined_at FROM club_member WHERE club_id = %(club)s AND joined_at >= %(since)s
        AND joined_at < %(until)s AND merged_into_id IS NULL AND {branches}{joined}
)
SELECT width_bucket(at, %(edges)s::timestamptz[]), what, count(*) FROM moments GROUP BY 1, 2
"""


def growth(club: ClubContext, ask: Ask) -> Figures:
    """By day, week or month: who joined, who bought for the first time, who came back after a
    silence, and who was lost: had bought, and then nothing for ``ask.of`` days.

    Somebody is lost on the day on which the silence is long enough. ``change`` is who bought for the
    first time or came back, less who was lost.
    """
    spans = periods(ask.span, ask.by, club.calendar)
    lines, totals = _read(club, ask, spans)
    if ask.before is None:
        return Figures(COLUMNS, tuple(lines), totals)
    past, totals_before = _read(club, ask, periods(ask.before, ask.by, club.calendar))
    values = [line.values for line in past]
    nothing: Values = (0,) * len(COLUMNS)
    lines = [
        line._replace(before=values[n] if n < len(values) else nothing)
        for n, line in enumerate(lines)
    ]
    return Figures(COLUMNS, tuple(lines), totals, totals_before)


def _read(club: ClubContext, ask: Ask, spans: Sequence[Span]) -> tuple[list[Line], Values]:
    gap = timedelta(days=int(ask.of if ask.of in SIDES else SIDES[0]))
    whole = Span(spans[0].first, spans[-1].after)
    given: dict[str, Any] = params(club, ask, whole)
    moment: datetime = now()
    given |= {
        "gap": gap,
        "listen": given["since"] - gap,
        "now": moment,
        "edges": [club.day_start(span.first) for span in spans],
    }
    statement = _STATEMENT.format(
        tables=tables(ask),
        whose=whose(ask),
        joined=whose(ask, "id"),
        branches=BRANCHES.format(""),
        of_e=BRANCHES.format("e."),
    )
    found = {(n, what): count for n, what, count in fetch(statement, given)}
    lines = [
        Line(span, _values([found.get((n, what), 0) for what in range(4)]))
        for n, span in enumerate(spans, 1)
    ]
    sums = [sum(int(line.values[n] or 0) for line in lines) for n in range(4)]
    return lines, _values(sums)


def _values(counts: Sequence[int]) -> Values:
    joined, first, back, lost = counts
    return (joined, first, back, lost, first + back - lost)
