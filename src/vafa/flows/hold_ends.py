"""Holds end by time: each goes back to what it was made for."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from vafa.club.reads.context import ClubContext
from vafa.flows.redemptions import end_redemptions
from vafa.ledger.reads.holds import holds_due

_AT_ONCE = 200


def end_due_holds(club: ClubContext, at: datetime) -> int:
    """Release every hold of the club whose time is over by ``at``; returns how many.

    Safe to run twice, late, or after a crash: a resolved hold is left alone.
    """
    ended = 0
    while due := holds_due(club.book_id, at, _AT_ONCE):
        with transaction.atomic(durable=True):
            done = end_redemptions(club, [h for h in due if h.source == "decision"], at)
        ended += done
        if not done:  # somebody else resolved all of them meanwhile
            break
    return ended
