"""Points and credit: given, used, run out, and what the members still have.

The ledger's own sums; narrowed to branches or members, what decisions gave and took there.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.undone_imports import counted_purchases
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.core.jalali import add_months, period_start
from vafa.insight.reads.kept import kept_at
from vafa.insight.reads.pools import left_before, net, pools_in
from vafa.insight.reads.pools import moved as moved_by
from vafa.insight.reads.reports.narrowing import BRANCHES, params, tables, whose
from vafa.insight.reads.reports.shape import Ask, Column, Figures, Kind, Line, Values
from vafa.insight.reads.spans import Span, periods

SIDES = ("points", "credit")
_USED = ("redeem", "unredeem", "pay", "give_back")
# How far ahead expiry is told month by month.
MONTHS = 12
OVERDUE, LATER, NO_DATE, HELD, OWED = "overdue", "later", "no_date", "held", "owed"
_NARROWED = """
{tables}
SELECT width_bucket(d.effective_at, %(edges)s::timestamptz[]),
    coalesce(sum(d.{column}) FILTER (WHERE d.trigger <> ALL(%(used)s)), 0)::bigint,
    coalesce(-sum(d.{column}) FILTER (WHERE d.trigger = ANY(%(used)s)), 0)::bigint
FROM program_decision d LEFT JOIN commerce_purchase p ON p.id = d.purchase_id
WHERE d.club_id = %(club)s AND d.effective_at >= %(since)s AND d.effective_at < %(until)s
    AND d.trigger NOT IN ('gift', 'gift_in', 'gift_in_back', 'merge') AND {branches}{whose}
    AND (p.id IS NULL OR {counted})
GROUP BY 1
"""
_OPEN = """
SELECT CASE WHEN l.expires_at IS NULL THEN -1
        ELSE width_bucket(l.expires_at, %(edges)s::timestamptz[]) END,
    count(DISTINCT a.holder), coalesce(sum(l.remaining), 0)::bigint
FROM ledger_lot l JOIN ledger_account a ON a.id = l.account_id
WHERE a.unit_id = %(unit)s AND a.holder > 0 AND l.remaining > 0 GROUP BY 1
UNION ALL
SELECT CASE a.kind WHEN 'held' THEN -2 ELSE -3 END, count(*), sum(a.balance)::bigint
FROM ledger_account a WHERE a.unit_id = %(unit)s AND a.holder > 0
    AND a.kind IN ('held', 'debt') AND a.balance <> 0 GROUP BY 1
"""


def unit_of(club: ClubContext, side: str) -> tuple[int, Kind]:
    """The ledger's unit behind a side, and what its figures count."""
    if side == "credit":
        return club.credit_unit_id, "money"
    return club.points_unit_id, "points"


def moved(club: ClubContext, ask: Ask) -> Figures:
    """By day, week or month: given (less what was taken back), used (less what came back), run
    out, and what the members had at the end of it.

    Narrowed to branches or members, the ledger's pools cannot tell: only what decisions gave and
    what was used, without what ran out; gifts between members are left out.
    """
    side = ask.of if ask.of in SIDES else SIDES[0]
    spans = periods(ask.span, ask.by, club.calendar)
    is_narrowed = ask.branch_ids is not None or ask.who is not None
    as_of = None if is_narrowed else kept_at(club)
    read = _narrowed if is_narrowed else _pools
    columns, rows, totals = read(club, ask, spans, side)
    if ask.before is None:
        lines = [Line(span, row) for span, row in zip(spans, rows, strict=True)]
        return Figures(columns, tuple(lines), totals, as_of=as_of)
    past_spans = periods(ask.before, ask.by, club.calendar)
    _, past, totals_before = read(club, ask, past_spans, side)
    nothing: Values = (0,) * len(columns)
    lines = [
        Line(span, row, before=past[n] if n < len(past) else nothing)
        for n, (span, row) in enumerate(zip(spans, rows, strict=True))
    ]
    return Figures(columns, tuple(lines), totals, totals_before, as_of)


def expiring(club: ClubContext, ask: Ask) -> Figures:
    """What the members have at this moment by when it runs out: month by month of the reader's
    calendar, later, without a date; what is set aside; less what they owe. All lines add up to what
    is outstanding.

    Value whose expiry slides with activity has no date of its own.
    """
    unit, kind = unit_of(club, ask.of if ask.of in SIDES else SIDES[0])
    moment = now()
    today = club.local_date(moment)
    calendar = ask.calendar or club.calendar
    first = period_start(today, "month", calendar)
    months = [add_months(first, n, calendar) for n in range(MONTHS + 1)]
    edges = [moment, *(club.day_start(month) for month in months[1:])]
    rows = fetch(_OPEN, {"unit": unit, "edges": edges})
    found = {n: (people, amount) for n, people, amount in rows}
    spans = [Span(max(a, today), b) for a, b in pairwise(months)]
    lines = [_standing(OVERDUE, found.get(0))] if 0 in found else []
    lines += [_standing(span, found.get(n)) for n, span in enumerate(spans, 1)]
    for n, key in ((MONTHS + 1, LATER), (-1, NO_DATE), (-2, HELD), (-3, OWED)):
        if n in found:
            lines.append(_standing(key, found[n]))
    columns = (Column("holders", "count"), Column("amount", kind))
    total = sum(amount for _, amount in found.values())
    return Figures(columns, tuple(lines), (None, total))


def _standing(key: Span | str, row: tuple[int, int] | None) -> Line:
    return Line(key, row or (0, 0))


_Read = tuple[tuple[Column, ...], list[Values], Values]


def _pools(club: ClubContext, ask: Ask, spans: Sequence[Span], side: str) -> _Read:
    unit, kind = unit_of(club, side)
    series = pools_in(club, unit, spans)
    left = left_before(club, unit, spans[-1].after)
    ends: list[int] = []
    for pools in reversed(series):
        ends.append(left)
        left -= net(pools)
    names = ("given", "used", "expired", "outstanding")
    columns = tuple(Column(name, kind) for name in names)
    rows = [(*moved_by(pools), end) for pools, end in zip(series, reversed(ends), strict=True)]
    sums = [sum(row[n] for row in rows) for n in range(3)]
    values: list[Values] = list(rows)
    return columns, values, (*sums, rows[-1][3])


def _narrowed(club: ClubContext, ask: Ask, spans: Sequence[Span], side: str) -> _Read:
    kind: Kind = unit_of(club, side)[1]
    whole = Span(spans[0].first, spans[-1].after)
    statement = _NARROWED.format(
        tables=tables(ask),
        column="credit" if side == "credit" else "points",
        branches=BRANCHES.format("p."),
        whose=whose(ask, "d.member_id"),
        counted=counted_purchases("p"),
    )
    edges = [club.day_start(span.first) for span in spans]
    given = params(club, ask, whole) | {"edges": edges, "used": list(_USED)}
    found = {n: (given_n, used) for n, given_n, used in fetch(statement, given)}
    rows: list[Values] = [found.get(n, (0, 0)) for n in range(1, len(spans) + 1)]
    sums = tuple(sum(int(row[n] or 0) for row in rows) for n in range(2))
    return (Column("given", kind), Column("used", kind)), rows, sums
