"""A club's account at a provider of text messages."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import transaction

from vafa.club.actions.audit import Thing, changes, record_audit
from vafa.club.models import Club
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.core.vault import Unreadable, seal, unseal
from vafa.engage.channels.sms import KINDS, provider
from vafa.engage.channels.sms.base import Account, Provider
from vafa.engage.errors import BadSmsSettings, KeyUnreadable
from vafa.engage.models import SmsSettings

_SHOWN_OF_KEY = 4
_CHANGEABLE = (
    *("kind", "sealed_key", "key_end", "sender", "template", "footer", "part_price"),
    *("hour_limit", "day_limit", "month_limit", "is_on", "changed_at"),
)


@dataclass(frozen=True, slots=True)
class SmsChoice:
    """What an owner sets; see ``SmsSettings``. Money in rials, 0 for no limit."""

    kind: str
    sender: str
    template: str = ""
    footer: str = ""
    part_price: int = 0
    hour_limit: int = 0
    day_limit: int = 0
    month_limit: int = 0
    is_on: bool = True


def save_sms(club: Club, choice: SmsChoice, *, key: str, by: str) -> SmsSettings:
    """Set the club's account up, or change it; an empty ``key`` keeps the one that is there.

    ``by``: the label of whoever does it. Raises BadSmsSettings.
    """
    with transaction.atomic():
        # Whoever changes it at the same moment waits here.
        fetch("SELECT pg_advisory_xact_lock(hashtextextended('sms settings', %s))", [club.pk])
        found = SmsSettings.objects.filter(club=club).first()
        _check(choice, key, found)
        before = _facts(found) if found else {}
        made = found or SmsSettings(club=club)
        for name, value in asdict(choice).items():
            setattr(made, name, value)
        if key:
            made.sealed_key, made.key_end = seal(key), key[-_SHOWN_OF_KEY:]
        made.changed_at = now()
        made.save(update_fields=_CHANGEABLE if found else None)
        was, will = changes(before, _facts(made) | ({"new_key": True} if key else {}))
        thing = Thing("sms", made.pk, choice.kind)
        record_audit(club.pk, by, "sms.changed", thing, before=was, after=will)
    return made


def sms_settings(club_id: int) -> SmsSettings | None:
    """What the club has set up, switched on or not."""
    return SmsSettings.objects.filter(club_id=club_id).first()


def provider_of(sms: SmsSettings) -> Provider:
    """The account behind the settings, ready to use. Raises KeyUnreadable."""
    try:
        key = unseal(sms.sealed_key)
    except Unreadable:
        raise KeyUnreadable from None
    account = Account(settings.SMS_URLS[sms.kind], key, sms.sender, sms.template)
    return provider(sms.kind, account)


def _check(choice: SmsChoice, key: str, found: SmsSettings | None) -> None:
    if choice.kind not in KINDS:
        raise BadSmsSettings(field="kind")
    # Another provider does not take this one's key.
    if not key and (found is None or found.kind != choice.kind):
        raise BadSmsSettings(field="key")
    if not key.isascii() or not key.isprintable():
        raise BadSmsSettings(field="key")
    if not choice.sender.isascii() or not choice.sender.isdigit():
        raise BadSmsSettings(field="sender")
    if choice.kind == "smsir" and choice.template and not choice.template.isdigit():
        raise BadSmsSettings(field="template")
    limits = (choice.part_price, choice.hour_limit, choice.day_limit, choice.month_limit)
    if min(limits) < 0:
        raise BadSmsSettings(field="limits")
    if choice.month_limit and not choice.part_price:
        raise BadSmsSettings(field="part_price")


def _facts(sms: SmsSettings) -> dict[str, object]:
    names = ("kind", "sender", "template", "footer", "part_price")
    more = ("hour_limit", "day_limit", "month_limit", "is_on")
    return {name: getattr(sms, name) for name in (*names, *more)}
