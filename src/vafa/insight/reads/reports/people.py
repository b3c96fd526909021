"""Who the members are, and what each kind of them bought in the days asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.core.jalali import add_months
from vafa.insight.reads.gone import IS_MEMBER
from vafa.insight.reads.listing import folded
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

SIDES = ("gender", "age", "city", "education", "acquaintance", "branch")
UNKNOWN = "unknown"
# Full years from which each band of ages begins.
AGES = (0, 18, 25, 35, 45, 55, 65)
COLUMNS = (
    Column("members", "count"),
    Column("share", "ratio"),
    Column("buyers", "count"),
    Column("purchases", "count"),
    Column("sales", "money"),
    Column("per_buyer", "money"),
)
_KEYS = {
    "gender": ("nullif(m.gender, '')", "''", ""),
    "age": ("width_bucket(m.birth_date, %(births)s::date[])::text", "''", ""),
    "education": ("nullif(m.education, '')", "''", ""),
    "acquaintance": ("nullif(m.acquaintance, '')", "''", ""),
    # Spelt in one way or another: a city is what its name says.
    "city": (f"nullif({folded('m.city')}, '')", "coalesce(min(m.city), '')", ""),
    "branch": (
        "m.branch_id::text",
        "coalesce(min(j.name), '')",
        "LEFT JOIN club_branch j ON j.id = m.branch_id",
    ),
}
_STATEMENT = """
{tables}, bought AS (
    SELECT coalesce(merged_into_id, member_id) AS member_id, count(*) AS n, sum(total) AS total
    FROM commerce_purchase LEFT JOIN merged USING (member_id)
    WHERE {bills} AND member_id IS NOT NULL GROUP BY 1
)
SELECT {key}, {name}, count(*) FILTER (WHERE {present}), count(b.member_id), coalesce(sum(b.n), 0)::bigint,
    coalesce(sum(b.total), 0)::bigint
FROM club_member m LEFT JOIN bought b ON b.member_id = m.id {join}
WHERE m.club_id = %(club)s AND m.merged_into_id IS NULL AND m.joined_at < %(until)s
    AND (%(branches)s::bigint[] IS NULL OR m.branch_id = ANY(%(branches)s::bigint[])
        OR b.member_id IS NOT NULL){whose} AND ({present} OR b.member_id IS NOT NULL)
GROUP BY 1 ORDER BY 3 DESC, 2
"""


def people(club: ClubContext, ask: Ask) -> Figures:
    """Members at the end of the span by ``ask.of``, with what was bought within it, by those who have left
    since then too: so much was sold.

    At some branches: those who joined there or bought there. Ages are full years of the club's
    calendar at the end of the span.
    """
    side = ask.of if ask.of in SIDES else SIDES[0]
    lines, totals = _read(club, ask, ask.span, side)
    if side == "age":
        lines.sort(key=lambda line: str(line.key))
    if ask.before is None:
        return Figures(COLUMNS, tuple(lines), totals)
    past, totals_before = _read(club, ask, ask.before, side)
    return paired(COLUMNS, lines, totals, {p.key: p.values for p in past}, totals_before)


def born_before(day: date, years: int, club: ClubContext) -> date:
    """The last birthday of those who are ``years`` old on ``day``."""
    return add_months(day, -12 * years, club.calendar)


def _read(club: ClubContext, ask: Ask, span: Span, side: str) -> tuple[list[Line], Values]:
    key, name, join = _KEYS[side]
    statement = _STATEMENT.format(
        tables=tables(ask),
        bills=bills(ask),
        key=key,
        name=name,
        join=join,
        whose=whose(ask, "m.id"),
        present=IS_MEMBER.format("m.", "%(until)s"),
    )
    given: dict[str, Any] = params(club, ask, span)
    if side == "age":
        # Born on or before that day is as old: the day after is the next younger band's first.
        day = min(span.last, club.local_date(now()))
        given["births"] = sorted(_after(born_before(day, years, club)) for years in AGES)
    rows = fetch(statement, given)
    whole = sum(row[2] for row in rows)
    lines = [
        Line(_key(side, k), _values(n, buyers, bills_n, total, whole), label)
        for k, label, n, buyers, bills_n, total in rows
    ]
    sums = [sum(row[n] for row in rows) for n in (2, 3, 4, 5)]
    return lines, _values(sums[0], sums[1], sums[2], sums[3], whole)


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _key(side: str, key: str | None) -> str:
    if key is None:
        return UNKNOWN
    if side != "age":
        return key
    # The oldest are born before all edges, those with a birthday to come after the last.
    band = len(AGES) - 1 - int(key)
    return UNKNOWN if band < 0 else f"age{band}"


def _values(members: int, buyers: int, n: int, total: int, whole: int) -> Values:
    return (members, share(members, whole), buyers, n, total, rounded(total, buyers))
