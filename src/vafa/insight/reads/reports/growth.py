"""Who comes and who goes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.undone_imports import counted_purchases
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.insight.reads.gone import HAS_JOINED, gone_from
from vafa.insight.reads.kept import comings_and_goings, kept_at
from vafa.insight.reads.reports.narrowing import BRANCHES, is_kept, params, tables, whose
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
JOINED, LOST = 0, 3
# How many on a day: joined, bought first, came back, were lost (0 to 3).
_ByDay = dict[tuple[date, int], int]
# Only purchases from the silence before the first day on are read; of those who had none in it, an
# index tells whether they ever bought before.
_STATEMENT = """
{tables}, seen AS (
    SELECT DISTINCT coalesce(merged_into_id, member_id) AS member_id,
        (purchased_at AT TIME ZONE %(zone)s)::date AS day
    FROM commerce_purchase LEFT JOIN merged USING (member_id)
    WHERE club_id = %(club)s AND member_id IS NOT NULL AND purchased_at >= %(listen)s
        AND purchased_at < %(until)s AND {branches}{whose} AND {counted}
), steps AS (
    SELECT member_id, day, lag(day) OVER w AS prev, lead(day) OVER w AS next
    FROM seen WINDOW w AS (PARTITION BY member_id ORDER BY day)
), moments AS (
    SELECT 3 AS what, day + %(gap)s AS day FROM steps
    WHERE day + %(gap)s >= %(first)s AND day + %(gap)s < least(%(after)s, %(tomorrow)s)
        AND (next IS NULL OR next > day + %(gap)s)
    UNION ALL
    SELECT CASE WHEN prev IS NOT NULL OR EXISTS (
        SELECT 1 FROM commerce_purchase e WHERE e.member_id IN (
            SELECT s.member_id UNION ALL
            SELECT x.member_id FROM merged x WHERE x.merged_into_id = s.member_id)
        AND e.purchased_at < %(listen)s AND {of_e} AND {counted_e}
    ) THEN 2 ELSE 1 END, day FROM steps s
    WHERE day >= %(first)s AND (prev IS NULL OR prev < day - %(gap)s)
    UNION ALL
    SELECT 0, (joined_at AT TIME ZONE %(zone)s)::date FROM club_member
    WHERE club_id = %(club)s AND joined_at >= %(since)s AND joined_at < %(until)s
        AND merged_into_id IS NULL AND {has_joined} AND {branches}{joined}
)
SELECT day, what, count(*) FROM moments GROUP BY 1, 2
"""


def growth(club: ClubContext, ask: Ask) -> Figures:
    """By day, week or month: who joined, who bought for the first time, who came back after a
    silence, and who was lost: had bought, and then nothing for ``ask.of`` days.

    Somebody is lost on the day on which the silence is long enough. ``change`` is who bought for the
    first time or came back, less who was lost.
    """
    as_of = kept_at(club) if is_kept(ask) else None
    spans = [ask.span] if ask.before is None else [ask.span, ask.before]
    read = _of_facts if as_of is None else _of_days
    by_day = read(club, ask, _around(spans, _silence(ask)))
    lines, totals = _lines(by_day, periods(ask.span, ask.by, club.calendar))
    if ask.before is None:
        return Figures(COLUMNS, tuple(lines), totals, as_of=as_of)
    past, totals_before = _lines(by_day, periods(ask.before, ask.by, club.calendar))
    values = [line.values for line in past]
    nothing: Values = (0,) * len(COLUMNS)
    lines = [
        line._replace(before=values[n] if n < len(values) else nothing)
        for n, line in enumerate(lines)
    ]
    return Figures(COLUMNS, tuple(lines), totals, totals_before, as_of)


def _around(spans: Sequence[Span], gap: int) -> Sequence[Span]:
    """One span of all where that reads fewer days, the silence before each with it."""
    whole = Span(min(s.first for s in spans), max(s.after for s in spans))
    return [whole] if whole.days + gap <= sum(s.days + gap for s in spans) else spans


def _silence(ask: Ask) -> int:
    return int(ask.of if ask.of in SIDES else SIDES[0])


def _of_facts(club: ClubContext, ask: Ask, spans: Sequence[Span]) -> _ByDay:
    found: _ByDay = {}
    for span in spans:
        gap = _silence(ask)
        given: dict[str, Any] = params(club, ask, span)
        given |= {
            "gap": gap,
            "listen": club.day_start(span.first - timedelta(days=gap)),
            "zone": club.zone,
            "first": span.first,
            "after": span.after,
            "tomorrow": club.local_date(now()) + timedelta(days=1),
        }
        statement = _STATEMENT.format(
            tables=tables(ask),
            whose=whose(ask),
            joined=whose(ask, "id"),
            has_joined=HAS_JOINED.format(""),
            branches=BRANCHES.format(""),
            of_e=BRANCHES.format("e."),
            counted=counted_purchases(),
            counted_e=counted_purchases("e"),
        )
        found |= {(day, what): n for day, what, n in fetch(statement, given)}
    return found


def _of_days(club: ClubContext, ask: Ask, spans: Sequence[Span]) -> _ByDay:
    found: _ByDay = {}
    tomorrow = club.local_date(now()) + timedelta(days=1)
    branch_id = ask.branch_ids[0] if ask.branch_ids else None
    gone = gone_from(club, branch_id)
    for span in spans:
        for row in comings_and_goings(club, span, branch_id, _silence(ask)):
            found |= {(row.day, what): n for what, n in enumerate(row[1:])}
            found[row.day, JOINED] -= gone.joined(Span(row.day, row.day + timedelta(days=1)))
            if row.day >= tomorrow:
                found[row.day, LOST] = 0
    return found


def _lines(by_day: _ByDay, spans: Sequence[Span]) -> tuple[list[Line], Values]:
    sums = [[0, 0, 0, 0] for _ in spans]
    starts = [span.first for span in spans]
    for (day, what), n in by_day.items():
        place = bisect_right(starts, day) - 1
        if place >= 0 and day < spans[place].after:
            sums[place][what] += n
    lines = [Line(span, _values(counts)) for span, counts in zip(spans, sums, strict=True)]
    return lines, _values([sum(counts) for counts in zip(*sums, strict=True)])


def _values(counts: Sequence[int]) -> Values:
    joined, first, back, lost = counts
    return (joined, first, back, lost, first + back - lost)
