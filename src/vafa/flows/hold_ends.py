"""Holds end by time: each goes back to what it was made for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from vafa.club.reads.context import ClubContext
from vafa.core.idempotency import retry_lost_race
from vafa.flows.redemptions import end_redemptions
from vafa.flows.reservation_ends import end_overdue
from vafa.ledger.reads.holds import holds_due, holds_for
from vafa.ledger.rules.state import HoldState
from vafa.program.actions.reservations import reservations_due
from vafa.program.reads.chance_access import redemptions_of_cancelled_draws

_AT_ONCE = 200


def end_due_holds(club: ClubContext, at: datetime) -> int:
    """End every reservation and every unused reward whose time is over by ``at``, and give back what
    is held for chances in draws that were cancelled; returns how many.

    Safe to run twice, late, or after a crash: what was resolved is left alone.
    """
    return _end_reservations(club, at) + _end_rewards(club, at) + _end_cancelled(club, at)


def _end_reservations(club: ClubContext, at: datetime) -> int:
    ended = 0
    while due := reservations_due(club.id, at, _AT_ONCE):
        done = end_overdue(club, [reserved.id for reserved in due], at)
        ended += done
        if not done:  # somebody else resolved all of them meanwhile
            break
    return ended


def _end_redemptions(club: ClubContext, due: Sequence[HoldState], at: datetime) -> int:
    with transaction.atomic(durable=True):
        return end_redemptions(club, due, at)


def _end_rewards(club: ClubContext, at: datetime) -> int:
    ended = 0
    while due := holds_due(club.book_id, "decision", at, _AT_ONCE):
        done = retry_lost_race(partial(_end_redemptions, club, due, at))
        ended += done
        if not done:
            break
    return ended


def _end_cancelled(club: ClubContext, at: datetime) -> int:
    ended = 0
    while numbers := redemptions_of_cancelled_draws(club.id, _AT_ONCE):
        held = [hold for hold in holds_for("decision", numbers) if hold.status == "open"]
        done = retry_lost_race(partial(_end_redemptions, club, held, at))
        ended += done
        if not done:
            break
    return ended
