"""Queued messages go out: claimed in one transaction, sent outside any, noted in another.

A message that was claimed is sent by nobody else. What ends without an answer stays ``unknown``;
``following.py`` finds out what became of it where the provider can tell.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.db import Table, execute, fetch, insert_rows
from vafa.core.vault import Unreadable, unseal
from vafa.engage.actions.accounts import provider_of
from vafa.engage.actions.limits import room
from vafa.engage.actions.messages import LOGIN_CODE, account_for, withhold_unwanted
from vafa.engage.channels.sms.base import Provider, Taken, Text
from vafa.engage.channels.sms.errors import ABOUT_ONE, SET_UP, SmsError, Why
from vafa.engage.errors import KeyUnreadable, NoChannel
from vafa.engage.models import SmsSettings
from vafa.engage.reads.quiet import quiet_of
from vafa.engage.rules.quiet import when_allowed

_logger = logging.getLogger("vafa.messages")
# Minutes until the next try, by how many there were.
_PAUSES = (1, 2, 5, 15, 30)
_SET_UP_PAUSE = 10
# So long one claim may work at most, far less than after which it counts as lost.
_ALONE_SECONDS = 60.0
# After so many batches it is other clubs' turn.
_MOST_BATCHES = 50
ATTEMPTS = Table(
    "engage_attempt",
    (
        *(("club_id", "bigint"), ("message_id", "bigint"), ("at", "timestamptz")),
        *(("what", "text"), ("why", "text"), ("code", "text"), ("cost", "bigint")),
    ),
)
_DUE = (
    "SELECT id, recipient, kind, text, sealed, local_id, parts, tries FROM engage_message"
    " WHERE club_id = %s AND state = 'queued' AND send_after <= %s AND good_until > %s"
    " AND (id = %s OR %s) AND (kind = %s) = %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED"
)
_CLAIM = (
    "UPDATE engage_message SET state = 'sending', tries = tries + 1, cost = parts::bigint * %s,"
    " changed_at = %s WHERE id = ANY(%s)"
)
_NOTE = (
    "UPDATE engage_message SET state = %s, why = %s, provider_id = %s, cost = coalesce(%s, cost),"
    " send_after = %s, changed_at = %s, sealed = CASE WHEN %s THEN sealed END"
    " WHERE id = %s AND state = 'sending' AND tries = %s"
)


class Claimed(NamedTuple):
    """A message that is ours to send; ``tries`` with this one."""

    id: int
    recipient: str
    kind: str
    text: str
    sealed: bytes | None
    local_id: int
    parts: int
    tries: int


Answer = Taken | SmsError


def send_due(club: ClubContext) -> int:
    """Send what is due, codes first; returns how many the provider took.

    Stops where a limit is reached or the account does not work; the rest waits.
    """
    try:
        sms = account_for(club)
    except NoChannel:
        sms = None
    if sms is None or not fetch(_WAITS, [club.id]):
        return 0
    _expire(club.id)
    withhold_unwanted(club.id)
    try:
        return sum(_send_all(club, sms, codes=codes) for codes in (True, False))
    except KeyUnreadable:
        _logger.error("club %s: the key of its SMS account cannot be read", club.id)
        return 0


def _send_all(club: ClubContext, sms: SmsSettings, *, codes: bool) -> int:
    taken = 0
    for _ in range(_MOST_BATCHES):
        states = _send_some(club, sms, codes=codes)
        taken += states.count("accepted")
        if not states or not _AT_REST.issuperset(states):
            break
    return taken


# After anything else the next one would most likely fare no better.
_AT_REST = frozenset({"accepted", "failed", "blocked"})
_WAITS = "SELECT 1 FROM engage_message WHERE club_id = %s AND state = 'queued' LIMIT 1"


def send_one(club: ClubContext, sms: SmsSettings, message_id: int) -> tuple[str, str]:
    """Send one code now; its state and why. Still "queued" without a reason where a limit is
    reached."""
    try:
        _send_some(club, sms, codes=True, only=message_id)
    except KeyUnreadable:
        return "queued", Why.KEY.value
    [(state, why)] = fetch("SELECT state, why FROM engage_message WHERE id = %s", [message_id])
    return state, why


def _send_some(club: ClubContext, sms: SmsSettings, *, codes: bool, only: int = 0) -> list[str]:
    """Claim and send one batch; the states that its messages came to. Raises KeyUnreadable."""
    provider = provider_of(sms)
    claimed = _claim(club, sms, provider.texts_at_once, codes=codes, only=only)
    answers = _ask_codes(sms, provider, claimed) if codes else _ask_texts(provider, claimed)
    return _note(club, claimed, answers)


def _claim(
    club: ClubContext, sms: SmsSettings, most: int, *, codes: bool, only: int
) -> list[Claimed]:
    moment = now()
    if not codes and when_allowed(moment, quiet_of(club)) != moment:
        return []
    with transaction.atomic(durable=True):
        # Limits are exact only where claims of a club come one after the other.
        fetch("SELECT pg_advisory_xact_lock(hashtextextended('messages', %s))", [club.id])
        left = room(club, sms, moment, codes=codes)
        most = min(1 if codes else most, left.messages)
        rows = fetch(
            _DUE, [club.id, moment, moment, only, not only, LOGIN_CODE, codes, max(0, most)]
        )
        claimed: list[Claimed] = []
        rials = left.rials
        for row in rows:
            one = Claimed(*row)
            rials -= one.parts * sms.part_price
            if rials < 0:
                break
            claimed.append(one._replace(tries=one.tries + 1))
        execute(_CLAIM, [sms.part_price, moment, [one.id for one in claimed]])
        insert_rows(ATTEMPTS, [(club.id, one.id, moment, "began", "", "", None) for one in claimed])
    return claimed


def _ask_codes(sms: SmsSettings, provider: Provider, claimed: Sequence[Claimed]) -> list[Answer]:
    found: list[Answer] = []
    for one in claimed:
        try:
            code, text = unseal(one.sealed or b"").split("\n", 1)
            if sms.template:
                found.append(provider.send_code(one.recipient, code))
            else:
                found += provider.send_texts([Text(one.recipient, text, one.local_id)])
        except Unreadable:
            found.append(SmsError(Why.TEXT))
        except SmsError as error:
            found.append(error)
    return found


def _ask_texts(provider: Provider, claimed: Sequence[Claimed]) -> list[Answer]:
    texts = [Text(one.recipient, one.text, one.local_id) for one in claimed]
    if not texts:
        return []
    try:
        return list(provider.send_texts(texts))
    except SmsError as error:
        if len(texts) == 1 or error.why not in ABOUT_ONE:
            return [error] * len(texts)
    # One of them was refused, and all with it: none was sent, so each is tried alone.
    found: list[Answer] = []
    deadline = time.monotonic() + _ALONE_SECONDS
    for text in texts:
        if time.monotonic() > deadline:
            found.append(SmsError(Why.UNAVAILABLE))
            continue
        try:
            found += provider.send_texts([text])
        except SmsError as error:
            found.append(error)
    return found


def _note(club: ClubContext, claimed: Sequence[Claimed], answers: Sequence[Answer]) -> list[str]:
    moment, states = now(), []
    with transaction.atomic(durable=True):
        for one, answer in zip(claimed, answers, strict=True):
            state, attempt = _outcome(answer)
            after, why, code, cost, provider_id = moment, "", "", None, ""
            if isinstance(answer, Taken):
                cost, provider_id = answer.cost, answer.provider_id
            else:
                why, code = answer.why.value, answer.code
                after = moment + _pause(answer.why, one.tries)
                cost = None if state == "unknown" else 0
            again = state == "queued"
            params = [state, why, provider_id, cost, after, moment, again, one.id, one.tries]
            if execute(_NOTE, params):
                insert_rows(ATTEMPTS, [(club.id, one.id, moment, attempt, why, code, cost)])
            states.append(state)
    return states


def _outcome(answer: Answer) -> tuple[str, str]:
    """The message's state after it, and what the attempt is called."""
    if isinstance(answer, Taken):
        return "accepted", "accepted"
    if answer.why is Why.NO_ANSWER:
        return "unknown", "unknown"
    if answer.why is Why.BLOCKED:
        return "blocked", "blocked"
    return ("failed", "failed") if answer.why in ABOUT_ONE else ("queued", "refused")


def _pause(why: Why, tries: int) -> timedelta:
    if why in SET_UP:
        return timedelta(minutes=_SET_UP_PAUSE)
    return timedelta(minutes=_PAUSES[min(tries, len(_PAUSES)) - 1])


def _expire(club_id: int, at: datetime | None = None) -> None:
    """What is too late to be of use is not sent any more."""
    moment = at or now()
    with transaction.atomic(durable=True):
        rows = fetch(
            "UPDATE engage_message SET state = 'expired', sealed = NULL, changed_at = %s"
            " WHERE club_id = %s AND state = 'queued' AND good_until <= %s RETURNING id, why",
            [moment, club_id, moment],
        )
        insert_rows(
            ATTEMPTS, [(club_id, number, moment, "expired", why, "", None) for number, why in rows]
        )
