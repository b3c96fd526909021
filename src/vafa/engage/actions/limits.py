"""How much a club still lets itself send: messages in an hour and a day, rials in a month."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.core.jalali import period_start
from vafa.engage.models import SmsSettings

# What is left of every limit belongs to codes alone: an offer must not lock members out.
_FOR_TEXTS = 90
_NO_LIMIT = 10**15

_SENT = (
    "SELECT count(*) FILTER (WHERE at > %s), count(*) FROM engage_attempt"
    " WHERE club_id = %s AND what = 'began' AND at > %s"
)
_SPENT = (
    "SELECT coalesce(sum(cost), 0)::bigint FROM engage_message"
    " WHERE club_id = %s AND created_at >= %s"
)


class Room(NamedTuple):
    """So many messages, and so many rials, may still be sent and spent."""

    messages: int
    rials: int


def room(club: ClubContext, sms: SmsSettings, at: datetime, *, codes: bool) -> Room:
    """What the limits leave at this moment, to codes or to everything else.

    Exact behind the club's lock (see ``delivery.py``).
    """
    hour, day = at - timedelta(hours=1), at - timedelta(days=1)
    in_hour, in_day = fetch(_SENT, [hour, club.id, day])[0]
    messages = min(
        _left(sms.hour_limit, in_hour, codes=codes), _left(sms.day_limit, in_day, codes=codes)
    )
    if not sms.month_limit:
        return Room(messages, _NO_LIMIT)
    return Room(messages, _left(sms.month_limit, spent_in_month(club, at), codes=codes))


def spent_in_month(club: ClubContext, at: datetime) -> int:
    """Rials that messages of the club's calendar month have cost."""
    first = period_start(club.local_date(at), "month", club.calendar)
    return int(fetch(_SPENT, [club.id, club.day_start(first)])[0][0])


def _left(limit: int, used: int, *, codes: bool) -> int:
    if not limit:
        return _NO_LIMIT
    return max(0, (limit if codes else limit * _FOR_TEXTS // 100) - used)
