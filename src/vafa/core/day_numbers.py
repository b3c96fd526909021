"""Days as whole numbers that are ordered as the days are, and that people can read."""

from __future__ import annotations

from datetime import date


def number_of_day(day: date) -> int:
    """20260321 for 21 March 2026."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_of_number(number: int) -> date:
    """The day that ``number_of_day`` made the number of. Raises ValueError for any other number."""
    return date(number // 10_000, number // 100 % 100, number % 100)
