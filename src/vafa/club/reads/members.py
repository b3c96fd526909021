"""Find members by whatever stands for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from vafa.club.models import Member
from vafa.core.db import Query, dumps, fetch
from vafa.core.idempotency import LostRace
from vafa.core.looking import once

MemberRef = tuple[str, str]  # ("id" | "mobile" | "card" | "external", value)
REF_KINDS = ("id", "mobile", "card", "external")
# ``with_merged`` within a statement; her number is asked for twice.
WITH_MERGED = (
    "ARRAY(SELECT %s::bigint UNION ALL SELECT id FROM club_member WHERE merged_into_id = %s)"
)


class FoundMember(NamedTuple):
    """What flows need of a member.

    ``holder`` is the ledger's number of her wallet (her household's where she has one), and
    ``may_spend`` whether the household lets her spend from it; until ``frozen_until`` she spends
    nothing (see ``club.spending``). Who was merged is found as the member she became.
    """

    id: int
    name: str
    mobile: str | None
    birth_date: date | None
    gender: str
    is_active: bool
    holder: int
    may_spend: bool
    frozen_until: datetime | None
    joined_at: datetime
    fee_until: date | None


_MATCHES = {
    "id": "x.club_id = %s AND x.id = w.value::bigint",
    "mobile": "x.club_id = %s AND x.mobile = w.value",
    "external": "x.club_id = %s AND x.external_id = w.value",
    "card": "x.id = (SELECT c.member_id FROM club_card c"
    " WHERE c.club_id = %s AND c.number = w.value AND c.is_active)",
}
# One at most for each value: with the limit every plan looks up by index, however old the
# statistics, and is made once; for arrays of values the server would make a new one each time.
_FOUND = (
    "SELECT '{kind}', w.value, found.* FROM jsonb_array_elements_text(%s::jsonb) AS w(value),"
    " LATERAL (SELECT m.id, m.name, m.mobile, m.birth_date, m.gender, m.is_active, coalesce(m.holder, m.id),"
    " m.household_id IS NULL OR (SELECT h.spenders = 'all' OR h.head_id = m.id"
    " FROM club_household h WHERE h.id = m.household_id), m.frozen_until,"
    " m.joined_at, m.fee_until"
    " FROM club_member x JOIN club_member m ON m.id = coalesce(x.merged_into_id, x.id)"
    " WHERE {matches} LIMIT 1) AS found"
)


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
        statements.append(_FOUND.format(kind=kind, matches=_MATCHES[kind]))
        params += [dumps([int(v) for v in values] if kind == "id" else sorted(values)), club_id]
    return Query(
        " UNION ALL ".join(statements),
        params,
        lambda rows: {(kind, value): FoundMember(*rest) for kind, value, *rest in rows},
    )


def find_members(club_id: int, refs: Iterable[MemberRef]) -> dict[MemberRef, FoundMember]:
    """Members of the club by reference, in one statement; absent ones are left out."""
    return members_query(club_id, refs).ask()


def nobody_left_query(member_ids: Iterable[int]) -> Query[None]:
    """Asked behind the lock of their wallets: the answer raises LostRace where the membership of
    one of them ended since she was looked up, so that nothing is earned behind her."""
    wanted = sorted(set(member_ids))

    def build(rows: list[tuple[Any, ...]]) -> None:
        if rows:
            raise LostRace("a membership ended since it was looked up")

    return Query(f"{_WHO_LEFT} LIMIT 1" if wanted else "", [wanted], build)


def who_left(member_ids: Iterable[int]) -> set[int]:
    """Those of the members who have left the club. Behind the lock of their wallets, which leaving
    takes too, it stays so until the transaction ends."""
    return {number for (number,) in fetch(_WHO_LEFT, [sorted(set(member_ids))])}


_WHO_LEFT = "SELECT id FROM club_member WHERE id = ANY(%s) AND left_at IS NOT NULL"


class Wallet(NamedTuple):
    """Who a member is now, and the ledger's number of the wallet that she uses."""

    member_id: int
    holder: int


def wallets_of(member_ids: Iterable[int]) -> dict[int, Wallet]:
    """Each member's standing today: merged ones are who they became, households share one."""
    wanted = sorted(set(member_ids))
    rows = (
        fetch(
            "SELECT x.id, m.id, coalesce(m.holder, m.id) FROM club_member x"
            " JOIN club_member m ON m.id = coalesce(x.merged_into_id, x.id) WHERE x.id = ANY(%s)",
            [wanted],
        )
        if wanted
        else []
    )
    return {asked: Wallet(*rest) for asked, *rest in rows}


def wallet_of(member_id: int) -> Wallet:
    """The same for one member who exists."""
    return once(("wallet", member_id), lambda: wallets_of([member_id])[member_id])


def note_wallet(member: Member) -> None:
    """While only looking: what this row, just read, says of her wallet is not asked for again."""
    if member.merged_into_id is None:
        own = Wallet(member.pk, member.holder or member.pk)
        once(("wallet", member.pk), lambda: own)


def with_merged(member_id: int) -> list[int]:
    """The member and those who became her: whose history is hers."""
    return [member_id, *merged_into(member_id)]


def merged_into(member_id: int) -> list[int]:
    """The members who became this one."""
    return list(once(("merged", member_id), lambda: _merged_into(member_id)))


def _merged_into(member_id: int) -> list[int]:
    rows = fetch("SELECT id FROM club_member WHERE merged_into_id = %s ORDER BY id", [member_id])
    return [number for (number,) in rows]


class Reader(NamedTuple):
    """A member as she can be written to; ``email`` and ``language`` "" for none, ``consents`` those
    that hold now."""

    id: int
    mobile: str | None
    email: str
    language: str
    consents: Collection[str]


def reader_of_mobile(club_id: int, mobile: str) -> Reader | None:
    """The active member whose mobile this is (or who she became); None for nobody."""
    rows = fetch(
        "SELECT m.id, m.mobile, m.email, m.language, m.consents FROM club_member x"
        " JOIN club_member m ON m.id = coalesce(x.merged_into_id, x.id)"
        " WHERE x.club_id = %s AND x.mobile = %s AND m.is_active",
        [club_id, mobile],
    )
    return Reader(*rows[0]) if rows else None


def readers_of_wallet(club_id: int, holder: int) -> list[Reader]:
    """The active members who use a wallet and have a mobile or an e-mail address."""
    rows = fetch(
        "SELECT id, mobile, email, language, consents FROM club_member WHERE club_id = %s"
        " AND is_active AND (mobile IS NOT NULL OR email <> '')"
        " AND (id = %s AND holder IS NULL OR household_id ="
        " (SELECT h.id FROM club_household h WHERE h.holder = %s)) ORDER BY id",
        [club_id, holder, holder],
    )
    return [Reader(*row) for row in rows]
