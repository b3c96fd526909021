"""How far a day lies from a birthday. Pure."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from vafa.core.jalali import Calendar, days_in_month, make_date, ymd


def near_birthday(birth: date, day: date, calendar: Calendar) -> int | None:
    """Days between ``day`` and the nearest birthday; None when it is surely more than 30 away.

    A cheap look before the exact one: a Jalali date moves by at most two days in the Gregorian
    year, and no rule looks further than 30 days around.
    """
    away = abs(birth.timetuple().tm_yday - day.timetuple().tm_yday)
    if min(away, 366 - away) > 36:
        return None
    return days_from_birthday(birth, day, calendar)


@lru_cache(maxsize=65_536)
def days_from_birthday(birth: date, day: date, calendar: Calendar) -> int:
    """Days between ``day`` and the nearest birthday of the club's calendar.

    Someone born on a leap day has her birthday on the last day of that month in other years.
    """
    _, month, dom = ymd(birth, calendar)
    year = ymd(day, calendar)[0]
    birthdays = [
        make_date(y, month, min(dom, days_in_month(y, month, calendar)), calendar)
        for y in (year - 1, year, year + 1)
    ]
    return min(abs((day - b).days) for b in birthdays)
