"""What became of messages: delivered or not, and what got no answer."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.db import execute, fetch, insert_rows
from vafa.engage.actions.accounts import provider_of, sms_settings
from vafa.engage.actions.delivery import ATTEMPTS
from vafa.engage.channels.sms.base import Delivery, Provider
from vafa.engage.channels.sms.errors import ABOUT_ONE, SmsError, Why
from vafa.engage.errors import KeyUnreadable
from vafa.engage.models import SmsSettings

_logger = logging.getLogger("vafa.messages")
# Whoever claimed a message and has not come back by then was ended.
_LOST_AFTER = timedelta(minutes=10)
# A request that broke off may still be on its way into the provider.
_ASKED_AFTER = timedelta(minutes=2)
# Providers forget our numbers after half a day, deliveries after two.
_FOUND_WITHIN = timedelta(hours=11)
_FOLLOWED_FOR = timedelta(hours=47)
_ASKS = 10
_MOST_LOOKED_FOR = 100


def follow(club: ClubContext) -> int:
    """Bring every message that is on its way up to date; returns how many have changed."""
    changed = _give_up_lost(club.id)
    sms = sms_settings(club.id)
    if sms is None or not sms.is_on:
        return changed
    try:
        provider = provider_of(sms)
        changed += _ask_about_accepted(sms, provider)
        changed += _look_for_unknown(sms, provider)
    except KeyUnreadable:
        _logger.error("club %s: the key of its SMS account cannot be read", club.id)
    except SmsError as error:
        _logger.warning("club %s: messages were not followed: %s", club.id, error)
    return changed


def _give_up_lost(club_id: int) -> int:
    """What was claimed by a process that ended: nobody knows whether it went out."""
    moment = now()
    with transaction.atomic(durable=True):
        rows = fetch(
            "UPDATE engage_message SET state = 'unknown', why = %s, sealed = NULL, changed_at = %s"
            " WHERE club_id = %s AND state = 'sending' AND changed_at < %s RETURNING id",
            [Why.NO_ANSWER.value, moment, club_id, moment - _LOST_AFTER],
        )
        _write(club_id, [(number, "unknown", Why.NO_ANSWER.value) for (number,) in rows])
    return len(rows)


def _look_for_unknown(sms: SmsSettings, provider: Provider) -> int:
    """Ask the provider for what got no answer: what it has is accepted, what it surely has not is
    queued again. Codes are left: their people have asked for others."""
    moment, changed = now(), 0
    rows = fetch(
        "SELECT id, local_id, good_until > %s FROM engage_message WHERE club_id = %s"
        " AND state = 'unknown' AND channel = %s AND kind <> 'login_code' AND changed_at > %s"
        # Of an account that was changed since, it would be another that is asked.
        " AND changed_at > %s AND changed_at < %s ORDER BY id LIMIT %s",
        [
            *(moment, sms.club_id, sms.kind, moment - _FOUND_WITHIN),
            *(sms.changed_at, moment - _ASKED_AFTER, _MOST_LOOKED_FOR),
        ],
    )
    for number, local_id, is_good in rows:
        try:
            taken = provider.find(local_id)
        except NotImplementedError:
            return 0
        except SmsError as error:
            if error.why in ABOUT_ONE:
                continue
            raise
        if taken is not None:
            changed += _settle(sms.club_id, number, "accepted", taken.provider_id, taken.cost)
        elif is_good:
            changed += _settle(sms.club_id, number, "queued", "", 0)
    return changed


def _settle(club_id: int, number: int, state: str, provider_id: str, cost: int | None) -> int:
    with transaction.atomic(durable=True):
        changed = execute(
            "UPDATE engage_message SET state = %s, why = '', provider_id = %s,"
            " cost = coalesce(%s, cost), changed_at = %s WHERE id = %s AND state = 'unknown'",
            [state, provider_id, cost, now(), number],
        )
        if changed:
            _write(club_id, [(number, state, "")])
    return changed


def _ask_about_accepted(sms: SmsSettings, provider: Provider) -> int:
    moment, changed, size = now(), 0, provider.asks_at_once
    rows = fetch(
        "SELECT id, provider_id FROM engage_message WHERE club_id = %s AND state = 'accepted'"
        # More than can be asked about at once take turns by chance.
        " AND channel = %s AND changed_at > %s ORDER BY random() LIMIT %s",
        [sms.club_id, sms.kind, moment - _FOLLOWED_FOR, size * _ASKS],
    )
    for part in [rows[n : n + size] for n in range(0, len(rows), size)]:
        numbers = {provider_id: number for number, provider_id in part}
        found = provider.deliveries(list(numbers))
        changed += _arrived(
            sms.club_id,
            [
                (numbers[provider_id], state)
                for provider_id, state in found.items()
                if provider_id in numbers and state is not Delivery.ON_ITS_WAY
            ],
        )
    return changed


def _arrived(club_id: int, found: Sequence[tuple[int, Delivery]]) -> int:
    with transaction.atomic(durable=True):
        done = [
            (number, state.value, "")
            for number, state in found
            if execute(
                "UPDATE engage_message SET state = %s, changed_at = %s"
                " WHERE id = %s AND state = 'accepted'",
                [state.value, now(), number],
            )
        ]
        _write(club_id, done)
    return len(done)


def _write(club_id: int, steps: Sequence[tuple[int, str, str]]) -> None:
    moment = now()
    insert_rows(
        ATTEMPTS, [(club_id, number, moment, what, why, "", None) for number, what, why in steps]
    )
