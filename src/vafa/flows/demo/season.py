"""When people shop: days of the week, hours, and the Iranian year around Nowruz and Yalda."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from vafa.core.jalali import to_jalali

# In the order of date.weekday(): Monday first. Thursday is the big day, Friday the quiet one.
_WEEKDAYS = (0.92, 0.93, 1.0, 1.4, 0.8, 0.98, 0.9)
# First days of Ramadan in Iran; a day's error does not matter to a made-up club.
_RAMADAN = (
    date(2024, 3, 12),
    date(2025, 3, 2),
    date(2026, 2, 19),
    date(2027, 2, 9),
    date(2028, 1, 29),
    date(2029, 1, 17),
    date(2030, 1, 6),
    date(2030, 12, 27),
    date(2031, 12, 16),
    date(2032, 12, 5),
)
# Share of a day's purchases in each hour from 0 to 23.
_STORE = (0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 6, 8, 7, 4, 2, 2, 4, 7, 10, 12, 11, 8, 3, 0)
_RAMADAN_STORE = (1, 0, 0, 0, 0, 0, 0, 0, 1, 3, 5, 6, 5, 5, 5, 6, 8, 8, 2, 3, 9, 11, 8, 4)
_ONLINE = (4, 2, 1, 0, 0, 0, 1, 1, 2, 4, 5, 6, 6, 5, 5, 5, 5, 5, 5, 6, 7, 9, 10, 8)
_FRIDAY_STORE = (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 5, 4, 2, 1, 2, 5, 8, 11, 12, 11, 8, 3, 0)


def is_ramadan(day: date) -> bool:
    """Whether ``day`` lies in the month of Ramadan."""
    return any(first <= day < first + timedelta(days=30) for first in _RAMADAN)


def day_weight(day: date) -> float:
    """How busy a day is against an ordinary one (1.0)."""
    _, month, dom = to_jalali(day)
    weight = _WEEKDAYS[day.weekday()]
    if month == 12:
        weight *= 1.2 + 0.8 * max(dom - 14, 0) / 15
    elif month == 1 and dom <= 5:
        weight *= 0.4
    elif month == 1 and dom <= 13:
        weight *= 0.7
    elif month == 9 and dom >= 25:
        weight *= 1.3 if dom < 28 else 1.9
    elif month == 6 and dom >= 20:
        weight *= 1.15
    if is_ramadan(day):
        weight *= 0.82
    return weight


def hour_weights(day: date, *, online: bool) -> Sequence[int]:
    """Weights of the hours 0 to 23 of a day."""
    if online:
        return _ONLINE
    if is_ramadan(day):
        return _RAMADAN_STORE
    return _FRIDAY_STORE if day.weekday() == 4 else _STORE


def category_boost(day: date) -> dict[str, float]:
    """Categories that sell more than usual around the feasts."""
    _, month, dom = to_jalali(day)
    if month == 12:
        return {"snacks": 1.6, "bakery": 1.5, "cleaning": 1.9, "home": 2.2, "kitchen": 1.6}
    if month == 9 and dom >= 24:
        return {"snacks": 2.2, "fresh": 1.8, "bakery": 1.2}
    if is_ramadan(day):
        return {"bakery": 1.4, "dairy": 1.3, "staples": 1.2, "snacks": 0.7}
    if 4 <= month <= 5:
        return {"snacks": 1.3, "fresh": 1.2}
    return {}
