"""The tier of many members as SQL: the same definition as ``rules.tiers``, for facets and lists.

A plain window is one sum for each member. Otherwise each member's facts are gathered by day, and
their running sum is looked at. Calendars stay outside of SQL: until when a day's facts count, and
what a day has lost since, come in as arrays with one place for each day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from vafa.club.facet_types import Rows, Sql, joined
from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.core.jalali import Calendar
from vafa.program.reads.tier_facts import ATTRIBUTE
from vafa.program.reads.tier_segments import segments_as_sql, segments_of_tiers
from vafa.program.rules.document import Program
from vafa.program.rules.tier_terms import NO_TIER, TierTerms
from vafa.program.rules.tier_windows import (
    DAY,
    first_counted,
    last_counted,
    looks_back_to,
    steps_lost,
)

_ZERO = date(2000, 1, 1)
_FOREVER = 10**6
_BACK = "coalesce((SELECT sum(r.total) FROM commerce_return r WHERE r.purchase_id = p.id), 0)"
# What came back of a bill counts on the bill's day.
_SPENT = (
    "(SELECT p.club_id, p.member_id, p.purchased_at AS at, p.total AS amount"
    " FROM commerce_purchase p UNION ALL"
    " SELECT r.club_id, r.member_id, coalesce(b.purchased_at, r.returned_at), -r.total"
    " FROM commerce_return r LEFT JOIN commerce_purchase b ON b.id = r.purchase_id) p"
)
# By basis: the rows, the club's column, whose they are, when, and how much.
_SOURCES = {
    "points": ("program_decision d", "d.club_id", "d.member_id", "d.tier_at", "d.tier_points"),
    "spend": (_SPENT, "p.club_id", "p.member_id", "p.at", "p.amount"),
    "visits": ("commerce_purchase p", "p.club_id", "p.member_id", "p.purchased_at", "1"),
}
_DAY_OF = "(({at} AT TIME ZONE %s)::date - DATE '2000-01-01')"
# Of one member: what counts from its day on, and no longer after its last, added up; each sum holds
# until the next change, and stands for most on the last of its days.
_BEST = """
(SELECT (%s::text[])[1 + greatest(0, max(
    width_bucket(s.total, %s::bigint[]) - (%s::int[])[s.last - %s + 1]))]
FROM (
    SELECT sum(sum(c.amount)) OVER (ORDER BY c.day)::bigint AS total,
        coalesce(lead(c.day) OVER (ORDER BY c.day) - 1, %s) AS last
    FROM (
        SELECT %s::int AS day, 0::bigint AS amount UNION ALL
        SELECT x.day, x.amount FROM (
            SELECT greatest(g.v[i][1], %s)::int AS day, {amount} AS amount
            FROM (SELECT {v} AS v OFFSET 0) g, generate_subscripts(g.v, 1) i GROUP BY 1
        ) f CROSS JOIN LATERAL (VALUES (f.day, f.amount),
            ((%s::int[])[f.day - %s + 1] + 1, -f.amount)) AS x(day, amount)
    ) c WHERE c.day <= %s GROUP BY c.day
) s WHERE s.last >= %s)
"""


def tier_rows(club: ClubContext, program: Program, at: datetime) -> Rows:
    """Each member's tier at ``at`` by its code, "none" below all of them; the member is ``m``."""
    rows = _reached_rows(club, program, at)
    return replace(rows, made=_open(club, program, rows.made))


def _open(club: ClubContext, program: Program, reached: Sql) -> Sql:
    """The highest tier, from the one that was reached down, that is open to the member ``m``."""
    if not segments_of_tiers(program):
        return reached
    members = {code: each.whole() for code, each in segments_as_sql(club, program).items()}
    below, cases = Sql(f"'{NO_TIER}'"), []
    for tier in program.tiers:
        if not tier.segment:
            below = Sql("%s::text", (tier.code,))
            continue
        who = members.get(tier.segment)
        if who is not None:
            below = Sql(
                f"CASE WHEN m.id IN ({who.text}) THEN %s::text ELSE {below.text} END",
                (*who.params, tier.code, *below.params),
            )
        cases.append(Sql(f"WHEN %s THEN {below.text}", (tier.code, *below.params)))
    text = " ".join(case.text for case in cases)
    return Sql(
        f"(SELECT CASE reached.code {text} ELSE reached.code END"
        f" FROM (SELECT {reached.text} AS code OFFSET 0) reached)",
        (*(value for case in cases for value in case.params), *reached.params),
    )


def _reached_rows(club: ClubContext, program: Program, at: datetime) -> Rows:
    terms = program.tier_terms
    if terms.basis == "attribute":
        return Rows(
            Sql(f"max({ATTRIBUTE})", (terms.attribute,)),
            "club_member m",
            "m.id",
            Sql(
                "m.merged_into_id IS NULL AND jsonb_typeof(m.attributes -> %s) = 'number'",
                (terms.attribute,),
            ),
            "m.club_id",
            made=_by_threshold(program),
        )
    source, of_club, member, when, amount = _SOURCES[terms.basis]
    today = club.local_date(at)
    where = [Sql(f"{when} <= %s", (at,))]
    if terms.basis == "visits":
        where.append(Sql(f"p.total > {_BACK}"))
    day = _DAY_OF.format(at=when)
    if terms.is_plain:
        first = first_counted(terms, today, club.calendar)
        if first is not None:
            where.append(Sql(f"{when} >= %s", (club.day_start(first),)))
        value = Sql(f"coalesce(sum({amount}), 0)::bigint")
        if terms.basis == "visits":
            value = Sql(f"count(DISTINCT {day})", (club.zone,))
        return Rows(value, source, member, joined(where), of_club, made=_by_threshold(program))
    span = _span(terms, _first_day(club, today), today, club.calendar)
    if terms.downgrade == "earned":
        first = looks_back_to(terms, today, club.calendar)
        assert first is not None
        where.append(Sql(f"{when} >= %s", (club.day_start(first),)))
    gathered = Sql(f"array_agg(ARRAY[{day}::bigint, {amount}::bigint])", (club.zone,))
    made = _best(program, span)
    return Rows(gathered, source, member, joined(where), of_club, empty="'{}'::bigint[]", made=made)


def _by_threshold(program: Program) -> Sql:
    tiers = program.tiers
    if not tiers:
        return Sql(f"'{NO_TIER}'")
    steps = "".join(" WHEN {v} >= %s THEN %s::text" for _ in tiers)
    values = [value for tier in reversed(tiers) for value in (tier.least, tier.code)]
    return Sql(f"CASE{steps} ELSE '{NO_TIER}' END", tuple(values))


class _Span:
    """For every day from ``first`` to ``today`` (numbers of days): the last day on which what
    happened then counts, and the steps lost since; ``since`` is the first day looked at."""

    __slots__ = ("ends", "first", "lost", "since", "today")

    def __init__(self, terms: TierTerms, first: date, today: date, calendar: Calendar) -> None:
        self.first, self.today = _number(first), _number(today)
        self.since = self.first
        if terms.downgrade == "earned":
            self.since = max(self.today - terms.grace_days, self.first)
        days = [first + n * DAY for n in range(self.today - self.first + 1)]
        ends = [last_counted(terms, day, calendar) for day in days]
        self.ends = [_FOREVER if day is None else _number(day) for day in ends]
        self.lost = [
            0 if _number(day) < self.since else steps_lost(terms, day, today, calendar)
            for day in days
        ]


def _number(day: date) -> int:
    return (day - _ZERO).days


@lru_cache(maxsize=64)
def _span(terms: TierTerms, first: date, today: date, calendar: Calendar) -> _Span:
    return _Span(terms, first, today, calendar)


def _first_day(club: ClubContext, today: date) -> date:
    """A day before anything that may count happened in the club."""
    rows = fetch(
        "SELECT least((SELECT min(p.purchased_at) FROM commerce_purchase p WHERE p.club_id = %s),"
        " (SELECT min(m.joined_at) FROM club_member m WHERE m.club_id = %s))",
        [club.id, club.id],
    )
    (oldest,) = rows[0]
    return (min(club.local_date(oldest), today) if oldest else today) - DAY


def _best(program: Program, span: _Span) -> Sql:
    tiers, first = program.tiers, span.first
    codes = [NO_TIER, *(tier.code for tier in tiers)]
    visits = program.tier_terms.basis == "visits"
    text = _BEST.replace("{amount}", "1::bigint" if visits else "sum(g.v[i][2])::bigint")
    return Sql(
        text,
        (
            *(codes, [tier.least for tier in tiers], span.lost, first, span.today, span.since),
            *(first, span.ends, first, span.today, span.since),
        ),
    )
