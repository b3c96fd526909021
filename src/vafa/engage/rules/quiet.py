"""When people may be written to. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zlib import crc32
from zoneinfo import ZoneInfo

# What waited for the morning goes out over its first hour, not all at once.
_SPREAD_SECONDS = 3_600


class Quiet(NamedTuple):
    """The hours of the club's day in which nobody gets what she did not ask for just now: from
    ``begins`` until ``ends``, across midnight where that is earlier; none where both are the same.

    Codes are asked for and go at any hour.
    """

    zone: ZoneInfo
    begins: int = 22
    ends: int = 8


def when_allowed(moment: datetime, quiet: Quiet) -> datetime:
    """``moment``, or the next end of the quiet hours where it lies in them."""
    local = moment.astimezone(quiet.zone)
    if (local.hour - quiet.begins) % 24 >= (quiet.ends - quiet.begins) % 24:
        return moment
    day = local.date() + timedelta(days=1 if local.hour >= quiet.ends else 0)
    return datetime(day.year, day.month, day.day, quiet.ends, tzinfo=quiet.zone).astimezone(UTC)


def when_to_send(moment: datetime, quiet: Quiet, recipient: str) -> datetime:
    """``moment``, or in the hour after the quiet hours where it lies in them: the same time for the
    same ``recipient``, another for others."""
    allowed = when_allowed(moment, quiet)
    if allowed == moment:
        return moment
    return allowed + timedelta(seconds=crc32(recipient.encode()) % _SPREAD_SECONDS)
