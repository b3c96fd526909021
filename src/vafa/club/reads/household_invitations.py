"""Invitations into households: who asks whom, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.club.household_errors import UnknownInvitationToHousehold
from vafa.club.models import HouseholdInvitation, Member
from vafa.club.rules.households import DAY, DECLINED, DECLINED_FOR, OPEN
from vafa.core.db import fetch


class Inviting(NamedTuple):
    """An invitation as whoever gets it may see it: who asks, and until when. Nothing of what the
    household has."""

    id: int
    code: str
    inviter: str
    expires_at: datetime

    @property
    def first_name(self) -> str:
        """As much of the name as the invited may read; "" for none."""
        return self.inviter.split(" ")[0] if self.inviter else ""


class Asked(NamedTuple):
    """How often a household invited lately: ``open`` now, ``today`` made, and whether this number
    is invited now, or declined (until when it rests)."""

    open: int
    today: int
    is_invited: bool
    declined_at: datetime | None


def open_invitations(household_id: int, at: datetime) -> list[HouseholdInvitation]:
    """What a household has open, oldest first."""
    found = HouseholdInvitation.objects.filter(
        household_id=household_id, state=OPEN, expires_at__gt=at
    )
    return list(found.order_by("id"))


def invitations_to(member: Member, at: datetime) -> list[Inviting]:
    """The open invitations to the number of this member, newest first."""
    if member.mobile is None:
        return []
    rows = fetch(
        "SELECT i.id, i.code, m.name, i.expires_at FROM club_householdinvitation i"
        " JOIN club_member m ON m.id = i.inviter_id WHERE i.club_id = %s AND i.mobile = %s"
        " AND i.state = %s AND i.expires_at > %s ORDER BY i.id DESC",
        [member.club_id, member.mobile, OPEN, at],
    )
    return [Inviting(*row) for row in rows]


def access_invitation(member: Member, code: str) -> HouseholdInvitation:
    """The invitation of this code, if it is hers to answer: to her number, or to whoever shows it.
    Raises UnknownInvitationToHousehold."""
    found = (
        HouseholdInvitation.objects.select_related("inviter")
        .filter(club_id=member.club_id, code=code)
        .first()
    )
    if found is None or found.mobile not in (None, member.mobile):
        raise UnknownInvitationToHousehold
    return found


def came_lately(member_ids: Sequence[int], since: datetime) -> datetime | None:
    """When one of these, the memberships of one person, last accepted an invitation after then."""
    [row] = fetch(
        "SELECT max(answered_at) FROM club_householdinvitation"
        " WHERE member_id = ANY(%s) AND state = 'accepted' AND answered_at > %s",
        [list(member_ids), since],
    )
    found: datetime | None = row[0]
    return found


def let_in_lately(household_id: int, head_id: int, since: datetime) -> int:
    """How many came in after then by invitations of this household, or of its head into another."""
    [row] = fetch(
        "SELECT count(*) FROM club_householdinvitation WHERE (household_id = %s OR inviter_id = %s)"
        " AND state = 'accepted' AND answered_at > %s",
        [household_id, head_id, since],
    )
    return int(row[0])


def asked_lately(household_id: int, mobile: str | None, at: datetime) -> Asked:
    """See ``Asked``; in one statement."""
    [row] = fetch(
        "SELECT count(*) FILTER (WHERE state = %s AND expires_at > %s),"
        " count(*) FILTER (WHERE made_at > %s),"
        " coalesce(bool_or(state = %s AND expires_at > %s AND mobile = %s), FALSE),"
        " max(answered_at) FILTER (WHERE state = %s AND mobile = %s AND answered_at > %s)"
        " FROM club_householdinvitation WHERE household_id = %s",
        [
            *(OPEN, at, at - DAY),
            *(OPEN, at, mobile),
            *(DECLINED, mobile, at - DECLINED_FOR, household_id),
        ],
    )
    return Asked(*row)
