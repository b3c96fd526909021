"""What a shop's history says about a club for it: how regular, how often again, how concentrated.

All of it is one statement over the bills of a span, net of what came back; a bill that came back
whole is no visit, and several on one day are one.

    gap          days between two visits of the same member that follow each other
    median gap   the middle one of all gaps
    regularity   standard deviation of a member's gaps through their mean (the coefficient of
                 variation), the middle one of all members with at least three gaps. Visits that
                 come by chance (Poisson) give 1, clockwork gives 0: Wheat and Morrison,
                 "Estimating Purchase Regularity with Two Interpurchase Times",
                 Journal of Marketing Research 27 (1990), 87-93
    repeat       members with visits on two days or more, of all who bought
    best fifth   what the best 20 % of the buying members brought, of what all members brought
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.undone_imports import counted_purchases
from vafa.core.db import fetch
from vafa.insight.reads.dashboard import busy_span
from vafa.insight.reads.spans import Span

LONGEST = timedelta(days=730)


class History(NamedTuple):
    """The figures of a span; money in the currency's smallest unit.

    ``named_*``: of bills that name a member. ``median_gap`` in days and ``regularity`` in
    thousandths, None where nobody came twice (or often enough); ``best_fifth``: what they spent.
    """

    first: str
    last: str
    days: int
    bills: int
    sales: int
    named_bills: int
    named_sales: int
    buyers: int
    repeat_buyers: int
    best_fifth: int
    median_gap: int | None
    regularity: int | None

    @property
    def repeat_percent(self) -> int:
        """Of a hundred buyers, how many came again."""
        return _percent(self.repeat_buyers, self.buyers)

    @property
    def best_fifth_percent(self) -> int:
        """Of what members spent, the share of the best fifth of them."""
        return _percent(self.best_fifth, self.named_sales)

    @property
    def named_percent(self) -> int:
        """Of a hundred bills, how many name a member."""
        return _percent(self.named_bills, self.bills)

    @property
    def yearly_named_sales(self) -> int:
        """What members spend in 365 days, as in the span."""
        return self.named_sales * 365 // self.days if self.days else 0


_HISTORY = f"""
WITH merged AS (
    SELECT id AS member_id, merged_into_id FROM club_member
    WHERE club_id = %(club)s AND merged_into_id IS NOT NULL
), back AS (
    SELECT purchase_id, sum(total) AS total FROM commerce_return
    WHERE club_id = %(club)s GROUP BY purchase_id
), bills AS (
    SELECT coalesce(m.merged_into_id, p.member_id) AS member_id,
        (p.purchased_at AT TIME ZONE %(zone)s)::date AS day,
        p.total - coalesce(b.total, 0) AS net
    FROM commerce_purchase p LEFT JOIN merged m USING (member_id)
    LEFT JOIN back b ON b.purchase_id = p.id
    WHERE p.club_id = %(club)s AND p.purchased_at >= %(since)s AND p.purchased_at < %(until)s
        AND p.total > coalesce(b.total, 0) AND {counted_purchases("p")}
), visits AS (
    SELECT member_id, day, day - lag(day) OVER (PARTITION BY member_id ORDER BY day) AS gap
    FROM bills WHERE member_id IS NOT NULL GROUP BY member_id, day
), people AS (
    SELECT member_id, count(*) AS days,
        CASE WHEN count(gap) >= 3 THEN stddev_samp(gap) / avg(gap) END AS variation
    FROM visits GROUP BY member_id
), spent AS (
    SELECT sum(net) AS total, row_number() OVER (ORDER BY sum(net) DESC, member_id) AS place,
        count(*) OVER () AS everybody
    FROM bills WHERE member_id IS NOT NULL GROUP BY member_id
), sums AS (
    SELECT count(*) AS bills, coalesce(sum(net), 0) AS sales,
        count(member_id) AS named, coalesce(sum(net) FILTER (WHERE member_id IS NOT NULL), 0) AS ns
    FROM bills
)
SELECT s.bills, s.sales::bigint, s.named, s.ns::bigint,
    (SELECT count(*) FROM people), (SELECT count(*) FROM people WHERE days >= 2),
    (SELECT coalesce(sum(total), 0)::bigint FROM spent WHERE place * 5 < everybody + 5),
    (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY gap) FROM visits WHERE gap IS NOT NULL),
    (SELECT round(1000 * percentile_cont(0.5) WITHIN GROUP (ORDER BY variation))::int
     FROM people WHERE variation IS NOT NULL)
FROM sums s
"""


def history_span(club: ClubContext) -> Span | None:
    """The last two years before the newest bill, or less; None without bills."""
    busy = busy_span(club)
    if busy is None:
        return None
    return Span(max(busy.first, busy.after - LONGEST), busy.after)


def read_history(club: ClubContext, span: Span) -> History:
    """The figures of the bills in ``span``. Reads every bill of it: work for a job where there
    are many (``count_bills``)."""
    since, until = span.moments(club)
    params = {"club": club.id, "zone": club.zone, "since": since, "until": until}
    row = fetch(_HISTORY, params)[0]
    days = (span.after - span.first).days
    return History(span.first.isoformat(), span.last.isoformat(), days, *row)


def count_bills(club: ClubContext, most: int) -> int:
    """How many bills the club has, counted no further than ``most``."""
    rows = fetch(
        "SELECT count(*) FROM (SELECT FROM commerce_purchase"
        f" WHERE club_id = %s AND {counted_purchases()} LIMIT %s) b",
        [club.id, most],
    )
    return int(rows[0][0])


def _percent(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole) if whole else 0
