"""Who invited whom, and what is known of both when an invitation is judged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.db import fetch
from vafa.program.models import MemberDevice
from vafa.program.rules.document import ReferralTerms

# Long enough for any ring that is worth building.
_LONGEST_CHAIN = 10
_NET = (
    "p.total - coalesce((SELECT sum(b.total) FROM commerce_return b WHERE b.purchase_id = p.id), 0)"
)


class Waiting(NamedTuple):
    """A referral to be judged: both by who they are now, and the purchase that would bring the
    reward, None where there is none yet. ``is_over``: there will be none in time."""

    id: int
    inviter_id: int
    friend_id: int
    inviter_holder: int
    friend_holder: int
    inviter_household: int | None
    friend_household: int | None
    is_inviter_active: bool
    is_friend_active: bool
    device: str
    is_over: bool
    purchase_id: int | None
    purchased_at: datetime | None


def waiting_referrals(
    club_id: int, terms: ReferralTerms, at: datetime, after: int, most: int
) -> list[Waiting]:
    """A page of the referrals that can be judged at ``at``, by number, above ``after``: those with
    a purchase whose time to wait is over, and those that it is too late for."""
    rows = fetch(
        "SELECT * FROM (SELECT r.id, i.id AS inviter, f.id AS friend, coalesce(i.holder, i.id),"
        " coalesce(f.holder, f.id), i.household_id, f.household_id, i.is_active, f.is_active,"
        " r.device, r.made_at + make_interval(days => %s) < %s AS is_over, b.id AS bought, b.purchased_at"
        " FROM program_referral r"
        " JOIN club_member x ON x.id = r.inviter_id"
        " JOIN club_member i ON i.id = coalesce(x.merged_into_id, x.id)"
        " JOIN club_member y ON y.id = r.friend_id"
        " JOIN club_member f ON f.id = coalesce(y.merged_into_id, y.id)"
        " LEFT JOIN LATERAL (SELECT p.id, p.purchased_at FROM commerce_purchase p"
        " WHERE p.member_id IN (r.friend_id, f.id) AND p.purchased_at >= r.made_at - interval '1 hour'"
        " AND p.purchased_at <= r.made_at + make_interval(days => %s)"
        f" AND p.purchased_at <= %s - make_interval(days => %s) AND {_NET} >= %s"
        " ORDER BY p.purchased_at, p.id LIMIT 1) b ON true"
        " WHERE r.club_id = %s AND r.status = 'waiting' AND r.id > %s) w"
        " WHERE w.bought IS NOT NULL OR w.is_over ORDER BY w.id LIMIT %s",
        [
            *(terms.valid_days + terms.waits_days, at),
            *(terms.valid_days, at, terms.waits_days, max(terms.least, 1)),
            *(club_id, after, most),
        ],
    )
    return [Waiting(*row) for row in rows]


def chain_of(member_id: int) -> list[int]:
    """Who invited the member, who invited that one, and so on; herself not."""
    rows = fetch(
        "WITH RECURSIVE chain(member, depth) AS ("
        " SELECT coalesce(x.merged_into_id, x.id), 1 FROM program_referral r"
        " JOIN club_member x ON x.id = r.inviter_id JOIN club_member f ON f.id = r.friend_id"
        " WHERE coalesce(f.merged_into_id, f.id) = %s"
        " UNION SELECT coalesce(x.merged_into_id, x.id), c.depth + 1 FROM chain c"
        " JOIN club_member f ON coalesce(f.merged_into_id, f.id) = c.member"
        " JOIN program_referral r ON r.friend_id = f.id"
        " JOIN club_member x ON x.id = r.inviter_id WHERE c.depth < %s)"
        " SELECT DISTINCT member FROM chain",
        [member_id, _LONGEST_CHAIN],
    )
    return [member for (member,) in rows]


def rewarded(inviter_id: int, month: datetime) -> tuple[int, int]:
    """For how many friends a member was rewarded since ``month`` began, and ever."""
    rows = fetch(
        "SELECT count(*) FILTER (WHERE r.judged_at >= %s), count(*) FROM program_referral r"
        " WHERE r.status = 'paid' AND r.reason = '' AND r.inviter_id IN (SELECT m.id"
        " FROM club_member m WHERE m.id = %s OR m.merged_into_id = %s)",
        [month, inviter_id, inviter_id],
    )
    return rows[0][0], rows[0][1]


def is_own_device(member_id: int, device: str) -> bool:
    """Whether the member logged in with this browser."""
    return bool(device) and MemberDevice.objects.filter(member_id=member_id, device=device).exists()


def is_known_device(inviter_id: int, device: str) -> bool:
    """Whether this browser is one of the member's own, or of another whom she invited."""
    if not device:
        return False
    rows = fetch(
        "SELECT EXISTS (SELECT 1 FROM program_memberdevice d WHERE d.member_id = %s"
        " AND d.device = %s) OR EXISTS (SELECT 1 FROM program_referral r"
        " WHERE r.inviter_id = %s AND r.device = %s)",
        [inviter_id, device, inviter_id, device],
    )
    return bool(rows[0][0])


class Invited(NamedTuple):
    """A line of a list of referrals."""

    inviter_id: int
    inviter: str
    friend_id: int
    friend: str
    status: str
    reason: str
    made_at: datetime


def invited_by(member_ids: Sequence[int], most: int) -> list[Invited]:
    """Whom these members invited, the newest first."""
    return _listed("r.inviter_id = ANY(%s)", [list(member_ids)], most, 0)


def referrals_of(club_id: int, most: int, offset: int) -> list[Invited]:
    """A page of the club's referrals, the newest first."""
    return _listed("r.club_id = %s", [club_id], most, offset)


def _listed(where: str, params: list[object], most: int, offset: int) -> list[Invited]:
    rows = fetch(
        "SELECT i.id, i.name, f.id, f.name, r.status, r.reason, r.made_at FROM program_referral r"
        " JOIN club_member i ON i.id = r.inviter_id JOIN club_member f ON f.id = r.friend_id"
        f" WHERE {where} ORDER BY r.id DESC LIMIT %s OFFSET %s",
        [*params, most, offset],
    )
    return [Invited(*row) for row in rows]
