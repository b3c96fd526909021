"""Which birthdays, anniversaries and schedules are on a day of the club. Pure."""

from __future__ import annotations

from datetime import date

from vafa.core.jalali import Calendar, days_in_month, make_date, ymd
from vafa.program.rules.moments import Schedule

_OLDEST_YEARS = 120


def same_days(day: date, calendar: Calendar, years: int = _OLDEST_YEARS) -> dict[int, list[date]]:
    """The days whose yearly return is ``day``, by how many years ago they were (from 1 on).

    What was on a day that the month lacks in this year returns on the month's last day.
    """
    year, month, dom = ymd(day, calendar)
    is_last = dom == days_in_month(year, month, calendar)
    found: dict[int, list[date]] = {}
    for ago in range(1, years + 1):
        length = days_in_month(year - ago, month, calendar)
        last = length if is_last else dom
        found[ago] = [make_date(year - ago, month, d, calendar) for d in range(dom, last + 1)]
    return found


def is_due(schedule: Schedule, day: date, calendar: Calendar) -> bool:
    """Whether the schedule names this day."""
    if schedule.every == "week":
        return (day.weekday() + 2) % 7 == schedule.day
    if schedule.every == "month":
        year, month, dom = ymd(day, calendar)
        return dom == min(schedule.day, days_in_month(year, month, calendar))
    return True
