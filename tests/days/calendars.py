"""Iran's calendar and clock, reckoned by counting days: another way than the code's.

From 1 Farvardin 1395, a Sunday in March 2016, every month is counted off; the years of 366 days
are written out as the official calendar has them. Summer time ran from the end of 1 Farvardin to
the end of 30 Shahrivar, for the last time in 1401.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

FIRST_YEAR, LAST_YEAR = 1395, 1437
LEAP_YEARS = {1395, 1399, 1403, 1408, 1412, 1416, 1420, 1424, 1428, 1432, 1436, 1441}
_BEYOND = 1450  # how far the counting goes, so that what is earned in 1437 has an end

Jalali = tuple[int, int, int]


def month_length(year: int, month: int) -> int:
    if month <= 6:
        return 31
    if month <= 11:
        return 30
    return 30 if year in LEAP_YEARS else 29


def _count() -> dict[Jalali, date]:
    days, day = {}, date(2016, 3, 20)
    for year in range(FIRST_YEAR, _BEYOND):
        for month in range(1, 13):
            for number in range(1, month_length(year, month) + 1):
                days[year, month, number] = day
                day += timedelta(days=1)
    return days


DAYS = _count()
JALALI = {day: jalali for jalali, day in DAYS.items()}
MONTH_ENDS = [
    (year, month, month_length(year, month))
    for year in range(FIRST_YEAR, LAST_YEAR + 1)
    for month in range(1, 13)
]


def months_later(jalali: Jalali, months: int) -> Jalali:
    """The same day some months later, or the last of a shorter month."""
    year, month, day = jalali
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return year, month, min(day, month_length(year, month))


def period_end(jalali: Jalali, months: int, after: int) -> Jalali:
    """The last day of the month (1), quarter (3) or year (12) that many periods later."""
    year, month, _ = jalali
    while month % months:
        month += 1
    last = months_later((year, month, 1), after * months)
    return (*last[:2], month_length(*last[:2]))


def gregorian_period_end(day: date, months: int, after: int) -> date:
    """The same in the Gregorian calendar, found day by day."""
    ends = -1
    while True:
        tomorrow = day + timedelta(days=1)
        if tomorrow.day == 1 and (tomorrow.month - 1) % months == 0:
            ends += 1
            if ends == after:
                return day
        day = tomorrow


def midnight_ending(day: date) -> datetime:
    """In UTC the moment at which that day is over in Tehran."""
    year, month, number = JALALI[day + timedelta(days=1)]
    is_summer = (1, 2) < (month, number) <= (6, 30) and year <= 1401
    midnight = datetime.combine(day + timedelta(days=1), time(), UTC)
    return midnight - timedelta(hours=4 if is_summer else 3, minutes=30)
