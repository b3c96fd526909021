"""Stretches of days of a club, and the periods that they fall into: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from vafa.club.reads.context import ClubContext
from vafa.core.jalali import Calendar, Period, add_months, period_start, periods_between

Grouping = Literal["day", "week", "month"]
Preset = Literal["week", "month", "quarter", "year"]
GROUPINGS: tuple[Grouping, ...] = ("day", "week", "month")
PRESETS: tuple[Preset, ...] = ("week", "month", "quarter", "year")
MOST_PERIODS = 400
_DAYS_IN: dict[Grouping, int] = {"day": 1, "week": 7, "month": 29}
_MONTHS_IN: dict[Preset, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Span:
    """The days from ``first`` up to, not including, ``after``. Never empty."""

    first: date
    after: date

    def __post_init__(self) -> None:
        if self.after <= self.first:
            raise ValueError("a span holds at least one day")

    @property
    def last(self) -> date:
        """The last day."""
        return self.after - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days."""
        return (self.after - self.first).days

    def moments(self, club: ClubContext) -> tuple[datetime, datetime]:
        """The half-open range of moments in UTC."""
        return club.day_start(self.first), club.day_start(self.after)


def preset_span(preset: Preset, today: date, calendar: Calendar) -> Span:
    """This week, month, season or year, up to and with ``today``."""
    return Span(period_start(today, preset, calendar), today + timedelta(days=1))


def past_span(preset: Preset, today: date, calendar: Calendar) -> Span:
    """The whole week, month, season or year before the one that ``today`` lies in."""
    after = period_start(today, preset, calendar)
    return Span(period_start(after - timedelta(days=1), preset, calendar), after)


def year_before(span: Span, calendar: Calendar) -> Span:
    """The same days of the year before; a day that it lacks is its month's last."""
    first, last = (add_months(day, -12, calendar) for day in (span.first, span.last))
    return Span(first, last + timedelta(days=1))


def span_before(span: Span, preset: Preset | None, calendar: Calendar) -> Span:
    """What ``span`` is compared with.

    For this week, month, season or year: as many days from the beginning of the one before (not
    beyond its end). Otherwise the same number of days just before.
    """
    if preset is None:
        return Span(span.first - timedelta(days=span.days), span.first)
    if preset == "week":
        first = span.first - timedelta(days=7)
    else:
        first = add_months(span.first, -_MONTHS_IN[preset], calendar)
    return Span(first, min(first + timedelta(days=span.days), span.first))


def usual_grouping(span: Span) -> Grouping:
    """A grouping that gives a readable number of periods."""
    if span.days <= 45:
        return "day"
    return "week" if span.days <= 190 else "month"


def allowed_groupings(span: Span) -> list[Grouping]:
    """The groupings that give at most ``MOST_PERIODS`` periods; months always."""
    return [g for g in GROUPINGS if g == "month" or span.days // _DAYS_IN[g] <= MOST_PERIODS]


def periods(span: Span, by: Period, calendar: Calendar) -> list[Span]:
    """The periods of ``span``, the first and the last cut to it."""
    return [
        Span(max(first, span.first), min(after, span.after))
        for first, after in periods_between(span.first, span.after, by, calendar)
    ]
