"""A message to a member by one of the ways that she allows: a text, or an e-mail."""

from __future__ import annotations

from typing import Literal, NamedTuple

from django.conf import settings

from vafa.club.reads.consent_links import WAY_OUT, consent_token
from vafa.club.reads.consents import list_purposes
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import Reader
from vafa.club.rules.consents import SERVICE, allows, consent_key
from vafa.engage.actions.email_accounts import is_address
from vafa.engage.actions.emails import NewEmail, can_send, queue_email, withhold_email
from vafa.engage.actions.messages import account_for, send_text
from vafa.engage.errors import NoChannel

Way = Literal["sms", "email"]
_ENDS = {
    "fa": "این ایمیل برای شما آمد، چون «{purpose}» را از باشگاه «{club}» خواسته‌اید. اگر دیگر نمی‌خواهید:\n{url}",
    "en": "You get this e-mail because you allowed “{purpose}” at {club}. To get no more of them:\n{url}",
}


class ToSay(NamedTuple):
    """A message: the consent that it needs, the subject of an e-mail ("" for the club's name), and
    by which way it goes where both are open."""

    text: str
    purpose: str = SERVICE
    subject: str = ""
    first: Way = "sms"


def tell_member(club: ClubContext, reader: Reader, said: ToSay, kind: str, *, key: str) -> bool:
    """Have a message sent once, by one way: the first that she allows and the club has. Where she
    allows none, it is kept as not sent. False where it was there before, or is not sent.

    Uses no network, and may be called within a transaction. Raises NoChannel.
    """
    open_ways = {"sms": _text_goes(club, reader, said), "email": _mail_goes(club, reader, said)}
    if open_ways["email"] and (said.first == "email" or not open_ways["sms"]):
        return queue_email(club, _mail(club, reader, said, kind, key))
    if reader.mobile:
        return send_text(
            club,
            reader.mobile,
            said.text,
            kind,
            key=key,
            member_id=reader.id,
            purpose=said.purpose,
        )
    if reader.email and not _allows(reader, said, "email"):
        withhold_email(club, _mail(club, reader, said, kind, key))
    return False


def _text_goes(club: ClubContext, reader: Reader, said: ToSay) -> bool:
    if not reader.mobile or not _allows(reader, said, "sms"):
        return False
    try:
        account_for(club)
    except NoChannel:
        return False
    return True


def _mail_goes(club: ClubContext, reader: Reader, said: ToSay) -> bool:
    if not is_address(reader.email) or not _allows(reader, said, "email"):
        return False
    # What cannot be taken back by a link is not begun.
    return (said.purpose == SERVICE or bool(settings.PUBLIC_URL)) and can_send(club)


def _allows(reader: Reader, said: ToSay, way: Way) -> bool:
    return allows(reader.consents, said.purpose, way)


def _mail(club: ClubContext, reader: Reader, said: ToSay, kind: str, key: str) -> NewEmail:
    lang = "fa" if (reader.language or club.language) == "fa" else "en"
    text, url = f"{said.text}\n\n{club.name}", ""
    if said.purpose != SERVICE:
        url = leave_url(reader.id, said.purpose)
        names = {p.code: p.said(lang) for p in list_purposes(club.id, with_closed=True)}
        purpose = names.get(said.purpose, said.purpose)
        text += "\n\n" + _ENDS[lang].format(purpose=purpose, club=club.name, url=url)
    return NewEmail(
        reader.email,
        said.subject or club.name,
        text,
        key,
        url,
        member_id=reader.id,
        kind=kind,
        purpose=said.purpose,
    )


def leave_url(member_id: int, purpose: str) -> str:
    """Where a member says, by one press and without logging in, that she wants no more e-mails of
    this purpose; what an e-mail program posts there itself (RFC 8058)."""
    base = str(settings.PUBLIC_URL).rstrip("/")
    return f"{base}{WAY_OUT}{consent_token(member_id)}/stop/{consent_key(purpose, 'email')}"
