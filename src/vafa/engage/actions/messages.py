"""Texts to people: kept in the outbox, or queued for the club's account at a provider."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.engage.actions.accounts import sms_settings
from vafa.engage.channels import outbox
from vafa.engage.channels.sms.parts import parts_of
from vafa.engage.errors import NoChannel
from vafa.engage.models import SmsSettings
from vafa.engage.rules.quiet import when_allowed
from vafa.engage.vault import seal

LOGIN_CODE = "login_code"
# A code that comes later meets a person who has asked for another.
CODE_WAITS = timedelta(seconds=90)
# A night, a day's limit, and a morning for the owner to pay the provider.
TEXT_WAITS = timedelta(days=2)
_HIDDEN = "••••••"
_LOCAL_ID_BITS = 52

_QUEUE = """
INSERT INTO engage_message (club_id, channel, recipient, kind, text, key, sealed, local_id, parts,
    state, send_after, good_until, changed_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'queued', %s, %s, %s)
ON CONFLICT (club_id, key) DO NOTHING RETURNING id
"""


def account_for(club: ClubContext) -> SmsSettings | None:
    """The account by which this club writes to people; None: the outbox keeps its texts.

    Raises NoChannel where there is neither.
    """
    found = sms_settings(club.id) if settings.REAL_MESSAGES else None
    if found is not None and found.is_on:
        return found
    if settings.OUTBOX_PAGE:
        return None
    raise NoChannel


def send_text(
    club: ClubContext, recipient: str, text: str, kind: str, *, key: str | None = None
) -> bool:
    """Have ``text`` sent to an E.164 mobile by the worker, outside the quiet hours.

    ``kind`` says what for ("expiry"). Of texts with the same ``key`` one is sent; False where it
    had been before. Uses no network, and may be called within a transaction. Raises NoChannel.
    """
    sms = account_for(club)
    if sms is None:
        return outbox.keep(club.id, recipient, text, kind, key)
    whole = f"{text}\n{sms.footer}" if sms.footer else text
    moment = now()
    after = when_allowed(moment, club.tz)
    parts = parts_of(whole)
    return bool(_queue(sms, recipient, kind, whole, key, None, parts, moment, after, TEXT_WAITS))


def queue_code(sms: SmsSettings, recipient: str, text: str, code: str) -> int:
    """Queue a one-time code; its number. ``text`` holds the code, for accounts without template.

    What is stored in the open does not show the code.
    """
    moment = now()
    shown = text.replace(code, _HIDDEN)
    sealed = seal(f"{code}\n{text}")
    # Of a template's own words only the provider knows how many they are.
    parts = 1 if sms.template else parts_of(text)
    found = _queue(
        sms, recipient, LOGIN_CODE, shown, None, sealed, parts, moment, moment, CODE_WAITS
    )
    assert found is not None, "codes have no key that could be there already"
    return found


def _queue(
    sms: SmsSettings,
    recipient: str,
    kind: str,
    text: str,
    key: str | None,
    sealed: bytes | None,
    parts: int,
    moment: datetime,
    after: datetime,
    waits: timedelta,
) -> int | None:
    rows = fetch(
        _QUEUE,
        [
            *(sms.club_id, sms.kind, recipient, kind, text, key, sealed),
            # Unlike any other installation's at the same account.
            *(secrets.randbits(_LOCAL_ID_BITS) + 1, parts),
            *(after, after + waits, moment),
        ],
    )
    return int(rows[0][0]) if rows else None
