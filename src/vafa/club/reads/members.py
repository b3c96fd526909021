"""Find members by whatever stands for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from vafa.core.db import Query

MemberRef = tuple[str, str]  # ("id" | "mobile" | "card" | "external", value)
REF_KINDS = ("id", "mobile", "card", "external")


class FoundMember(NamedTuple):
    """What flows need of a member."""

    id: int
    name: str
    mobile: str | None
    birth_date: date | None
    is_active: bool


_BY_KIND = {
    "id": "SELECT 'id', m.id::text, {m} FROM club_member m WHERE m.club_id = %s AND m.id = ANY(%s::bigint[])",
    "mobile": "SELECT 'mobile', m.mobile, {m} FROM club_member m WHERE m.club_id = %s AND m.mobile = ANY(%s)",
    "external": "SELECT 'external', m.external_id, {m} FROM club_member m"
    " WHERE m.club_id = %s AND m.external_id = ANY(%s)",
    "card": "SELECT 'card', c.number, {m} FROM club_card c JOIN club_member m ON m.id = c.member_id"
    " WHERE c.club_id = %s AND c.number = ANY(%s) AND c.is_active",
}
_FIELDS = "m.id, m.name, m.mobile, m.birth_date, m.is_active"


def members_query(club_id: int, refs: Iterable[MemberRef]) -> Query[dict[MemberRef, FoundMember]]:
    """Members of the club by reference; absent ones are left out.

    An "id" must be decimal digits within 18 places (callers check; others are not found).
    """
    wanted: dict[str, set[str]] = {}
    for kind, value in refs:
        if kind != "id" or (value.isascii() and value.isdigit() and len(value) <= 18):
            wanted.setdefault(kind, set()).add(value)
    statements: list[str] = []
    params: list[Any] = []
    for kind, values in sorted(wanted.items()):
        statements.append(_BY_KIND[kind].format(m=_FIELDS))
        params += [club_id, [int(v) for v in values] if kind == "id" else sorted(values)]
    return Query(
        " UNION ALL ".join(statements),
        params,
        lambda rows: {(kind, value): FoundMember(*rest) for kind, value, *rest in rows},
    )


def find_members(club_id: int, refs: Iterable[MemberRef]) -> dict[MemberRef, FoundMember]:
    """Members of the club by reference, in one statement; absent ones are left out."""
    return members_query(club_id, refs).ask()
