"""When a scheduled report is due next, by the club's clock and calendar: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from vafa.core.jalali import Calendar, days_in_month, ymd

Rhythm = Literal["daily", "weekly", "monthly"]
RHYTHMS: tuple[Rhythm, ...] = ("daily", "weekly", "monthly")
# More days than any rhythm leaves between two of them.
_FARTHEST = 62


@dataclass(frozen=True, slots=True)
class Times:
    """See ``ReportSchedule``."""

    rhythm: Rhythm
    hour: int
    weekday: int = 5
    day: int = 1


def next_due(times: Times, after: datetime, zone: tzinfo, calendar: Calendar) -> datetime:
    """The first moment behind ``after``, in UTC. A month without such a day has it on its last."""
    first = after.astimezone(zone).date()
    for n in range(_FARTHEST):
        day = first + timedelta(days=n)
        if _falls_on(times, day, calendar):
            moment = datetime.combine(day, time(times.hour), zone).astimezone(UTC)
            if moment > after:
                return moment
    raise AssertionError("every rhythm comes round within two months")


def _falls_on(times: Times, day: date, calendar: Calendar) -> bool:
    if times.rhythm == "weekly":
        return day.weekday() == times.weekday
    if times.rhythm == "monthly":
        year, month, number = ymd(day, calendar)
        return number == min(times.day, days_in_month(year, month, calendar))
    return True
