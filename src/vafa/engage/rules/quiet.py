"""When people may be written to. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# Nobody's sleep for an offer; codes are asked for and go at any hour.
QUIET_FROM, QUIET_UNTIL = 22, 8


def when_allowed(moment: datetime, zone: ZoneInfo) -> datetime:
    """``moment``, or the next eight o'clock of the zone where it lies in the quiet hours."""
    local = moment.astimezone(zone)
    if QUIET_UNTIL <= local.hour < QUIET_FROM:
        return moment
    day = local.date() + timedelta(days=1 if local.hour >= QUIET_FROM else 0)
    return datetime(day.year, day.month, day.day, QUIET_UNTIL, tzinfo=zone).astimezone(UTC)
