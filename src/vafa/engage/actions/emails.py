"""E-mails go out once: claimed in one transaction, sent outside any, noted in another."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from vafa.club.reads.context import ClubContext
from vafa.club.rules.consents import NO_CONSENT, SERVICE
from vafa.core.clock import now
from vafa.core.db import execute, fetch
from vafa.engage.actions.email_accounts import email_settings, mail_account
from vafa.engage.channels.email.smtp import FINAL, Attached, Mail, MailError, Why, deliver
from vafa.engage.errors import KeyUnreadable, NoEmailChannel
from vafa.engage.models import Email
from vafa.engage.reads.quiet import quiet_of
from vafa.engage.rules.quiet import when_allowed, when_to_send

_logger = logging.getLogger("vafa.emails")
# Minutes until the next try, by how many there were; after the last one it has failed.
_PAUSES = (1, 5, 15, 60, 180, 360)
# Somebody who claimed an e-mail so long ago has gone; whether it went out nobody knows.
_LOST = timedelta(minutes=15)
_MOST_AT_ONCE = 50
_CLAIM = (
    "UPDATE engage_email SET state = 'sending', tries = tries + 1, changed_at = %s WHERE id = ("
    " SELECT id FROM engage_email WHERE club_id = %s AND state = 'queued' AND send_after <= %s"
    " AND (member_id IS NULL OR %s) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)"
    " RETURNING id, recipient, subject, text, leave_url, purpose, file_name, file_type, file, tries"
)
_WITHDRAWN = f"""
UPDATE engage_email e SET state = 'withheld', why = '{NO_CONSENT}', changed_at = %s
WHERE e.club_id = %s AND e.state = 'queued' AND e.purpose <> '{SERVICE}' AND NOT EXISTS (SELECT 1
    FROM club_member m WHERE m.id = e.member_id AND m.is_active
    AND e.purpose || ':email' = ANY(m.consents))
"""
_NOTE = (
    "UPDATE engage_email SET state = %s, why = %s, send_after = %s, changed_at = %s,"
    " file = CASE WHEN %s THEN file END WHERE id = %s AND state = 'sending' AND tries = %s"
)


@dataclass(frozen=True, slots=True)
class NewEmail:
    """An e-mail to write; ``key`` makes it one, however often it is asked for.

    Of one to a member ``kind`` and ``purpose`` are as in ``Message``; it waits for the end of the
    quiet hours.
    """

    to: str
    subject: str
    text: str
    key: str | None = None
    leave_url: str = ""
    attached: Attached | None = None
    member_id: int | None = None
    kind: str = ""
    purpose: str = SERVICE


def can_send(club: ClubContext) -> bool:
    """Whether e-mails of the club go anywhere: to a server, or to the outbox of a demo."""
    if not settings.REAL_MESSAGES:
        return True
    found = email_settings(club.id)
    return found is not None and found.is_on


def queue_email(club: ClubContext, mail: NewEmail) -> bool:
    """Write an e-mail that the worker sends; False where the one of its key was written already.

    Where nobody real is written to it is kept for the outbox page. Raises NoEmailChannel.
    """
    if not can_send(club):
        raise NoEmailChannel
    return _write(club, mail, "queued" if settings.REAL_MESSAGES else "stored")


def withhold_email(club: ClubContext, mail: NewEmail) -> None:
    """Keep an e-mail as one that was not sent: its member did not consent to its purpose."""
    _write(club, mail, "withheld", NO_CONSENT)


def _write(club: ClubContext, mail: NewEmail, state: str, why: str = "") -> bool:
    if mail.key and Email.objects.filter(club_id=club.id, key=mail.key).exists():
        return False
    moment = now()
    after = moment
    if mail.member_id is not None:
        after = when_to_send(moment, quiet_of(club), mail.to)
    Email(
        club_id=club.id,
        key=mail.key,
        recipient=mail.to,
        member_id=mail.member_id,
        kind=mail.kind,
        purpose=mail.purpose,
        subject=mail.subject[:200],
        text=mail.text,
        leave_url=mail.leave_url,
        file_name=mail.attached.name if mail.attached else "",
        file_type=mail.attached.content_type if mail.attached else "",
        file=mail.attached.content if mail.attached else None,
        state=state,
        why=why,
        send_after=after,
        changed_at=moment,
    ).save(force_insert=True)
    return True


def clubs_with_emails() -> list[int]:
    """The clubs whose e-mails wait."""
    waiting = Email.objects.filter(state__in=["queued", "sending"]).order_by("club_id")
    return list(waiting.values_list("club_id", flat=True).distinct())


def send_emails(club: ClubContext) -> int:
    """Send what is due, one after the other; how many the server took. Uses the network.

    Stops where the account does not work; the rest waits.
    """
    found = email_settings(club.id) if settings.REAL_MESSAGES else None
    if found is None or not found.is_on:
        return 0
    _give_up_lost(club)
    try:
        account = mail_account(found)
    except KeyUnreadable:
        _logger.error("club %s: the password of its e-mail account cannot be read", club.id)
        return 0
    with transaction.atomic(durable=True):
        execute(_WITHDRAWN, [now(), club.id])
    sent = 0
    for _ in range(_MOST_AT_ONCE):
        claimed = _claim(club)
        if claimed is None:
            break
        try:
            deliver(account, claimed.mail)
        except MailError as error:
            _note(claimed, error.why)
            if error.why not in FINAL and error.why is not Why.NO_ANSWER:
                break
        else:
            _note(claimed, None)
            sent += 1
    return sent


class _Claimed(NamedTuple):
    id: int
    tries: int
    mail: Mail


def _claim(club: ClubContext) -> _Claimed | None:
    moment = now()
    with transaction.atomic(durable=True):
        by_day = when_allowed(moment, quiet_of(club)) == moment
        rows = fetch(_CLAIM, [moment, club.id, moment, by_day])
    if not rows:
        return None
    number, to, subject, text, leave_url, purpose, name, kind, content, tries = rows[0]
    attached = Attached(name, kind, bytes(content)) if content is not None else None
    one_click = purpose != SERVICE
    return _Claimed(number, tries, Mail(to, subject, text, leave_url, attached, one_click))


def _note(claimed: _Claimed, why: Why | None) -> None:
    moment = now()
    state, after = "sent", moment
    if why is Why.NO_ANSWER:
        state = "unknown"
    elif why is not None and (why in FINAL or claimed.tries > len(_PAUSES)):
        state = "failed"
    elif why is not None:
        state, after = "queued", moment + timedelta(minutes=_PAUSES[claimed.tries - 1])
    with transaction.atomic(durable=True):
        execute(
            _NOTE,
            [
                *(state, why.value if why else "", after, moment),
                *(state == "queued", claimed.id, claimed.tries),
            ],
        )


def _give_up_lost(club: ClubContext) -> None:
    moment = now()
    with transaction.atomic(durable=True):
        execute(
            "UPDATE engage_email SET state = 'unknown', why = %s, changed_at = %s, file = NULL"
            " WHERE club_id = %s AND state = 'sending' AND changed_at < %s",
            [Why.NO_ANSWER.value, moment, club.id, moment - _LOST],
        )
