"""Members who share one wallet."""

from __future__ import annotations

from typing import NamedTuple

from vafa.club.errors import UnknownHousehold
from vafa.club.models import Member
from vafa.club.reads.members import Wallet
from vafa.core.db import fetch


class FoundHousehold(NamedTuple):
    """A household: ``holder`` is the ledger's number of its wallet."""

    id: int
    holder: int
    head_id: int
    spenders: str
    member_ids: list[int]


def household_wallet(club_id: int, holder: int) -> Wallet:
    """The head of the household of that wallet. Raises UnknownHousehold."""
    rows = fetch(
        "SELECT head_id FROM club_household WHERE club_id = %s AND holder = %s", [club_id, holder]
    )
    if not rows:
        raise UnknownHousehold
    return Wallet(rows[0][0], holder)


def find_household(club_id: int, household_id: int, *, lock: bool = False) -> FoundHousehold:
    """The club's household with its members' numbers. Raises UnknownHousehold."""
    rows = fetch(
        "SELECT h.id, h.holder, h.head_id, h.spenders,"
        " ARRAY(SELECT m.id FROM club_member m WHERE m.household_id = h.id ORDER BY m.id)"
        " FROM club_household h WHERE h.club_id = %s AND h.id = %s"
        f"{' FOR UPDATE OF h' if lock else ''}",
        [club_id, household_id],
    )
    if not rows:
        raise UnknownHousehold
    return FoundHousehold(*rows[0])


def household_members(household_id: int) -> list[Member]:
    """Its members, by name."""
    return list(Member.objects.filter(household_id=household_id).order_by("sort_key", "id"))
