"""The figures of a span read from the facts themselves: bills, returns, members, transfers.

For clubs whose daily figures are not kept yet, and what kept figures are compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.undone_imports import counted_purchases, counted_returns
from vafa.core.db import fetch
from vafa.insight.reads.dashboard_shape import (
    PeriodFigures,
    Points,
    Trade,
    points_of,
    together,
)
from vafa.insight.reads.gone import HAS_JOINED, IS_MEMBER
from vafa.insight.reads.spans import Span
from vafa.ledger.reads.totals import pool_series

# Whoever was merged into another member is that one, and always was.
_WHO = """WITH merged AS (
    SELECT id AS member_id, merged_into_id FROM club_member
    WHERE club_id = %(club)s AND merged_into_id IS NOT NULL
)"""

_TRADE = f"""
{_WHO}, bought AS (
    SELECT coalesce(merged_into_id, member_id) AS member_id, count(*) AS n, sum(total) AS total
    FROM commerce_purchase LEFT JOIN merged USING (member_id)
    WHERE club_id = %(club)s AND purchased_at >= %(since)s AND purchased_at < %(until)s
        AND {counted_purchases()}
        AND (%(branch)s::bigint IS NULL OR branch_id = %(branch)s)
    GROUP BY 1
), returned AS (
    SELECT coalesce(sum(total), 0) AS total, count(*) AS n FROM commerce_return
    WHERE club_id = %(club)s AND returned_at >= %(since)s AND returned_at < %(until)s
        AND {counted_returns()}
        AND (%(branch)s::bigint IS NULL OR branch_id = %(branch)s)
), joined AS (
    SELECT count(*) FILTER (WHERE {IS_MEMBER.format("", "%(until)s")}) AS members,
        count(*) FILTER (WHERE joined_at >= %(since)s AND {HAS_JOINED.format("")}) AS fresh
    FROM club_member
    WHERE club_id = %(club)s AND joined_at < %(until)s AND merged_into_id IS NULL
        AND (%(branch)s::bigint IS NULL OR branch_id = %(branch)s)
)
SELECT coalesce(sum(b.total), 0)::bigint, coalesce(sum(b.n), 0)::bigint, count(b.member_id),
    count(b.member_id) FILTER (WHERE b.n >= 2),
    (SELECT total::bigint FROM returned), (SELECT n FROM returned),
    (SELECT members FROM joined), (SELECT fresh FROM joined)
FROM bought b
"""

_TRADE_SERIES = f"""
{_WHO}, bought AS (
    SELECT width_bucket(purchased_at, %(edges)s::timestamptz[]) AS n,
        coalesce(merged_into_id, member_id) AS member_id, count(*) AS purchases,
        sum(total) AS total
    FROM commerce_purchase LEFT JOIN merged USING (member_id)
    WHERE club_id = %(club)s AND purchased_at >= %(since)s AND purchased_at < %(until)s
        AND {counted_purchases()}
        AND (%(branch)s::bigint IS NULL OR branch_id = %(branch)s)
    GROUP BY 1, 2
), sold AS (
    SELECT n, sum(total)::bigint AS sales, sum(purchases)::bigint AS purchases,
        count(member_id) AS buyers, count(member_id) FILTER (WHERE purchases >= 2) AS repeats
    FROM bought GROUP BY n
), returned AS (
    SELECT width_bucket(returned_at, %(edges)s::timestamptz[]) AS n, sum(total)::bigint AS total,
        count(*) AS returns FROM commerce_return
    WHERE club_id = %(club)s AND returned_at >= %(since)s AND returned_at < %(until)s
        AND {counted_returns()}
        AND (%(branch)s::bigint IS NULL OR branch_id = %(branch)s)
    GROUP BY 1
), person AS (
    SELECT joined_at, greatest(joined_at, left_at) AS gone_at, left_at IS NULL AS stays
    FROM club_member
    WHERE club_id = %(club)s AND joined_at < %(until)s AND merged_into_id IS NULL
        AND (%(branch)s::bigint IS NULL OR branch_id = %(branch)s) AND {HAS_JOINED.format("")}
), joined AS (
    SELECT n, sum(fresh) AS fresh, sum(more) AS more FROM (
        SELECT width_bucket(joined_at, %(edges)s::timestamptz[]) AS n, 1 AS fresh, 1 AS more
        FROM person
        UNION ALL SELECT width_bucket(gone_at, %(edges)s::timestamptz[]), 0, -1
        FROM person WHERE NOT stays AND gone_at < %(until)s
    ) moves GROUP BY n
)
SELECT w.n, coalesce(s.sales, 0), coalesce(s.purchases, 0), coalesce(s.buyers, 0),
    coalesce(s.repeats, 0), coalesce(r.total, 0), coalesce(r.returns, 0),
    sum(coalesce(j.more, 0)) OVER (ORDER BY w.n)::bigint, coalesce(j.fresh, 0)::bigint
FROM generate_series(0, %(count)s) AS w(n)
LEFT JOIN sold s USING (n) LEFT JOIN returned r USING (n) LEFT JOIN joined j USING (n)
ORDER BY w.n
"""

# Redemptions and expiry belong to no branch: of a branch, only what its bills gave and took.
_BRANCH_POINTS = f"""
SELECT width_bucket(d.effective_at, %(edges)s::timestamptz[]),
    coalesce(sum(d.points) FILTER (WHERE d.trigger IN ('purchase', 'return')), 0)::bigint,
    coalesce(-sum(d.points) FILTER (WHERE d.trigger IN ('pay', 'give_back')), 0)::bigint
FROM program_decision d JOIN commerce_purchase p ON p.id = d.purchase_id
WHERE d.club_id = %(club)s AND p.branch_id = %(branch)s
    AND d.effective_at >= %(since)s AND d.effective_at < %(until)s AND {counted_purchases("p")}
GROUP BY 1
"""


def trades(club: ClubContext, spans: Sequence[Span], branch_id: int | None = None) -> list[Trade]:
    """Sales, buyers and members of each span, at one branch or all, in one statement."""
    params: dict[str, object] = {"club": club.id, "branch": branch_id}
    parts = []
    for n, span in enumerate(spans):
        params[f"since{n}"], params[f"until{n}"] = span.moments(club)
        one = _TRADE.replace("%(since)s", f"%(since{n})s").replace("%(until)s", f"%(until{n})s")
        parts.append(f"SELECT {n} AS place, t.* FROM ({one}) t")
    rows = fetch(" UNION ALL ".join(parts), params)
    return [Trade(*figures) for _place, *figures in sorted(rows)]


def courses(
    club: ClubContext, several: Sequence[Sequence[Span]], branch_id: int | None = None
) -> list[list[PeriodFigures]]:
    """Several series of neighbouring spans (each begins where the one before ends): one statement for
    what was bought, and one for the points."""
    every = [span for spans in several for span in spans]
    moved = iter(points_series(club, every, branch_id))
    return [
        [PeriodFigures(span, row, next(moved)) for span, row in zip(spans, rows, strict=True)]
        for spans, rows in zip(several, trade_courses(club, several, branch_id), strict=True)
    ]


def trade_courses(
    club: ClubContext, several: Sequence[Sequence[Span]], branch_id: int | None = None
) -> list[list[Trade]]:
    """What was bought in several series of neighbouring spans, in one statement."""
    params: dict[str, object] = {"club": club.id, "branch": branch_id}
    parts = []
    for n, spans in enumerate(several):
        edges = _edges(club, spans)
        given = {"since": edges[0], "until": edges[-1], "edges": edges[:-1], "count": len(spans)}
        one = _TRADE_SERIES
        for name, value in given.items():
            params[f"{name}{n}"] = value
            one = one.replace(f"%({name})s", f"%({name}{n})s")
        parts.append(f"SELECT {n} AS place, t.* FROM ({one}) t")
    found: list[list[Trade]] = [[] for _ in several]
    for place, bucket, *figures in sorted(fetch(" UNION ALL ".join(parts), params)):
        # What lay before the first span is only counted with its members.
        if bucket:
            found[place].append(Trade(*figures))
    return found


def points_series(
    club: ClubContext, spans: Sequence[Span], branch_id: int | None = None
) -> list[Points]:
    """Points that moved in each span, in one statement; of a branch, those that its bills gave and
    took."""
    days = sorted({day for span in spans for day in (span.first, span.after)})
    edges = [club.day_start(day) for day in days]
    # What moved from each of these days up to the next of them.
    pieces = (
        [points_of(pools) for pools in pool_series(club.points_unit_id, edges)]
        if branch_id is None
        else _branch_points(club, edges, branch_id)
    )
    places = {day: n for n, day in enumerate(days)}
    return [together(pieces[places[span.first] : places[span.after]]) for span in spans]


def _edges(club: ClubContext, spans: Sequence[Span]) -> list[datetime]:
    return [club.day_start(span.first) for span in spans] + [club.day_start(spans[-1].after)]


def _branch_points(club: ClubContext, edges: Sequence[datetime], branch_id: int) -> list[Points]:
    rows = fetch(
        _BRANCH_POINTS,
        {
            "club": club.id,
            "branch": branch_id,
            "edges": list(edges[:-1]),
            "since": edges[0],
            "until": edges[-1],
        },
    )
    found = {n: Points(issued, spent) for n, issued, spent in rows}
    return [found.get(n, Points()) for n in range(1, len(edges))]
