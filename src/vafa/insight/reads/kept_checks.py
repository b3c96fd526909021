"""Kept figures compared with what they were made from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.core.jalali import Period
from vafa.core.verification import MOST_NAMED, Difference, one_snapshot
from vafa.insight.reads import dashboard_facts as facts
from vafa.insight.reads.dashboard_shape import Points, Trade, points_of
from vafa.insight.reads.gone import Gone
from vafa.insight.reads.kept import kept_at, outstanding_kept, pools_of, sums_of
from vafa.insight.reads.spans import Span, periods
from vafa.insight.reads.touched_days import EVENTS, Happened, touched
from vafa.ledger.reads.totals import outstanding

FIGURES, POINTS = "daily figures are those of the bills", "daily points are those of the ledger"
OUTSTANDING = "what all pools gave is what the members have"
_ALL_KINDS: tuple[Period, ...] = ("day", "week", "month", "quarter", "year")
_BRANCH_KINDS: tuple[Period, ...] = ("day", "month")
_UNREAD = """
SELECT e.name, e.payload->>'purchase', e.payload->>'branch', e.payload->>'member',
    e.payload->>'merged', e.payload->>'label', e.happened_at
FROM core_event e JOIN insight_eventreading r ON r.name = 'figures'
    AND (e.transaction, e.id) > (r.transaction, r.event)
WHERE e.club_id = %s AND e.name = ANY(%s)
"""
_UNREAD_TRANSFERS = """
SELECT DISTINCT t.effective_at FROM ledger_transfer t JOIN insight_keptclub k ON k.club_id = %s
    AND (t.transaction, t.id) > (k.transaction, k.transfer)
WHERE t.book_id = %s
"""
_FIRST_AND_LAST = """
SELECT min(day), max(day) FROM (
    SELECT day FROM insight_dayfigures WHERE club_id = %(club)s
    UNION ALL SELECT day FROM insight_daypools WHERE club_id = %(club)s
    UNION ALL SELECT (x.at AT TIME ZONE %(zone)s)::date FROM (
        SELECT min(purchased_at) AS at FROM commerce_purchase WHERE club_id = %(club)s
        UNION ALL SELECT max(purchased_at) FROM commerce_purchase WHERE club_id = %(club)s
    ) x
) d
"""


def kept_differences(club: ClubContext) -> list[Difference]:
    """Where the club's daily figures are not what its bills, returns, members and transfers give: by
    day, and the buyers of every week, month, season and year besides. Days that wait to be made
    are left out; so is a club whose figures are not whole."""
    with one_snapshot():
        if kept_at(club) is None:
            return []
        [(first, last)] = fetch(_FIRST_AND_LAST, {"club": club.id, "zone": club.zone})
        if first is None:
            return []
        whole = Span(first, date.fromordinal(last.toordinal() + 1))
        waiting = _waiting(club)
        found = _trades_differ(club, whole, waiting, None, _ALL_KINDS)
        branches = fetch("SELECT id FROM club_branch WHERE club_id = %s ORDER BY id", [club.id])
        for (branch_id,) in branches:
            found += _trades_differ(club, whole, waiting, branch_id, _BRANCH_KINDS)
        found += _points_differ(club, whole, waiting, [b for (b,) in branches])
    return found[:MOST_NAMED]


def _waiting(club: ClubContext) -> set[date]:
    """Days that are noted, and those that what was not read yet would note."""
    days = {
        day for (day,) in fetch("SELECT day FROM insight_waitingday WHERE club_id = %s", [club.id])
    }
    rows = fetch(_UNREAD, [club.id, list(EVENTS)])
    return days | touched(club, [Happened.of(*row) for row in rows])


def _trades_differ(
    club: ClubContext,
    whole: Span,
    waiting: set[date],
    branch_id: int | None,
    kinds: Sequence[Period],
) -> list[Difference]:
    found: list[Difference] = []
    gone = Gone(club, branch_id)
    for kind in kinds:
        spans = periods(whole, kind, club.calendar)
        [expected] = facts.trade_courses(club, [spans], branch_id)
        kept = sums_of(club, spans, branch_id)
        for span, right, sums in zip(spans, expected, kept, strict=True):
            if _touches(span, waiting):
                continue
            # Members are those who joined up to then, so that days which wait would tell.
            right = right._replace(members=0)
            ours = Trade(*sums[:6], members=0, joined=sums.joined - gone.joined(span))
            if ours != right:
                found.append(Difference(FIGURES, _subject(span, branch_id), str(right), str(ours)))
    return found


def _points_differ(
    club: ClubContext, whole: Span, waiting: set[date], branch_ids: Sequence[int]
) -> list[Difference]:
    found: list[Difference] = []
    moments: list[tuple[datetime]] = fetch(_UNREAD_TRANSFERS, [club.id, club.book_id])
    unread = {club.local_date(at) for (at,) in moments}
    spans = periods(whole, "day", club.calendar)
    pools = pools_of(club, club.points_unit_id, spans)
    rows = zip(spans, facts.points_series(club, spans), map(points_of, pools), strict=True)
    found += [
        Difference(POINTS, _subject(span, None), str(right), str(ours))
        for span, right, ours in rows
        if ours != right and not _touches(span, unread)
    ]
    for branch_id in branch_ids:
        right_ones = facts.points_series(club, spans, branch_id)
        kept = sums_of(club, spans, branch_id)
        for span, right, sums in zip(spans, right_ones, kept, strict=True):
            ours = Points(sums.given, sums.used)
            if ours != right and not _touches(span, waiting):
                found.append(Difference(POINTS, _subject(span, branch_id), str(right), str(ours)))
    for unit_id in (club.points_unit_id, club.credit_unit_id):
        have, sums_up = outstanding(unit_id), outstanding_kept(club, unit_id)
        if have != sums_up and not unread:
            found.append(Difference(OUTSTANDING, f"unit {unit_id}", str(have), str(sums_up)))
    return found


def _touches(span: Span, days: set[date]) -> bool:
    return any(span.first <= day < span.after for day in days)


def _subject(span: Span, branch_id: int | None) -> str:
    place = f" branch {branch_id}" if branch_id else ""
    return f"{span.first.isoformat()} – {span.last.isoformat()}{place}"
