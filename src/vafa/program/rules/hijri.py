"""The lunar Hijri calendar by its tables, good to a day or two: the official one is announced.

The civil ("Kuwaiti") scheme: in each 30 years eleven leap years, in which the twelfth month has 30
days; year 1 began on Friday 16 July 622 (Julian). Iran's official calendar differs by up to two
days, so whoever relies on a day must let people correct it. Pure.
"""

from __future__ import annotations

from datetime import date

# The ordinal (``date.toordinal``) of the day before 1 Muharram of year 1.
_BEFORE_FIRST = 227_014
_CYCLE_DAYS = 10_631

HIJRI_MONTHS_FA = (
    "محرم",
    "صفر",
    "ربیع‌الاول",
    "ربیع‌الثانی",
    "جمادی‌الاول",
    "جمادی‌الثانی",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذی‌القعده",
    "ذی‌الحجه",
)
HIJRI_MONTHS_EN = (
    "Muharram",
    "Safar",
    "Rabi al-Awwal",
    "Rabi al-Thani",
    "Jumada al-Ula",
    "Jumada al-Thani",
    "Rajab",
    "Shaban",
    "Ramadan",
    "Shawwal",
    "Dhu al-Qadah",
    "Dhu al-Hijjah",
)


def from_hijri(year: int, month: int, day: int) -> date:
    """The Gregorian date of a tabular Hijri one; the 30th of a month of 29 days is the next
    month's first. Raises ValueError for a month or day that no year has."""
    if not (1 <= month <= 12 and 1 <= day <= 30):
        raise ValueError(f"no such day: {year}-{month}-{day}")
    months = 29 * (month - 1) + month // 2
    return date.fromordinal(_BEFORE_FIRST + _days_before(year) + months + day)


def hijri_year(d: date) -> int:
    """The Hijri year that ``d`` lies in, by the tables."""
    year = ((d.toordinal() - _BEFORE_FIRST) * 30 - 15) // _CYCLE_DAYS + 1
    while from_hijri(year + 1, 1, 1) <= d:
        year += 1
    while from_hijri(year, 1, 1) > d:
        year -= 1
    return year


def _days_before(year: int) -> int:
    """Days from 1 Muharram of year 1 to that of ``year``."""
    return 354 * (year - 1) + (3 + 11 * year) // 30
