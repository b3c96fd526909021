"""A club's account at a server for e-mail."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from django.db import transaction

from vafa.club.actions.audit import Thing, changes, record_audit
from vafa.club.models import Club
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.core.vault import Unreadable, seal, unseal
from vafa.engage.channels.email.smtp import SECURITIES, MailAccount
from vafa.engage.errors import BadEmailSettings, KeyUnreadable
from vafa.engage.models import EmailSettings

# One address as servers take it: ASCII, nothing that could become a second header or address.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]")
_LONGEST = 120
_CHANGEABLE = (
    *("host", "port", "security", "user", "sealed_password", "sender", "sender_name"),
    *("is_on", "changed_at"),
)


@dataclass(frozen=True, slots=True)
class EmailChoice:
    """What an owner sets; see ``EmailSettings``."""

    host: str
    port: int
    security: str
    user: str
    sender: str
    sender_name: str = ""
    is_on: bool = True


def is_address(text: str) -> bool:
    """Whether ``text`` is one plain e-mail address."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None


def save_email(club: Club, choice: EmailChoice, *, password: str, by: str) -> EmailSettings:
    """Set the club's account up, or change it; an empty ``password`` keeps the one that is there,
    unless it would go to another server or another login.

    ``by``: the label of whoever does it. Raises BadEmailSettings.
    """
    with transaction.atomic():
        # Whoever changes it at the same moment waits here.
        fetch("SELECT pg_advisory_xact_lock(hashtextextended('email settings', %s))", [club.pk])
        found = EmailSettings.objects.filter(club=club).first()
        _check(choice, password, found)
        before = _facts(found) if found else {}
        made = found or EmailSettings(club=club)
        for name, value in asdict(choice).items():
            setattr(made, name, value)
        if password:
            made.sealed_password = seal(password)
        elif not choice.user:
            made.sealed_password = None
        made.changed_at = now()
        made.save(update_fields=_CHANGEABLE if found else None)
        was, will = changes(before, _facts(made) | ({"new_key": True} if password else {}))
        thing = Thing("email", made.pk, choice.host)
        record_audit(club.pk, by, "email.changed", thing, before=was, after=will)
    return made


def email_settings(club_id: int) -> EmailSettings | None:
    """What the club has set up, switched on or not."""
    return EmailSettings.objects.filter(club_id=club_id).first()


def mail_account(email: EmailSettings) -> MailAccount:
    """The account behind the settings, ready to use. Raises KeyUnreadable."""
    try:
        password = unseal(email.sealed_password) if email.sealed_password else ""
    except Unreadable:
        raise KeyUnreadable from None
    return MailAccount(
        host=email.host,
        port=email.port,
        security=email.security,
        user=email.user,
        password=password,
        sender=email.sender,
        sender_name=email.sender_name,
    )


def _check(choice: EmailChoice, password: str, found: EmailSettings | None) -> None:
    if not _HOST.fullmatch(choice.host) or len(choice.host) > _LONGEST:
        raise BadEmailSettings(field="host")
    if not 0 < choice.port < 65536:
        raise BadEmailSettings(field="port")
    if choice.security not in SECURITIES:
        raise BadEmailSettings(field="security")
    if not is_address(choice.sender):
        raise BadEmailSettings(field="sender")
    is_same = (
        found is not None
        and found.sealed_password is not None
        and (found.host, found.user) == (choice.host, choice.user)
    )
    if choice.user and not password and not is_same:
        raise BadEmailSettings(field="password")


def _facts(email: EmailSettings) -> dict[str, object]:
    names = ("host", "port", "security", "user", "sender", "sender_name", "is_on")
    return {name: getattr(email, name) for name in names}
