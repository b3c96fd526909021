"""Texts to people: kept in the outbox, or queued for the club's account at a provider."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings

from vafa.club.models import Member
from vafa.club.reads.consent_links import WAY_OUT, consent_token
from vafa.club.reads.context import ClubContext
from vafa.club.rules.consents import NO_CONSENT, SERVICE, allows
from vafa.core.clock import now
from vafa.core.db import execute, fetch
from vafa.core.vault import seal
from vafa.engage.actions.accounts import sms_settings
from vafa.engage.channels import outbox
from vafa.engage.channels.sms.parts import parts_of
from vafa.engage.errors import NoChannel
from vafa.engage.models import SmsSettings
from vafa.engage.reads.quiet import quiet_of
from vafa.engage.rules.quiet import when_to_send

LOGIN_CODE = "login_code"
# A code that comes later meets a person who has asked for another.
CODE_WAITS = timedelta(seconds=90)
# A night, a day's limit, and a morning for the owner to pay the provider.
TEXT_WAITS = timedelta(days=2)
_HIDDEN = "••••••"
_LOCAL_ID_BITS = 52

_QUEUE = """
INSERT INTO engage_message (club_id, channel, recipient, kind, text, key, sealed, local_id, parts,
    state, send_after, good_until, changed_at, member_id, purpose)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'queued', %s, %s, %s, %s, %s)
ON CONFLICT (club_id, key) DO NOTHING RETURNING id
"""
_WITHHELD = """
INSERT INTO engage_message (club_id, channel, recipient, kind, text, key, state, why, member_id,
    purpose)
VALUES (%s, %s, %s, %s, %s, %s, 'withheld', %s, %s, %s) ON CONFLICT (club_id, key) DO NOTHING
"""
_WITHDRAWN = f"""
UPDATE engage_message s SET state = 'withheld', why = '{NO_CONSENT}', changed_at = %s
WHERE s.club_id = %s AND s.state = 'queued' AND s.purpose <> '{SERVICE}' AND NOT EXISTS (SELECT 1
    FROM club_member m WHERE m.id = s.member_id AND s.purpose || ':sms' = ANY(m.consents))
"""
# By what texts go out, as consents name it.
_CHANNEL = "sms"


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
    club: ClubContext,
    recipient: str,
    text: str,
    kind: str,
    *,
    key: str | None = None,
    member_id: int | None = None,
    purpose: str = SERVICE,
) -> bool:
    """Have ``text`` sent to an E.164 mobile by the worker, outside the quiet hours.

    ``kind`` says what for ("expiry"), ``purpose`` which consent of ``member_id`` it needs: without
    it the text is not sent, and the list of messages says so. A text that needs one ends with the
    address where she takes it back. Of texts with the same ``key`` one is sent; False where it
    had been before, or is not sent. Uses no network, and may be called within a transaction.
    Raises NoChannel.
    """
    sms = account_for(club)
    if purpose != SERVICE:
        if member_id is None or not _allows(member_id, purpose):
            name = sms.kind if sms else outbox.NAME
            _withhold(club.id, name, recipient, kind, text, key, member_id, purpose)
            return False
        text = with_way_out(text, member_id, club.language)
    if sms is None:
        return outbox.keep(club.id, recipient, text, kind, key, member_id, purpose)
    whole = f"{text}\n{sms.footer}" if sms.footer else text
    moment = now()
    after = when_to_send(moment, quiet_of(club), recipient)
    parts = parts_of(whole)
    queued = _queue(
        *(sms, recipient, kind, whole, key, None, parts, moment, after, TEXT_WAITS),
        member_id=member_id,
        purpose=purpose,
    )
    return bool(queued)


def with_way_out(text: str, member_id: int, lang: str) -> str:
    """The text, with the address where the member takes her consents back; without one where the
    public address of this installation is not known."""
    base = str(settings.PUBLIC_URL).rstrip("/")
    if not base:
        return text
    word = "لغو" if lang == "fa" else "Stop"
    return f"{text}\n{word}: {base}{WAY_OUT}{consent_token(member_id)}"


def withhold_unwanted(club_id: int) -> int:
    """Stop what is queued and was consented to, but is not any more; returns how many."""
    return execute(_WITHDRAWN, [now(), club_id])


def _allows(member_id: int, purpose: str) -> bool:
    found = Member.objects.filter(pk=member_id).values_list("consents", flat=True).first()
    return allows(found or (), purpose, _CHANNEL)


def _withhold(
    club_id: int,
    channel: str,
    recipient: str,
    kind: str,
    text: str,
    key: str | None,
    member_id: int | None,
    purpose: str,
) -> None:
    execute(
        _WITHHELD, [club_id, channel, recipient, kind, text, key, NO_CONSENT, member_id, purpose]
    )


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
    *,
    member_id: int | None = None,
    purpose: str = SERVICE,
) -> int | None:
    rows = fetch(
        _QUEUE,
        [
            *(sms.club_id, sms.kind, recipient, kind, text, key, sealed),
            # Unlike any other installation's at the same account.
            *(secrets.randbits(_LOCAL_ID_BITS) + 1, parts),
            *(after, after + waits, moment, member_id, purpose),
        ],
    )
    return int(rows[0][0]) if rows else None
