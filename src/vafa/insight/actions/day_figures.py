"""A day's figures made from its bills, returns and members; the same whenever it is done again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.undone_imports import counted_purchases, counted_returns
from vafa.core.db import execute
from vafa.insight.reads.kept import NEVER

# Whoever was merged into another member is that one, and always was. ``known`` has for each buyer of
# a day the days on which she bought before, at the same place: the last time and the last but one.
# Points that a return took stay taken, also where an undone file brought it and it does not count.
_MAKE = f"""
WITH day AS (
    SELECT * FROM unnest(%(days)s::date[], %(since)s::timestamptz[], %(until)s::timestamptz[])
        AS d(day, since, until)
), merged AS MATERIALIZED (
    SELECT id AS member_id, merged_into_id FROM club_member
    WHERE club_id = %(club)s AND merged_into_id IS NOT NULL
), bill AS MATERIALIZED (
    SELECT d.day, d.since, d.until, p.id, p.branch_id, p.total,
        coalesce(x.merged_into_id, p.member_id) AS who
    FROM day d JOIN commerce_purchase p ON p.club_id = %(club)s
        AND p.purchased_at >= d.since AND p.purchased_at < d.until AND {counted_purchases("p")}
    LEFT JOIN merged x USING (member_id)
), back AS MATERIALIZED (
    SELECT d.day, d.since, d.until, r.purchase_id, r.branch_id, r.total,
        {counted_returns("r")} AS counts
    FROM day d JOIN commerce_return r ON r.club_id = %(club)s
        AND r.returned_at >= d.since AND r.returned_at < d.until
), moved AS (
    SELECT day, since, until, id AS purchase_id, branch_id FROM bill
    UNION SELECT b.day, b.since, b.until, p.id, p.branch_id
    FROM back b JOIN commerce_purchase p ON p.id = b.purchase_id AND {counted_purchases("p")}
), fact AS (
    SELECT day, branch_id AS place, sum(total) AS sales, count(*) AS purchases, 0 AS returned,
        0 AS returns, 0 AS joined, 0 AS given, 0 AS used
    FROM bill GROUP BY 1, 2
    UNION ALL SELECT day, branch_id, 0, 0, sum(total), count(*), 0, 0, 0 FROM back
    WHERE counts GROUP BY 1, 2
    UNION ALL SELECT d.day, m.branch_id, 0, 0, 0, 0, count(*), 0, 0
    FROM day d JOIN club_member m ON m.club_id = %(club)s AND m.joined_at >= d.since
        AND m.joined_at < d.until AND m.merged_into_id IS NULL GROUP BY 1, 2
    UNION ALL SELECT m.day, m.branch_id, 0, 0, 0, 0, 0,
        coalesce(sum(c.points) FILTER (WHERE c.trigger IN ('purchase', 'return')), 0),
        coalesce(-sum(c.points) FILTER (WHERE c.trigger IN ('pay', 'give_back')), 0)
    FROM moved m JOIN program_decision c ON c.purchase_id = m.purchase_id
        AND c.effective_at >= m.since AND c.effective_at < m.until GROUP BY 1, 2
), sums AS (
    SELECT day, CASE WHEN grouping(place) = 1 THEN 0 ELSE place END AS place, sum(sales) AS sales,
        sum(purchases) AS purchases, sum(returned) AS returned, sum(returns) AS returns,
        sum(joined) AS joined, sum(given) AS given, sum(used) AS used
    FROM fact GROUP BY GROUPING SETS ((day), (day, place))
    HAVING grouping(place) = 1 OR place IS NOT NULL
), buyer AS MATERIALIZED (
    SELECT day, since, who, CASE WHEN grouping(branch_id) = 1 THEN 0 ELSE branch_id END AS place,
        count(*) AS n,
        who || ARRAY(SELECT m.id FROM club_member m WHERE m.merged_into_id = who) AS ids
    FROM bill WHERE who IS NOT NULL
    GROUP BY GROUPING SETS ((day, since, who), (day, since, who, branch_id))
), known AS (
    SELECT b.day, b.place, b.n, coalesce(b.day - e.last, %(never)s) AS last,
        coalesce(b.day - e.last_but_one, %(never)s) AS last_but_one
    FROM buyer b CROSS JOIN LATERAL (
        SELECT max(o.day) AS last, CASE WHEN count(*) = 2 THEN min(o.day) END AS last_but_one
        FROM (
            SELECT (p.purchased_at AT TIME ZONE %(zone)s)::date AS day FROM commerce_purchase p
            WHERE p.member_id = ANY(b.ids) AND p.purchased_at < b.since
                AND (b.place = 0 OR p.branch_id = b.place) AND {counted_purchases("p")}
            ORDER BY p.purchased_at DESC LIMIT 2
        ) o
    ) e
), counted AS (
    SELECT day, place, gap, sum(last)::int AS last, sum(last_but_one)::int AS last_but_one,
        sum(once)::int AS once
    FROM (
        SELECT day, place, last AS gap, 1 AS last, 0 AS last_but_one, (n = 1)::int AS once
        FROM known UNION ALL SELECT day, place, last_but_one, 0, 1, 0 FROM known
    ) k GROUP BY 1, 2, 3
), summed AS (
    SELECT *, sum(last) OVER longer AS buyers_since, sum(last_but_one - once) OVER longer AS twice_since
    FROM counted WINDOW longer AS (PARTITION BY day, place ORDER BY gap DESC)
), gaps AS (
    SELECT day, place, array_agg(gap ORDER BY gap) AS gaps, array_agg(last ORDER BY gap) AS last,
        array_agg(buyers_since::int ORDER BY gap) AS buyers_since,
        array_agg(twice_since::int ORDER BY gap) AS twice_since
    FROM summed GROUP BY 1, 2
), bought AS (
    SELECT day, place, count(*) AS buyers, count(*) FILTER (WHERE n > 1) AS twice
    FROM buyer GROUP BY 1, 2
)
INSERT INTO insight_dayfigures (club_id, place, day, sales, purchases, returned, returns, joined,
    given, used, buyers, twice, gaps, last, buyers_since, twice_since)
SELECT %(club)s, s.place, s.day, s.sales, s.purchases, s.returned, s.returns, s.joined, s.given,
    s.used, coalesce(b.buyers, 0), coalesce(b.twice, 0), coalesce(g.gaps, '{{}}'),
    coalesce(g.last, '{{}}'), coalesce(g.buyers_since, '{{}}'), coalesce(g.twice_since, '{{}}')
FROM sums s LEFT JOIN bought b USING (day, place) LEFT JOIN gaps g USING (day, place)
"""


def make_days(club: ClubContext, days: Sequence[date]) -> None:
    """Make the figures of these days anew from what is committed now, in the caller's transaction."""
    execute(
        "DELETE FROM insight_dayfigures WHERE club_id = %s AND day = ANY(%s::date[])",
        [club.id, list(days)],
    )
    execute(
        _MAKE,
        {
            "club": club.id,
            "zone": club.zone,
            "never": NEVER,
            "days": list(days),
            "since": [club.day_start(day) for day in days],
            "until": [club.day_end(day) for day in days],
        },
    )
