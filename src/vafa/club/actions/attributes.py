"""Say what a club wants to know of its members, and write down what is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django.db import transaction

from vafa.club.actions.audit import SYSTEM, Thing, changes, record_audit, thing_of_member
from vafa.club.errors import AttributeKeyTaken, InvalidAttribute, UnknownAttribute
from vafa.club.models import Member, MemberAttribute
from vafa.club.reads.attributes import find_attribute, list_attributes
from vafa.club.rules.attributes import KINDS, LONGEST_TEXT, Kind, Stored, read_value, sent_value
from vafa.core.db import dumps, execute, recordset
from vafa.core.errors import InvalidInput
from vafa.core.text import normalize

MOST_CHOICES = 100
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FIELDS = ("name", "name_en", "choices", "is_active")


def define_attribute(
    club_id: int,
    *,
    key: str,
    kind: str,
    name: str,
    name_en: str = "",
    choices: Sequence[str] = (),
    by: str = SYSTEM,
) -> MemberAttribute:
    """A new attribute; ``by`` is the label of who makes it.

    Raises InvalidInput (key, kind, name, name_en or choices), AttributeKeyTaken.
    """
    if not _KEY.fullmatch(key):
        raise InvalidInput(field="key")
    if kind not in KINDS:
        raise InvalidInput(field="kind")
    attribute = MemberAttribute(club_id=club_id, key=key, kind=kind)
    _describe(attribute, name, name_en, choices)
    with transaction.atomic():
        made, is_new = MemberAttribute.objects.get_or_create(
            club_id=club_id,
            key=key,
            defaults={n: getattr(attribute, n) for n in ("kind", *_FIELDS)},
        )
        if not is_new:
            raise AttributeKeyTaken
        _audit(made, "attribute.made", by, after=_values(made) | {"key": key, "kind": kind})
    return made


def change_attribute(
    club_id: int,
    key: str,
    *,
    name: str,
    name_en: str = "",
    choices: Sequence[str] = (),
    is_active: bool = True,
    by: str = SYSTEM,
) -> MemberAttribute:
    """Another name or other choices; or nobody is asked for it any more.

    Raises UnknownAttribute, InvalidInput (name, name_en or choices).
    """
    with transaction.atomic():
        attribute = find_attribute(club_id, key)
        before = _values(attribute)
        _describe(attribute, name, name_en, choices)
        attribute.is_active = is_active
        attribute.save(update_fields=_FIELDS)
        old, new = changes(before, _values(attribute))
        if new:
            _audit(attribute, "attribute.changed", by, before=old, after=new)
    return attribute


def set_attributes(
    club_id: int, member_id: int, given: Mapping[str, Any], *, by: str
) -> dict[str, Stored]:
    """Write what is now known of a member, by key; what is not named stays, an empty value is
    forgotten. Returns everything that is known.

    Raises UnknownAttribute, InvalidAttribute (naming it), Member.DoesNotExist.
    """
    known = {attribute.key: attribute for attribute in list_attributes(club_id)}
    read: dict[str, Stored | None] = {}
    for key, value in given.items():
        if key not in known:
            raise UnknownAttribute
        read[key] = _read(known[key], value)
    with transaction.atomic():
        member = Member.objects.select_for_update(of=("self",)).get(pk=member_id, club_id=club_id)
        had = cast(dict[str, Stored], member.attributes)
        has = {k: v for k, v in (had | read).items() if v is not None}
        before, after = changes(_said(known, had, read), _said(known, has, read))
        if after:
            Member.objects.filter(pk=member_id).update(attributes=has)
            thing = thing_of_member(member)
            record_audit(club_id, by, "member.changed", thing, before=before, after=after)
    return has


def stored_attributes(club_id: int, given: Mapping[str, Any]) -> dict[str, Stored]:
    """Values of somebody who joins as they are stored, by key; empty ones are left out.

    Raises UnknownAttribute, InvalidAttribute (naming it).
    """
    if not given:
        return {}
    known = {attribute.key: attribute for attribute in list_attributes(club_id)}
    if unknown := set(given) - set(known):
        raise UnknownAttribute(key=sorted(unknown)[0])
    read = {key: _read(known[key], value) for key, value in given.items()}
    return {key: value for key, value in read.items() if value is not None}


def value_of(attribute: MemberAttribute, given: Any) -> Stored | None:
    """What is stored for a value; None for nothing. Raises ValueError for what is no such value."""
    return read_value(cast(Kind, attribute.kind), attribute.choices, given)


def add_attributes(known: Mapping[int, Mapping[str, Stored]]) -> None:
    """Write what is now known of many members, by number, in one statement; what is not named stays.
    For files, whose import the audit names."""
    if not known:
        return
    rows = [(member_id, dict(values)) for member_id, values in sorted(known.items())]
    execute(
        "UPDATE club_member m SET attributes = m.attributes || w.known"
        f" FROM {recordset((('id', 'bigint'), ('known', 'jsonb')), 'w')} WHERE m.id = w.id",
        [dumps(rows)],
    )


def _said(
    known: Mapping[str, MemberAttribute], values: Mapping[str, Stored], keys: Iterable[str]
) -> dict[str, Stored | None]:
    """Values under the attributes' names, as the audit tells them."""
    return {
        known[key].name: sent_value(known[key].kind, values[key]) if key in values else None
        for key in keys
    }


def _read(attribute: MemberAttribute, value: Any) -> Stored | None:
    try:
        return value_of(attribute, value)
    except ValueError as error:
        raise InvalidAttribute(field=attribute.key, name=attribute.name) from error


def _describe(attribute: MemberAttribute, name: str, name_en: str, choices: Sequence[str]) -> None:
    attribute.name, attribute.name_en = normalize(name), normalize(name_en)
    if not 0 < len(attribute.name) <= 80:
        raise InvalidInput(field="name")
    if len(attribute.name_en) > 80:
        raise InvalidInput(field="name_en")
    several = list(dict.fromkeys(text for choice in choices if (text := normalize(choice))))
    if (attribute.kind == "choice") != bool(several) or len(several) > MOST_CHOICES:
        raise InvalidInput(field="choices")
    if any(len(text) > LONGEST_TEXT for text in several):
        raise InvalidInput(field="choices")
    attribute.choices = several


def _values(attribute: MemberAttribute) -> dict[str, Any]:
    return {name: getattr(attribute, name) for name in _FIELDS}


def _audit(attribute: MemberAttribute, action: str, by: str, **values: Any) -> None:
    thing = Thing("attribute", attribute.key, attribute.name)
    record_audit(attribute.club_id, by, action, thing, **values)
