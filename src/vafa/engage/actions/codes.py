"""A one-time code goes out while its person waits, but not for long."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from procrastinate.contrib.django import app

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.engage.actions.delivery import send_one
from vafa.engage.actions.limits import room
from vafa.engage.actions.messages import LOGIN_CODE, account_for, queue_code
from vafa.engage.channels import outbox
from vafa.engage.channels.sms.errors import SET_UP
from vafa.engage.errors import NotSent, SendingLimited
from vafa.engage.models import SmsSettings

# The job's name; config/jobs.py has its body.
SEND_JOB = "send_messages_of"
# A page that takes longer is pressed again.
WAIT_SECONDS = 2.5
_AT_ONCE = 8
SLOW = "slow"
_HOPELESS = frozenset({"failed", "blocked", "expired"})

# Threads that wait for the network in the place of those that answer people. One that a provider
# holds up goes on after its person has had her page, and notes what became of the code.
_senders = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="codes")


def refuse_beyond_limits(club: ClubContext) -> None:
    """Raise NoChannel where nobody can be written to, SendingLimited where the club's own limits
    leave nothing for codes."""
    sms = account_for(club)
    if sms is None:
        return
    left = room(club, sms, now(), codes=True)
    if not left.messages or left.rials < sms.part_price:
        raise SendingLimited


def send_code(club: ClubContext, recipient: str, text: str, code: str) -> None:
    """Send a one-time code, which ``text`` holds, to an E.164 mobile: at once, or by the worker
    where that takes longer than the person should wait.

    Uses the network: never call it inside a transaction. Raises NoChannel, SendingLimited, and
    NotSent where it is known that no code will come.
    """
    sms = account_for(club)
    if sms is None:
        outbox.keep(club.id, recipient, text, LOGIN_CODE, None)
        return
    state, why = send_within(club, sms, queue_code(sms, recipient, text, code))
    if state in _HOPELESS or why in SET_UP:
        raise NotSent
    if state == "queued" and not why:
        raise SendingLimited


def send_within(club: ClubContext, sms: SmsSettings, number: int) -> tuple[str, str]:
    """Send a queued code, and wait for it no longer than a person does; its state and why, or
    ``SLOW``."""
    sending = _senders.submit(_send, club, sms, number)
    try:
        return sending.result(timeout=WAIT_SECONDS)
    except TimeoutError:
        if sending.cancel():
            app.configure_task(SEND_JOB).defer(club_id=club.id)
        return SLOW, ""


def _send(club: ClubContext, sms: SmsSettings, number: int) -> tuple[str, str]:
    try:
        return send_one(club, sms, number)
    finally:
        connection.close()
