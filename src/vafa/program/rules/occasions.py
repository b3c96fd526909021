"""Days that come again each year, by the calendar of each: Nowruz, Yalda, Mother's Day. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from vafa.core.jalali import Calendar, days_in_month, make_date, ymd
from vafa.program.rules.hijri import from_hijri, hijri_year

OccasionCalendar = Literal["jalali", "hijri", "gregorian"]
# The tables and the announced calendar differ by less.
_NEAR = 3


class OccasionDay(NamedTuple):
    """A day of each year. ``official``: announced days of a lunar occasion, each in the place of
    the computed one that is near."""

    calendar: OccasionCalendar
    month: int
    day: int
    official: Sequence[date] = ()


class Comes(NamedTuple):
    """When an occasion comes: its year in its own calendar, the day, and whether that is sure."""

    year: int
    day: date
    is_sure: bool


def occasion_year(occasion: OccasionDay, day: date) -> int | None:
    """In which year of its calendar the occasion is on ``day``; None where it is another day."""
    return next((c.year for c in _around(occasion, day) if c.day == day), None)


def next_occasion(occasion: OccasionDay, day: date) -> Comes:
    """When the occasion comes next, ``day`` included."""
    return next(c for c in _around(occasion, day) if c.day >= day)


def is_day(calendar: OccasionCalendar, month: int, day: int) -> bool:
    """Whether any year of the calendar has this day."""
    if not 1 <= month <= 12:
        return False
    if calendar == "hijri":
        return 1 <= day <= 30
    leap_year = 1403 if calendar == "jalali" else 2024
    return 1 <= day <= days_in_month(leap_year, month, calendar)


def _around(occasion: OccasionDay, day: date) -> list[Comes]:
    """The occasion in the years around ``day``, in order."""
    if occasion.calendar == "hijri":
        year = hijri_year(day)
        return [_lunar(occasion, y) for y in range(year - 1, year + 3)]
    calendar: Calendar = occasion.calendar
    year = ymd(day, calendar)[0]
    return [_solar(occasion, y, calendar) for y in range(year - 1, year + 2)]


def _solar(occasion: OccasionDay, year: int, calendar: Calendar) -> Comes:
    last = days_in_month(year, occasion.month, calendar)
    day = make_date(year, occasion.month, min(occasion.day, last), calendar)
    return Comes(year, day, True)


def _lunar(occasion: OccasionDay, year: int) -> Comes:
    computed = from_hijri(year, occasion.month, occasion.day)
    near = timedelta(days=_NEAR)
    announced = [d for d in occasion.official if abs(d - computed) <= near]
    return Comes(year, announced[0], True) if announced else Comes(year, computed, False)
