"""At which hours of which days of the week people buy."""

from __future__ import annotations

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.core.jalali import Calendar
from vafa.insight.reads.reports.narrowing import bills, params, tables
from vafa.insight.reads.reports.shape import Ask, Column, Figures, Kind, Line, Values
from vafa.insight.reads.spans import Span

SIDES = ("purchases", "sales")
TOTAL = "all_days"
_STATEMENT = """
{tables}
SELECT extract(hour FROM purchased_at AT TIME ZONE %(zone)s)::int,
    extract(isodow FROM purchased_at AT TIME ZONE %(zone)s)::int - 1, count(*), sum(total)::bigint
FROM commerce_purchase WHERE {bills} GROUP BY 1, 2
"""


def weekdays(calendar: Calendar) -> list[int]:
    """Days of the week (as ``date.weekday``) from the first of the calendar's week on."""
    first = 5 if calendar == "jalali" else 0
    return [(first + n) % 7 for n in range(7)]


def hours(club: ClubContext, ask: Ask) -> Figures:
    """A line for each hour of the club's clock, all days together and each day of the week."""
    side = ask.of if ask.of in SIDES else SIDES[0]
    kind: Kind = "count" if side == "purchases" else "money"
    days = weekdays(club.calendar)
    columns = (Column(TOTAL, kind), *(Column(f"weekday{day}", kind) for day in days))
    found = _read(club, ask, ask.span, side)
    past = _read(club, ask, ask.before, side) if ask.before else None
    lines = [
        Line(
            hour,
            _values(found, [hour], days),
            before=None if past is None else _values(past, [hour], days),
        )
        for hour in range(24)
    ]
    every = list(range(24))
    before = _values(past, every, days) if past is not None else None
    return Figures(columns, tuple(lines), _values(found, every, days), before)


def _values(found: dict[tuple[int, int], int], hours: list[int], days: list[int]) -> Values:
    sums = [sum(found.get((hour, day), 0) for hour in hours) for day in days]
    return (sum(sums), *sums)


def _read(club: ClubContext, ask: Ask, span: Span, side: str) -> dict[tuple[int, int], int]:
    statement = _STATEMENT.format(tables=tables(ask), bills=bills(ask))
    rows = fetch(statement, params(club, ask, span) | {"zone": club.zone})
    return {(hour, day): n if side == "purchases" else total for hour, day, n, total in rows}
