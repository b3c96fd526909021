"""Write what members consent to, and the words in which they are asked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from vafa.club.actions.audit import SYSTEM, Thing, changes, record_audit, thing_of_member
from vafa.club.membership_errors import UnknownConsent
from vafa.club.models import ConsentPurpose, Member
from vafa.club.origin import current_origin
from vafa.club.reads.consents import asked_consents, forget_purposes, list_purposes
from vafa.club.rules.consents import CHANNELS, FIRST_PURPOSES, SERVICE, parse_key
from vafa.core.clock import now
from vafa.core.db import Table, fetch, insert_rows
from vafa.core.errors import InvalidInput
from vafa.core.text import normalize

_CODE = re.compile(r"[a-z][a-z0-9_]{0,19}")
_TABLE = Table(
    "club_consent",
    (
        ("club_id", "bigint"),
        ("member_id", "bigint"),
        ("purpose", "text"),
        ("channel", "text"),
        ("is_given", "boolean"),
        ("version", "integer"),
        ("face", "text"),
        ("actor", "text"),
        ("at", "timestamptz"),
    ),
)
# What needs no consent, and the address of the page for another one.
_RESERVED = (SERVICE, "new")
_FIELDS = ("name", "name_en", "text", "text_en", "channels", "is_active")


class Joined(NamedTuple):
    """Somebody who joined, with the consents that she gave."""

    member_id: int
    consents: Collection[str]


def seed_purposes(club_id: int, at: datetime) -> None:
    """What a new club asks for: it may change the words, or ask for none of it."""
    ConsentPurpose.objects.bulk_create(
        ConsentPurpose(
            club_id=club_id,
            version=1,
            made_at=at,
            actor=SYSTEM,
            **{**first._asdict(), "channels": list(first.channels)},
        )
        for first in FIRST_PURPOSES
    )


def write_purpose(
    club_id: int,
    code: str,
    *,
    name: str,
    name_en: str,
    text: str,
    text_en: str,
    channels: Sequence[str],
    is_active: bool = True,
    by: str,
) -> ConsentPurpose:
    """Ask for something new, or for the same in other words: a new version, where anything
    differs. What was given stays given. Raises InvalidInput (code, name, text, channels)."""
    if not _CODE.fullmatch(code) or code in _RESERVED:
        raise InvalidInput(field="code")
    values = {
        "name": normalize(name),
        "name_en": normalize(name_en),
        "text": normalize(text),
        "text_en": normalize(text_en),
        "channels": [channel for channel in CHANNELS if channel in channels],
        "is_active": is_active,
    }
    for field, most in (("name", 80), ("name_en", 80), ("text", 400), ("text_en", 400)):
        if len(str(values[field])) > most or (field in ("name", "text") and not values[field]):
            raise InvalidInput(field=field)
    if not values["channels"]:
        raise InvalidInput(field="channels")
    with transaction.atomic():
        # Two people who write the same purpose come one after the other.
        fetch("SELECT pg_advisory_xact_lock(hashtextextended('consents', %s))", [club_id])
        last = (
            ConsentPurpose.objects.filter(club_id=club_id, code=code).order_by("-version").first()
        )
        before = {field: getattr(last, field) for field in _FIELDS} if last else {}
        old, new = changes(before, values)
        if last is not None and not new:
            return last
        version = last.version + 1 if last else 1
        made = ConsentPurpose.objects.create(
            club_id=club_id, code=code, version=version, made_at=now(), actor=by, **values
        )
        action = "consents.changed" if last else "consents.made"
        thing = Thing("consent", code, made.name)
        record_audit(club_id, by, action, thing, before=old, after=new)
        # Whoever reads in this transaction already sees it; others when their memory is over.
        forget_purposes()
    return made


def set_consents(
    club_id: int, member_id: int, given: Mapping[str, bool], *, by: str, face: str = ""
) -> list[str]:
    """Note which consents ("offers:sms") a member gives (True) or takes back (False); those not
    named stay. Returns the keys that changed; ``face`` where another than the request's.

    Raises UnknownConsent for one that the club does not ask for, Member.DoesNotExist.
    """
    versions = _versions(club_id)
    moment = now()
    with transaction.atomic():
        member = Member.objects.select_for_update(of=("self",)).get(pk=member_id, club_id=club_id)
        had = set(member.consents)
        changed = {key: yes for key, yes in given.items() if (key in had) != yes}
        # What is not asked for any more may still be taken back.
        if any(yes and key not in versions for key, yes in given.items()):
            raise UnknownConsent
        if not changed:
            return []
        has = (had | {k for k, yes in changed.items() if yes}) - {
            k for k, yes in changed.items() if not yes
        }
        Member.objects.filter(pk=member_id).update(consents=sorted(has))
        where = face or current_origin().face
        rows = [
            (club_id, member_id, *parse_key(key), yes, versions.get(key, 0), where, by, moment)
            for key, yes in changed.items()
        ]
        insert_rows(_TABLE, rows)
        if by.startswith("staff:"):
            record_audit(
                club_id,
                by,
                "member.consents",
                thing_of_member(member),
                before={key: key in had for key in changed},
                after=changed,
            )
    return list(changed)


def note_joining_consents(
    club_id: int, joined: Sequence[Joined], at: datetime, *, by: str, face: str = ""
) -> None:
    """The record behind consents that were written with the new members; one statement."""
    giving = [one for one in joined if one.consents]
    if not giving:
        return
    versions, where = _versions(club_id), face or current_origin().face
    # Nobody was shown any words where a file says it.
    shown = by.split(":")[0] != "import"
    insert_rows(
        _TABLE,
        [
            (
                *(club_id, one.member_id, *parse_key(key), True),
                *(versions.get(key, 0) if shown else 0, where, by, at),
            )
            for one in giving
            for key in sorted(one.consents)
        ],
    )


def known_keys(club_id: int) -> frozenset[str]:
    """The keys of all consents that the club asks for."""
    return frozenset(asked.key for asked in asked_consents(club_id))


def _versions(club_id: int) -> dict[str, int]:
    """The version of the words of each consent that is asked for."""
    return {
        f"{purpose.code}:{channel}": purpose.version
        for purpose in list_purposes(club_id)
        for channel in purpose.channels
    }
