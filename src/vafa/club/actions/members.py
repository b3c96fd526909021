"""Write members and their cards, many at a time."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction

from vafa.club.actions.audit import changes, record_audit, thing_of_member
from vafa.club.errors import MergedMember
from vafa.club.membership_errors import MemberLeft
from vafa.club.models import Member
from vafa.club.rules.attributes import Stored
from vafa.club.rules.profile import FIELDS
from vafa.core.db import Table, array_text, dumps, execute, fetch, insert_rows, recordset
from vafa.core.ids import next_ids
from vafa.core.text import normalize, search_key, sort_key

_COLUMNS = (
    ("id", "bigint"),
    ("club_id", "bigint"),
    ("mobile", "text"),
    ("external_id", "text"),
    ("name", "text"),
    ("sort_key", "text"),
    ("search_key", "text"),
    ("gender", "text"),
    ("birth_date", "date"),
    ("branch_id", "bigint"),
    ("is_active", "boolean"),
    ("joined_at", "timestamptz"),
    ("email", "text"),
    ("city", "text"),
    ("education", "text"),
    ("acquaintance", "text"),
    ("interests", "text[]"),
    ("wedding_date", "date"),
    ("attributes", "jsonb"),
    ("consents", "text[]"),
    ("terms_version", "integer"),
)
_CARDS = Table(
    "club_card",
    (
        ("club_id", "bigint"),
        ("member_id", "bigint"),
        ("number", "text"),
        ("is_active", "boolean"),
    ),
)
# What ``update_member`` changes.
_OWN = frozenset({*FIELDS, "language", "calendar"})


class NewMember(NamedTuple):
    """A person to enrol: mobile in E.164 or the shop's own number, or both.

    ``interests`` are codes of product categories, ``attributes`` values as they are stored, by
    key; ``consents`` those that she gives ("offers:sms"); ``terms_version`` the terms that she
    accepts (0: none).
    """

    mobile: str | None = None
    external_id: str | None = None
    name: str = ""
    gender: str = ""
    birth_date: date | None = None
    branch_id: int | None = None
    joined_at: datetime | None = None
    email: str = ""
    city: str = ""
    education: str = ""
    acquaintance: str = ""
    interests: tuple[str, ...] = ()
    wedding_date: date | None = None
    attributes: Mapping[str, Stored] | None = None
    consents: tuple[str, ...] = ()
    terms_version: int = 0


def insert_members(club_id: int, members: Sequence[NewMember], now: datetime) -> list[int | None]:
    """Insert those who are not members yet, each with a card; ids in order, None for the others.

    The unique constraints on mobile and shop number decide; two statements for any number.
    """
    if not members:
        return []
    ids = next_ids("club_member", len(members))
    rows = [_row(pk, club_id, m, now) for pk, m in zip(ids, members, strict=True)]
    names = ", ".join(name for name, _ in _COLUMNS)
    inserted = {
        row[0]
        for row in fetch(
            f"INSERT INTO club_member ({names}) SELECT {names} FROM {recordset(_COLUMNS, 'w')}"
            " ON CONFLICT DO NOTHING RETURNING id",
            [dumps(rows)],
        )
    }
    insert_rows(_CARDS, [(club_id, pk, card_number(), True) for pk in ids if pk in inserted])
    return [pk if pk in inserted else None for pk in ids]


def update_member(
    member_id: int,
    *,
    name: str,
    gender: str,
    birth_date: date | None,
    by: str,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Change a member's own details; ``by`` is the label of who does it. ``more`` are others of
    ``rules.profile.FIELDS`` and language and calendar; those not named stay."""
    clean = normalize(name)
    given = {"name": clean, "gender": gender, "birth_date": birth_date, **(more or {})}
    assert not set(given) - _OWN, "not one of her own details"
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member_id)
        before, after = changes({field: getattr(member, field) for field in given}, given)
        if not after:
            return
        keys = {"sort_key": sort_key(clean)[:255], "search_key": search_key(clean)[:160]}
        Member.objects.filter(pk=member_id).update(**after, **(keys if "name" in after else {}))
        thing = thing_of_member(member)
        record_audit(member.club_id, by, "member.changed", thing, before=before, after=after)


def remember_language(member_id: int, lang: str) -> None:
    """A member chose "fa" or "en": for her pages on every device, and for messages."""
    Member.objects.filter(pk=member_id).exclude(language=lang).update(language=lang)


def set_member_active(member_id: int, active: bool, *, by: str) -> None:
    """Close or reopen a membership; what she has stays as it is. ``by``: who does it.

    Raises MergedMember for one that became another, MemberLeft for one who left.
    """
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member_id)
        if member.merged_into_id is not None:
            raise MergedMember
        if member.left_at is not None:
            raise MemberLeft
        if member.is_active == active:
            return
        execute("UPDATE club_member SET is_active = %s WHERE id = %s", [active, member_id])
        action = "member.reopened" if active else "member.closed"
        record_audit(member.club_id, by, action, thing_of_member(member))


def card_number() -> str:
    """Sixteen random digits, the last a Luhn check digit; never starting with 0."""
    digits = [secrets.randbelow(9) + 1, *(secrets.randbelow(10) for _ in range(14))]
    return "".join(map(str, digits)) + str(luhn_digit(digits))


def luhn_digit(digits: Sequence[int]) -> int:
    """The check digit of ISO/IEC 7812-1 annex B for ``digits``."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10


def _row(pk: int, club_id: int, m: NewMember, now: datetime) -> tuple[object, ...]:
    name = normalize(m.name)[:120]
    return (
        pk,
        club_id,
        m.mobile,
        m.external_id,
        name,
        sort_key(name)[:255],
        search_key(name)[:160],
        m.gender,
        m.birth_date,
        m.branch_id,
        True,
        m.joined_at or now,
        *(m.email, m.city, m.education, m.acquaintance, array_text(m.interests), m.wedding_date),
        *(dict(m.attributes or {}), array_text(sorted(m.consents)), m.terms_version),
    )
