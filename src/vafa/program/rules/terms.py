"""Dates and worth of points, from the program's terms: pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from vafa.core.jalali import Calendar, add_months
from vafa.program.rules.document import PointTerms

TIER_MONTHS = 12


@lru_cache(maxsize=16_384)
def expiry_of(earned: date, months: int, calendar: Calendar, zone: str) -> datetime:
    """The moment at which points earned on ``earned`` expire: the midnight that ends the day
    ``months`` months later in the club's calendar and zone."""
    last_day = add_months(earned, months, calendar)
    midnight = datetime.combine(last_day + timedelta(days=1), time(), ZoneInfo(zone))
    return midnight.astimezone(UTC)


def matures_at(terms: PointTerms, earned_at: datetime, now: datetime) -> datetime | None:
    """When points become available; None when they are at once (or would have been by now)."""
    at = earned_at + timedelta(days=terms.pending_days)
    return at if terms.pending_days and at > now else None


@lru_cache(maxsize=16_384)
def tier_window_start(day: date, calendar: Calendar, zone: str) -> datetime:
    """The beginning of the 12 months that count for the tier on ``day``: the midnight after the
    same day a year before, so that the window holds ``day`` and just under 12 months before."""
    first = add_months(day, -TIER_MONTHS, calendar) + timedelta(days=1)
    return datetime.combine(first, time(), ZoneInfo(zone)).astimezone(UTC)


def most_points_payable(terms: PointTerms, total: int) -> int:
    """How many points may pay on a bill of ``total`` (smallest currency units)."""
    if not terms.worth:
        return 0
    return total * terms.max_share // 100 // terms.worth
