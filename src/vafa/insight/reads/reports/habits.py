"""How much, how often and at which intervals members buy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.insight.reads.gone import IS_MEMBER
from vafa.insight.reads.reports.narrowing import bills, params, tables, whose
from vafa.insight.reads.reports.shape import (
    Ask,
    Column,
    Figures,
    Line,
    Values,
    paired,
    rounded,
    share,
)
from vafa.insight.reads.spans import Span

SIDES = ("amount", "frequency", "interval")
# From how many purchases, and from how many days between two of them, each band begins.
TIMES = (0, 1, 2, 3, 4, 5, 10, 20)
DAYS = (0, 7, 14, 30, 60, 90, 180)
# Where a member bought once there is nothing between.
ONCE = "once"
MOST_BANDS = 15
COLUMNS = (
    Column("members", "count"),
    Column("share", "ratio"),
    Column("purchases", "count"),
    Column("sales", "money"),
    Column("share_of_sales", "ratio"),
    Column("basket", "money"),
)
# 1, 2, 5, 10, 20, 50 ... smallest units.
_LADDER = [step * 10**n for n in range(13) for step in (1, 2, 5)]
_BOUGHT = """
{tables}, bought AS (
    SELECT coalesce(merged_into_id, member_id) AS member_id, count(*) AS n, sum(total) AS total,
        extract(epoch FROM max(purchased_at) - min(purchased_at)) / 86400 AS days
    FROM commerce_purchase LEFT JOIN merged USING (member_id)
    WHERE {bills} AND member_id IS NOT NULL GROUP BY 1
)
"""
_SUMS = "count(*), sum(n)::bigint, sum(total)::bigint"
_STATEMENTS = {
    "amount": "SELECT width_bucket(total, %(edges)s::numeric[]), {sums} FROM bought GROUP BY 1",
    "frequency": (
        "SELECT width_bucket(n, %(edges)s::bigint[]), {sums} FROM bought GROUP BY 1"
        " UNION ALL SELECT 1, (SELECT count(*) FROM club_member m WHERE m.club_id = %(club)s"
        " AND m.merged_into_id IS NULL AND m.joined_at < %(until)s AND {present} AND {joined}{whose})"
        " - (SELECT count(*) FROM bought b JOIN club_member m ON m.id = b.member_id"
        " WHERE m.joined_at < %(until)s AND {present} AND {joined}), 0, 0"
    ),
    "interval": (
        "SELECT CASE WHEN n > 1 THEN width_bucket((days / (n - 1))::numeric, %(edges)s::numeric[])"
        " ELSE 0 END, {sums} FROM bought GROUP BY 1"
    ),
}
_JOINED = "(%(branches)s::bigint[] IS NULL OR m.branch_id = ANY(%(branches)s::bigint[]))"


def habits(club: ClubContext, ask: Ask) -> Figures:
    """Members by what they bought within the span: in bands of amount, of times, or of the days
    between two purchases on average.

    A line's key is where its band begins, and the next line's where it ends; the last has no end. Bands
    of amounts begin at 1, 2 and 5 of a power of ten, not more than ``MOST_BANDS``. Of times, those who
    joined at these branches and did not buy are one band.
    """
    side = ask.of if ask.of in SIDES else SIDES[0]
    found = _read(club, ask, ask.span, side)
    past = _read(club, ask, ask.before, side) if ask.before else None
    if side == "amount":
        bands = _bands([*found, *(past or ())])
        found = _poured(found, bands)
        past = _poured(past, bands) if past is not None else None
    else:
        bands = list(range(1, len(TIMES if side == "frequency" else DAYS) + 1))
    found = dict.fromkeys(bands, _NOBODY) | found
    members = sum(row[0] for row in found.values())
    total = sum(row[2] for row in found.values())
    lines = [Line(_key(side, n), _values(found[n], members, total)) for n in sorted(found)]
    sums = _values(_added(list(found.values())), members, total)
    if past is None:
        return Figures(COLUMNS, tuple(lines), sums)
    added = _added(list(past.values()))
    earlier: dict[Span | str | int, Values] = {
        _key(side, n): _values(row, added[0], added[2]) for n, row in past.items()
    }
    return paired(COLUMNS, lines, sums, earlier, _values(added, added[0], added[2]))


Band = tuple[int, int, int]
_NOBODY: Band = (0, 0, 0)


def _read(club: ClubContext, ask: Ask, span: Span, side: str) -> dict[int, Band]:
    edges: dict[str, Sequence[int]] = {"amount": _LADDER, "frequency": TIMES, "interval": DAYS}
    given: dict[str, Any] = params(club, ask, span) | {"edges": list(edges[side])}
    statement = (_BOUGHT + _STATEMENTS[side]).format(
        tables=tables(ask),
        bills=bills(ask),
        sums=_SUMS,
        joined=_JOINED,
        whose=whose(ask, "m.id"),
        present=IS_MEMBER.format("m.", "%(until)s"),
    )
    rows = fetch(statement, given)
    return {band: (members, n, total) for band, members, n, total in rows if members > 0}


def _bands(used: Sequence[int]) -> list[int]:
    """Steps of the ladder at which bands begin: all that are used, or every third."""
    if not used:
        return []
    first, last = min(used), max(used)
    steps = range(first, last + 1)
    if len(steps) <= MOST_BANDS:
        return list(steps)
    # From a power of ten to the next, and in the end so many powers that they fit.
    wide = 3 * -(-(len(steps) + 2) // (3 * MOST_BANDS))
    begin = (first - 1) // 3 * 3 + 1
    return [begin, *range(begin + wide, last + 1, wide)]


def _poured(found: dict[int, Band], bands: Sequence[int]) -> dict[int, Band]:
    into: dict[int, Band] = {}
    for step, row in found.items():
        band = max(b for b in bands if b <= step)
        into[band] = _added([into.get(band, _NOBODY), row])
    return into


def _added(rows: Sequence[Band]) -> Band:
    return sum(r[0] for r in rows), sum(r[1] for r in rows), sum(r[2] for r in rows)


def _key(side: str, band: int) -> str | int:
    """From where the band begins; a word where it has no number."""
    if side == "amount":
        return int(_LADDER[band - 1])
    if side == "frequency":
        return TIMES[band - 1]
    return ONCE if band == 0 else DAYS[band - 1]


def _values(row: Band, members: int, total: int) -> Values:
    n, purchases, sales = row
    return (
        *(n, share(n, members), purchases, sales),
        *(share(sales, total), rounded(sales, purchases)),
    )
