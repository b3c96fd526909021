"""When days end and when value expires, in a book's calendar and zone: pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from vafa.core.jalali import Calendar, add_months


class BookDates(NamedTuple):
    """The calendar and zone by which a book counts days and months."""

    calendar: Calendar
    zone: str

    def day(self, moment: datetime) -> date:
        """The book's calendar day of a moment."""
        return moment.astimezone(_zone(self.zone)).date()


_zone = lru_cache(maxsize=64)(ZoneInfo)
DEFAULT_DATES = BookDates("jalali", "Asia/Tehran")


@lru_cache(maxsize=16_384)
def end_of_day(day: date, zone: str) -> datetime:
    """The midnight that ends ``day`` in ``zone``, in UTC.

    Where clocks are set forward at midnight, that moment is the first of the next day.
    """
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return midnight.astimezone(UTC)


@lru_cache(maxsize=16_384)
def end_after_months(day: date, months: int, dates: BookDates) -> datetime:
    """The midnight that ends the day ``months`` months after ``day``."""
    return end_of_day(add_months(day, months, dates.calendar), dates.zone)


def sliding_due(active_at: datetime | None, months: int, dates: BookDates) -> datetime | None:
    """When a sliding lot expires if nothing more happens; None before any activity."""
    return None if active_at is None else end_after_months(dates.day(active_at), months, dates)


def last_idle_day(at: datetime, months: int, dates: BookDates) -> date:
    """The latest day of last activity after which ``months`` months are over by ``at``."""
    day = add_months(dates.day(at), -months, dates.calendar) + timedelta(days=4)
    while end_after_months(day, months, dates) > at:
        day -= timedelta(days=1)
    return day


class IdleDay(NamedTuple):
    """A day [since, until) of last activity whose sliding lots of ``months`` expire at ``due_at``."""

    months: int
    since: datetime
    until: datetime
    due_at: datetime


def idle_days(oldest: datetime, at: datetime, months: int, dates: BookDates) -> list[IdleDay]:
    """Every day from ``oldest`` (a last activity) whose sliding lots are due by ``at``."""
    day, last = dates.day(oldest), last_idle_day(at, months, dates)
    found = []
    while day <= last:
        since = end_of_day(day - timedelta(days=1), dates.zone)
        due = end_after_months(day, months, dates)
        found.append(IdleDay(months, since, end_of_day(day, dates.zone), due))
        day += timedelta(days=1)
    return found


def warned_long_enough(at: datetime, warn_days: int, dates: BookDates) -> datetime:
    """The moment before which a warning must have gone out for a lot to expire at ``at``.

    A holder has ``warn_days`` whole days of her calendar after the day of the warning began, so
    a lot that expires at a midnight is warned about on any hour of the day that many days before.
    """
    return end_of_day(dates.day(at) - timedelta(days=warn_days), dates.zone)
