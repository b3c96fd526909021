"""What was sold: in the course of time, and branch by branch.

Sales count at the time of the purchase, returns at the time of the return.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.insight.reads.kept import DaySums, kept_at, sums_by_place, sums_of
from vafa.insight.reads.reports.narrowing import bills, is_kept, params, returns, tables
from vafa.insight.reads.reports.shape import (
    Ask,
    Column,
    Figures,
    Key,
    Line,
    Values,
    paired,
    rounded,
)
from vafa.insight.reads.spans import Span, periods

COLUMNS = (
    Column("sales", "money"),
    Column("purchases", "count"),
    Column("buyers", "count"),
    Column("basket", "money"),
    Column("returned", "money"),
    Column("net", "money"),
)
# The key of the totals; numbers of branches and places of periods are above it.
_ALL = -1
_SUMS = "coalesce(sum(total), 0)::bigint, coalesce(sum(n), 0)::bigint"
_STATEMENT = """
{tables}, bought AS (
    SELECT {key} AS k, coalesce(merged_into_id, member_id) AS member_id, count(*) AS n,
        sum(total) AS total
    FROM commerce_purchase LEFT JOIN merged USING (member_id)
    WHERE {bills} GROUP BY 1, 2
), sold AS (
    SELECT k, {sums} , count(member_id) FROM bought GROUP BY k
), back AS (
    SELECT {back_key} AS k, sum(total)::bigint AS total FROM commerce_return
    WHERE {returns} GROUP BY 1
)
SELECT k::bigint, coalesce(s.sales, 0), coalesce(s.n, 0), coalesce(s.buyers, 0),
    coalesce(b.total, 0)
FROM sold s(k, sales, n, buyers) FULL JOIN back b USING (k)
UNION ALL
SELECT -1, {sums}, count(DISTINCT member_id), (SELECT coalesce(sum(total), 0)::bigint FROM back)
FROM bought
"""


def sales(club: ClubContext, ask: Ask) -> Figures:
    """Sales by day, week or month; a period is compared with the one of the same place before."""
    spans = periods(ask.span, ask.by, club.calendar)
    as_of = kept_at(club) if is_kept(ask) else None
    read = _by_period if as_of is None else _kept_by_period
    found, totals = read(club, ask, spans)
    lines = [Line(span, found.get(n, _NOTHING)) for n, span in enumerate(spans, 1)]
    if ask.before is None:
        return Figures(COLUMNS, tuple(lines), totals, as_of=as_of)
    past, totals_before = read(club, ask, periods(ask.before, ask.by, club.calendar))
    lines = [line._replace(before=past.get(n, _NOTHING)) for n, line in enumerate(lines, 1)]
    return Figures(COLUMNS, tuple(lines), totals, totals_before, as_of)


def by_branch(club: ClubContext, ask: Ask) -> Figures:
    """The same figures of each branch; ``label`` is its name."""
    names = fetch(
        "SELECT id, name FROM club_branch WHERE club_id = %s"
        " AND (%s::bigint[] IS NULL OR id = ANY(%s::bigint[])) ORDER BY code",
        [club.id, *[None if ask.branch_ids is None else list(ask.branch_ids)] * 2],
    )
    as_of = kept_at(club) if ask.who is None and ask.branch_ids is None else None
    read = _by_place if as_of is None else _kept_by_place
    found, totals = read(club, ask, ask.span)
    lines = [Line(number, found.get(number, _NOTHING), name) for number, name in names]
    if ask.before is None:
        return Figures(COLUMNS, tuple(lines), totals, as_of=as_of)
    past, totals_before = read(club, ask, ask.before)
    return paired(COLUMNS, lines, totals, past, totals_before, as_of)


def _kept_by_period(
    club: ClubContext, ask: Ask, spans: Sequence[Span]
) -> tuple[dict[Key, Values], Values]:
    whole = Span(spans[0].first, spans[-1].after)
    branch_id = ask.branch_ids[0] if ask.branch_ids else None
    *rows, totals = sums_of(club, [*spans, whole], branch_id)
    return {n: _of_days(row) for n, row in enumerate(rows, 1)}, _of_days(totals)


def _kept_by_place(club: ClubContext, ask: Ask, span: Span) -> tuple[dict[Key, Values], Values]:
    rows: dict[Key, Values] = {
        place: _of_days(row) for place, row in sums_by_place(club, span).items()
    }
    return rows, rows.pop(0, _NOTHING)


def _of_days(row: DaySums) -> Values:
    return _values(row.sales, row.purchases, row.buyers, row.returned)


def _by_period(
    club: ClubContext, ask: Ask, spans: Sequence[Span]
) -> tuple[dict[Key, Values], Values]:
    whole = Span(spans[0].first, spans[-1].after)
    edges = {"edges": [club.day_start(span.first) for span in spans]}
    bucket = "width_bucket({0}, %(edges)s::timestamptz[])"
    keys = (bucket.format("purchased_at"), bucket.format("returned_at"))
    return _read(ask, keys, params(club, ask, whole) | edges)


def _by_place(club: ClubContext, ask: Ask, span: Span) -> tuple[dict[Key, Values], Values]:
    return _read(ask, ("branch_id", "branch_id"), params(club, ask, span))


def _read(
    ask: Ask, keys: tuple[str, str], given: dict[str, Any]
) -> tuple[dict[Key, Values], Values]:
    statement = _STATEMENT.format(
        tables=tables(ask),
        key=keys[0],
        back_key=keys[1],
        bills=bills(ask),
        returns=returns(ask),
        sums=_SUMS,
    )
    rows: dict[Key, Values] = {k: _values(*row) for k, *row in fetch(statement, given)}
    totals = rows.pop(_ALL, _NOTHING)
    return rows, totals


def _values(sold: int, n: int, buyers: int, returned: int) -> Values:
    return (sold, n, buyers, rounded(sold, n), returned, sold - returned)


_NOTHING: Values = (0, 0, 0, None, 0, 0)
