"""Who did what, from where and when, before and after: one row in the same transaction.

Purchases, returns and redemptions are facts with an actor of their own and are not written again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from vafa.club.models import Member
from vafa.club.origin import current_origin
from vafa.core.clock import now
from vafa.core.db import Table, fetch, insert_rows
from vafa.core.phones import mask_mobile
from vafa.core.text import normalize, search_key

# Vafa itself or, from the command line, whoever types there.
SYSTEM = "system:0"
# Somebody who has not shown who she is.
STRANGER = "stranger:0"
Values = Mapping[str, Any]

_TABLE = Table(
    "club_audit",
    (
        ("club_id", "bigint"),
        ("at", "timestamptz"),
        ("actor", "text"),
        ("actor_name", "text"),
        ("role", "text"),
        ("face", "text"),
        ("address", "text"),
        ("branch_id", "bigint"),
        ("request_id", "text"),
        ("action", "text"),
        ("thing_kind", "text"),
        ("thing_id", "text"),
        ("thing_label", "text"),
        ("before", "jsonb"),
        ("after", "jsonb"),
        ("reason", "text"),
        ("search_text", "text"),
    ),
)
_PEOPLE = {
    "staff": (
        "SELECT coalesce(nullif(u.name, ''), u.username), coalesce(r.name, s.role), s.branch_id"
        " FROM club_staff s JOIN club_user u ON u.id = s.user_id"
        " LEFT JOIN club_ownrole r ON r.id = s.own_role_id WHERE s.club_id = %s AND s.id = %s"
    ),
    "key": "SELECT name, '', branch_id FROM club_apikey WHERE club_id = %s AND id = %s",
    "member": "SELECT name, '', NULL FROM club_member WHERE club_id = %s AND id = %s",
}
_SECRET_WORDS = ("password", "secret", "hash", "token")
_MOST_SEARCHED = 1000


class Thing(NamedTuple):
    """What was acted upon: ``kind`` (member, reward, staff ...), its number or code, its name."""

    kind: str
    id: int | str
    label: str = ""


class _Person(NamedTuple):
    name: str
    role: str = ""
    branch_id: int | None = None


def record_audit(
    club_id: int,
    actor: str,
    action: str,
    thing: Thing,
    *,
    before: Values | None = None,
    after: Values | None = None,
    reason: str = "",
    branch_id: int | None = None,
) -> None:
    """Write one row; must be called inside the transaction of what it records.

    ``actor`` is a label such as "staff:12" (see ``Actor.label``), ``action`` dotted
    ("member.changed"). ``before`` and ``after`` are the changed fields (see ``changes``): plain
    JSON values and dates, mobiles masked, never a secret. ``branch_id`` defaults to the actor's.
    """
    record_audits(
        club_id,
        actor,
        action,
        [thing],
        before=before,
        after=after,
        reason=reason,
        branch_id=branch_id,
    )


def record_audits(
    club_id: int,
    actor: str,
    action: str,
    things: Sequence[Thing],
    *,
    before: Values | None = None,
    after: Values | None = None,
    reason: str = "",
    branch_id: int | None = None,
) -> None:
    """The same act upon each of ``things``: one row each, two statements for any number."""
    acts = [(thing, before, after) for thing in things]
    _write(club_id, actor, action, acts, reason, branch_id)


def record_each(
    club_id: int,
    actor: str,
    action: str,
    acts: Sequence[tuple[Thing, Values]],
    *,
    reason: str = "",
) -> None:
    """Acts of one kind upon many things, of each what it is afterwards: as ``record_audits``."""
    _write(club_id, actor, action, [(thing, None, after) for thing, after in acts], reason, None)


def _write(
    club_id: int,
    actor: str,
    action: str,
    acts: Sequence[tuple[Thing, Values | None, Values | None]],
    reason: str,
    branch_id: int | None,
) -> None:
    assert connection.in_atomic_block, "an audit row belongs to the transaction that it records"
    if not acts:
        return
    for _, before, after in acts:
        _refuse_secrets(before, after)
    person, origin, moment = _person(club_id, actor), current_origin(), now()
    why = normalize(reason)[:300]
    insert_rows(
        _TABLE,
        [
            (
                club_id,
                moment,
                actor,
                person.name,
                person.role,
                origin.face,
                origin.address,
                branch_id or person.branch_id,
                origin.request_id,
                action,
                thing.kind,
                str(thing.id),
                thing.label[:160],
                before or None,
                after or None,
                why,
                _searched(person.name, thing.label, why, origin.address, before, after),
            )
            for thing, before, after in acts
        ],
    )


def changes(before: Values, after: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields in which the two differ, as they were and as they are."""
    names = [name for name in after if before.get(name) != after[name]]
    return {n: before.get(n) for n in names}, {n: after[n] for n in names}


def member_thing(member_id: int, name: str, mobile: str | None, external_id: str | None) -> Thing:
    """A member by her name; without one by her masked mobile or the shop's own number."""
    return Thing(
        "member", member_id, name or (mask_mobile(mobile) if mobile else external_id or "")
    )


def thing_of_member(member: Member) -> Thing:
    """``member_thing`` of a stored member."""
    return member_thing(member.id, member.name, member.mobile, member.external_id)


def _person(club_id: int, actor: str) -> _Person:
    kind, _, number = actor.partition(":")
    question = _PEOPLE.get(kind)
    rows = fetch(question, [club_id, int(number)]) if question else []
    return _Person(*rows[0]) if rows else _Person(current_origin().operator)


def _searched(
    name: str, label: str, reason: str, address: str, before: Values | None, after: Values | None
) -> str:
    parts = [name, label, reason, address, *_texts(before), *_texts(after)]
    keys = dict.fromkeys(search_key(part) for part in parts)
    return "|".join(key for key in keys if key)[:_MOST_SEARCHED]


def _texts(value: Any) -> list[str]:
    """The words in a tree of plain values."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, (list, tuple)):
        return [text for inner in value for text in _texts(inner)]
    return []


def _refuse_secrets(*values: Values | None) -> None:
    for names in values:
        wrong = [n for n in names or () if any(word in n for word in _SECRET_WORDS)]
        assert not wrong, f"never in an audit row: {wrong}"
