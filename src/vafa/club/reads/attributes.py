"""A club's attributes of members, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import orjson

from vafa.club.errors import UnknownAttribute
from vafa.club.models import Member, MemberAttribute
from vafa.club.rules.attributes import Stored, rule_facts, sent_value, value_words
from vafa.core.db import Query, dumps


class KnownValue(NamedTuple):
    """An attribute with what is known of one member: for programs and in words ("" for nothing)."""

    attribute: MemberAttribute
    name: str
    value: Stored | None
    words: str


def list_attributes(club_id: int, *, with_closed: bool = False) -> list[MemberAttribute]:
    """The club's attributes in the order in which they were made."""
    found = MemberAttribute.objects.filter(club_id=club_id).order_by("id")
    return list(found if with_closed else found.filter(is_active=True))


def find_attribute(club_id: int, key: str) -> MemberAttribute:
    """An attribute by its key. Raises UnknownAttribute."""
    found = MemberAttribute.objects.filter(club_id=club_id, key=key).first()
    if found is None:
        raise UnknownAttribute
    return found


def values_of(member: Member, lang: str) -> list[KnownValue]:
    """Every active attribute of the club with what is known of the member."""
    out = []
    for attribute in list_attributes(member.club_id):
        stored = member.attributes.get(attribute.key)
        known = stored is not None
        out.append(
            KnownValue(
                attribute,
                attribute.said(lang),
                sent_value(attribute.kind, stored) if known else None,
                value_words(attribute.kind, stored, lang) if known else "",
            )
        )
    return out


def attributes_query(member_ids: Iterable[int]) -> Query[dict[int, dict[str, str | int]]]:
    """What rules may see of these members' attributes, by member; to be asked with other questions."""
    wanted: Sequence[int] = sorted(set(member_ids))
    sql = (
        "SELECT m.id, m.attributes::text FROM jsonb_array_elements_text(%s::jsonb) AS w(id),"
        " LATERAL (SELECT * FROM club_member x WHERE x.id = w.id::bigint LIMIT 1) m"
        " WHERE m.attributes <> '{}'::jsonb"
    )
    return Query(
        sql if wanted else "",
        [dumps(wanted)],
        lambda rows: {member_id: rule_facts(orjson.loads(text)) for member_id, text in rows},
    )
