"""Daily figures that are kept (``actions/keeping.py``), added up: exact for any days, whatever the
number of members.

A member counts among the buyers of a span on the first of its days on which she bought: where the
last time before lies before the span. She counts among those who bought twice on the day of her
second purchase: where the last time but one lies before it, and this day is not her first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.core.looking import once
from vafa.insight.reads.spans import Span
from vafa.ledger.reads.totals import PoolTotals

# A buyer's days since she bought before: of one who never did.
NEVER = 2**31 - 1
# Of days by themselves nobody has to be asked when she bought before. Of others those count who bought
# before the span, where the gap is longer than the day's place in it: gaps stand in order, so that
# the first of the longer ones is found by halving.
_LONGER = "[width_bucket(f.day - s.first, f.gaps) + 1]"
_FIGURES = f"""coalesce(sum(f.sales), 0)::bigint, coalesce(sum(f.purchases), 0)::bigint,
    coalesce(sum(CASE WHEN s.after - s.first = 1 THEN f.buyers ELSE f.buyers_since{_LONGER} END),
        0)::bigint,
    coalesce(sum(CASE WHEN s.after - s.first = 1 THEN f.twice ELSE f.twice_since{_LONGER} END),
        0)::bigint,
    coalesce(sum(f.returned), 0)::bigint, coalesce(sum(f.returns), 0)::bigint,
    coalesce(sum(f.joined), 0)::bigint, coalesce(sum(f.given), 0)::bigint,
    coalesce(sum(f.used), 0)::bigint"""
_SUMS = f"""
SELECT s.n, {_FIGURES},
    CASE WHEN s.after = ANY(%(counted)s::date[]) THEN (
        SELECT coalesce(sum(m.joined), 0)::bigint FROM insight_dayfigures m
        WHERE m.club_id = %(club)s AND m.place = %(place)s AND m.day < s.after
    ) ELSE 0 END
FROM unnest(%(firsts)s::date[], %(afters)s::date[]) WITH ORDINALITY AS s(first, after, n)
LEFT JOIN insight_dayfigures f ON f.club_id = %(club)s AND f.place = %(place)s
    AND f.day >= s.first AND f.day < s.after
GROUP BY s.n, s.after ORDER BY s.n
"""
_BY_PLACE = f"""
SELECT f.place, {_FIGURES}
FROM (SELECT %(first)s::date AS first, %(after)s::date AS after) s
JOIN insight_dayfigures f ON f.club_id = %(club)s AND f.day >= s.first AND f.day < s.after
GROUP BY f.place
"""
# Who bought on a day and then nothing for ``gap`` days: the buyers of that day, less those of each later
# day within it who had bought on that day for the last time.
_COMINGS = """
WITH bought AS (
    SELECT f.day, f.joined, f.buyers, x.gap, x.last FROM insight_dayfigures f
    LEFT JOIN LATERAL unnest(f.gaps, f.last) AS x(gap, last) ON true
    WHERE f.club_id = %(club)s AND f.place = %(place)s
        AND f.day >= %(first)s::date - %(gap)s AND f.day < %(after)s
), moved AS (
    SELECT day, 0 AS joined, CASE WHEN gap = %(never)s THEN last ELSE 0 END AS first,
        CASE WHEN gap > %(gap)s AND gap < %(never)s THEN last ELSE 0 END AS back, 0 AS lost
    FROM bought WHERE gap > %(gap)s
    UNION ALL SELECT day - gap + %(gap)s, 0, 0, 0, -last FROM bought WHERE gap <= %(gap)s
    UNION ALL SELECT f.day + shift, CASE shift WHEN 0 THEN f.joined ELSE 0 END, 0, 0,
        CASE shift WHEN 0 THEN 0 ELSE f.buyers END
    FROM insight_dayfigures f, unnest(ARRAY[0, %(gap)s]) AS shift
    WHERE f.club_id = %(club)s AND f.place = %(place)s
        AND f.day >= %(first)s::date - %(gap)s AND f.day < %(after)s
)
SELECT day, sum(joined)::bigint, sum(first)::bigint, sum(back)::bigint, sum(lost)::bigint
FROM moved WHERE day >= %(first)s AND day < %(after)s GROUP BY day
"""
_POOLS = """
SELECT s.n, coalesce(sum(p.issued), 0)::bigint, coalesce(sum(p.clawed_back), 0)::bigint,
    coalesce(sum(p.spent), 0)::bigint, coalesce(sum(p.restored), 0)::bigint,
    coalesce(sum(p.expired), 0)::bigint, coalesce(sum(p.revived), 0)::bigint
FROM unnest(%s::date[], %s::date[]) WITH ORDINALITY AS s(first, after, n)
LEFT JOIN insight_daypools p ON p.club_id = %s AND p.unit_id = %s
    AND p.day >= s.first AND p.day < s.after
GROUP BY s.n ORDER BY s.n
"""


class DaySums(NamedTuple):
    """The figures of a span at one place; see ``DayFigures``. ``members`` had joined by its end; 0 where
    nobody asked."""

    sales: int = 0
    purchases: int = 0
    buyers: int = 0
    repeat_buyers: int = 0
    returned: int = 0
    returns: int = 0
    joined: int = 0
    given: int = 0
    used: int = 0
    members: int = 0


def kept_at(club: ClubContext) -> datetime | None:
    """The moment as of which the club's figures are kept; None where they are not (yet): then its
    facts themselves are asked."""
    return once(("kept figures", club.id), lambda: _kept_at(club))


def _kept_at(club: ClubContext) -> datetime | None:
    rows = fetch(
        "SELECT coalesce(k.waiting_since, r.read_at) FROM insight_keptclub k"
        " JOIN insight_eventreading r ON r.name = 'figures'"
        " WHERE k.club_id = %s AND k.is_whole AND k.zone = %s",
        [club.id, club.zone],
    )
    return rows[0][0] if rows else None


def sums_of(
    club: ClubContext,
    spans: Sequence[Span],
    branch_id: int | None,
    counted: Sequence[Span] = (),
) -> list[DaySums]:
    """The figures of each span at a branch, or everywhere (None); those of ``counted`` with the
    members at their end."""
    given: dict[str, Any] = {"club": club.id, "place": branch_id or 0}
    given |= {"firsts": [s.first for s in spans], "afters": [s.after for s in spans]}
    given["counted"] = [s.after for s in counted]
    return [DaySums(*row[1:]) for row in fetch(_SUMS, given)]


def sums_by_place(club: ClubContext, span: Span) -> dict[int, DaySums]:
    """The figures of a span by branch number, and of everywhere under 0; those of places where nothing
    happened are missing."""
    given = {"club": club.id, "first": span.first, "after": span.after}
    return {place: DaySums(*sums) for place, *sums in fetch(_BY_PLACE, given)}


class Comings(NamedTuple):
    """How many joined on a day, bought for the first time, came back after a silence, and were lost."""

    day: date
    joined: int
    first: int
    back: int
    lost: int


def comings_and_goings(
    club: ClubContext, span: Span, branch_id: int | None, gap: int
) -> list[Comings]:
    """Of each day of a span on which any did, at a branch or everywhere; a silence is ``gap`` days."""
    given = {
        **{"club": club.id, "place": branch_id or 0, "gap": gap, "never": NEVER},
        **{"first": span.first, "after": span.after},
    }
    return [Comings(*row) for row in fetch(_COMINGS, given)]


def pools_of(club: ClubContext, unit_id: int, spans: Sequence[Span]) -> list[PoolTotals]:
    """What the unit's pools gave and took in each span."""
    firsts, afters = [s.first for s in spans], [s.after for s in spans]
    rows = fetch(_POOLS, [firsts, afters, club.id, unit_id])
    return [PoolTotals(*row[1:]) for row in rows]


def outstanding_kept(club: ClubContext, unit_id: int, day: date | None = None) -> int:
    """What the holders of a unit have, or had before ``day`` began: all that was given, less all that
    was taken."""
    rows = fetch(
        "SELECT coalesce(sum(issued - clawed_back - spent + restored - expired + revived), 0)::bigint"
        " FROM insight_daypools WHERE club_id = %s AND unit_id = %s"
        " AND (%s::date IS NULL OR day < %s::date)",
        [club.id, unit_id, day, day],
    )
    return int(rows[0][0])
