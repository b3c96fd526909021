"""The owner's figures of a span of days, and the same period by period.

Money is in the currency's smallest unit, points are whole. Sales count at the time of the
purchase, returns at the time of the return: the same sums that a file of purchases gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.insight.reads.spans import Span
from vafa.ledger.reads.totals import PoolTotals, outstanding, pool_series, pool_totals


class Trade(NamedTuple):
    """What was bought and by whom.

    ``sales``: bills recorded; ``returned``: what came back; ``buyers``: members who bought;
    ``repeat_buyers``: those of them who bought at least twice within the span; ``members``: at
    its end (that joined at the branch, where one is asked for); ``joined``: within it.
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
        AND (%(branch)s::bigint IS NULL OR branch_id = %(branch)s)
    GROUP BY 1
), returned AS (
    SELECT coalesce(sum(total), 0) AS total, count(*) AS n FROM commerce_return
    WHERE club_id = %(club)s AND returned_at >= %(since)s AND returned_at < %(until)s
        AND (%(branch)s::bigint IS NULL OR branch_id = %(branch)s)
), joined AS (
    SELECT count(*) AS members, count(*) FILTER (WHERE joined_at >= %(since)s) AS fresh
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
        AND (%(branch)s::bigint IS NULL OR branch_id = %(branch)s)
    GROUP BY 1
), joined AS (
    SELECT width_bucket(joined_at, %(edges)s::timestamptz[]) AS n, count(*) AS fresh
    FROM club_member
    WHERE club_id = %(club)s AND joined_at < %(until)s AND merged_into_id IS NULL
        AND (%(branch)s::bigint IS NULL OR branch_id = %(branch)s)
    GROUP BY 1
)
SELECT w.n, coalesce(s.sales, 0), coalesce(s.purchases, 0), coalesce(s.buyers, 0),
    coalesce(s.repeats, 0), coalesce(r.total, 0), coalesce(r.returns, 0),
    sum(coalesce(j.fresh, 0)) OVER (ORDER BY w.n)::bigint, coalesce(j.fresh, 0)
FROM generate_series(0, %(count)s) AS w(n)
LEFT JOIN sold s USING (n) LEFT JOIN returned r USING (n) LEFT JOIN joined j USING (n)
ORDER BY w.n
"""

# Redemptions and expiry belong to no branch: of a branch, only what its bills gave and took.
_BRANCH_POINTS = """
SELECT width_bucket(d.effective_at, %(edges)s::timestamptz[]),
    coalesce(sum(d.points) FILTER (WHERE d.trigger IN ('purchase', 'return')), 0)::bigint,
    coalesce(-sum(d.points) FILTER (WHERE d.trigger IN ('pay', 'give_back')), 0)::bigint
FROM program_decision d JOIN commerce_purchase p ON p.id = d.purchase_id
WHERE d.club_id = %(club)s AND p.branch_id = %(branch)s
    AND d.effective_at >= %(since)s AND d.effective_at < %(until)s
GROUP BY 1
"""


def trade(club: ClubContext, span: Span, branch_id: int | None = None) -> Trade:
    """Sales, buyers and members of a span, at one branch or all, in one statement."""
    since, until = span.moments(club)
    params = {"club": club.id, "since": since, "until": until, "branch": branch_id}
    return Trade(*fetch(_TRADE, params)[0])


def trades(club: ClubContext, spans: Sequence[Span], branch_id: int | None = None) -> list[Trade]:
    """``trade`` of each span, in one statement."""
    params: dict[str, object] = {"club": club.id, "branch": branch_id}
    parts = []
    for n, span in enumerate(spans):
        params[f"since{n}"], params[f"until{n}"] = span.moments(club)
        one = _TRADE.replace("%(since)s", f"%(since{n})s").replace("%(until)s", f"%(until{n})s")
        parts.append(f"SELECT {n} AS place, t.* FROM ({one}) t")
    rows = fetch(" UNION ALL ".join(parts), params)
    return [Trade(*figures) for _place, *figures in sorted(rows)]


def added(rows: Sequence[PeriodFigures]) -> Points:
    """The points of neighbouring periods together."""
    return Points(*(sum(values) for values in zip(*(row.points for row in rows), strict=True)))


def points(club: ClubContext, span: Span, branch_id: int | None = None) -> Points:
    """Points that moved in a span; of a branch, those that its bills gave and took."""
    since, until = span.moments(club)
    if branch_id is not None:
        return _branch_points(club, [since, until], branch_id)[0]
    return _of_pools(pool_totals(club.points_unit_id, since, until))


def points_outstanding(club: ClubContext) -> int:
    """Points that the members have now, pending ones with them, less what they owe."""
    return outstanding(club.points_unit_id)


def series(
    club: ClubContext, spans: Sequence[Span], branch_id: int | None = None
) -> list[PeriodFigures]:
    """Figures of neighbouring spans (each begins where the one before ends), in two statements."""
    return courses(club, [spans], branch_id)[0]


def courses(
    club: ClubContext, several: Sequence[Sequence[Span]], branch_id: int | None = None
) -> list[list[PeriodFigures]]:
    """Several such series: one statement for what was bought, and one for the points of each."""
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
    for place, _bucket, *figures in sorted(fetch(" UNION ALL ".join(parts), params)):
        found[place].append(Trade(*figures))
    return [
        _course(club, spans, rows, branch_id) for spans, rows in zip(several, found, strict=True)
    ]


def _edges(club: ClubContext, spans: Sequence[Span]) -> list[datetime]:
    return [club.day_start(span.first) for span in spans] + [club.day_start(spans[-1].after)]


def _course(
    club: ClubContext, spans: Sequence[Span], rows: Sequence[Trade], branch_id: int | None
) -> list[PeriodFigures]:
    """``rows``: a figure for what lay before the first span, then one for each."""
    edges = _edges(club, spans)
    moved = (
        [_of_pools(pools) for pools in pool_series(club.points_unit_id, edges)]
        if branch_id is None
        else _branch_points(club, edges, branch_id)
    )
    return [PeriodFigures(span, rows[n], moved[n - 1]) for n, span in enumerate(spans, 1)]


def busy_span(club: ClubContext) -> Span | None:
    """From the first to the last day on which anything was bought; None when nothing was."""
    rows = fetch(
        "SELECT min(purchased_at), max(purchased_at) FROM commerce_purchase WHERE club_id = %s",
        [club.id],
    )
    first, last = rows[0]
    if first is None:
        return None
    return Span(club.local_date(first), club.local_date(club.day_end(club.local_date(last))))


def _of_pools(pools: PoolTotals) -> Points:
    return Points(
        pools.issued - pools.clawed_back,
        pools.spent - pools.restored,
        pools.expired - pools.revived,
    )


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
