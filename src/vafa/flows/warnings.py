"""Who has to be told that something of hers expires, and that she was told.

Whoever writes to members (``engage``) asks whom, writes, and notes it; what was not noted does not
expire while the club has warnings on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction

from vafa.club.reads.context import ClubContext
from vafa.core.events import NewEvent, append_events
from vafa.ledger.actions.aging import Moved, note_told, untold, warning_days
from vafa.ledger.rules.dates import end_of_day


def to_be_warned(club: ClubContext, unit: int, at: datetime) -> Iterator[tuple[int, list[Moved]]]:
    """Each holder with what of hers expires within the club's warning time, and when."""
    days = warning_days(unit)
    if not days:
        return
    before = end_of_day(club.local_date(at) + timedelta(days=days - 1), club.zone)
    last = 0
    while soon := untold(club.book_id, unit, before, after=last):
        for holder, rows in groupby(soon, key=lambda moved: moved.holder):
            last = holder
            yield holder, list(rows)


def note_warned(club: ClubContext, unit: int, holder: int, soon: list[Moved], at: datetime) -> None:
    """Note that the holder was told of all this at ``at``; noting it twice changes nothing."""
    with transaction.atomic(durable=True):
        if not note_told(club.book_id, unit, holder, [moved.at for moved in soon], at):
            return
        amount = sum(moved.amount for moved in soon)
        payload = {"holder": holder, "unit": unit, "amount": amount}
        append_events([NewEvent(club.id, "value.expiring", payload, at)])
