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
# Days in which a till that was cut off may still tell of a purchase that was in time.
_REPORTED_LATE = 2
# Both as they are now: merged members are who they became.
_BOTH = (
    "r.id, i.id AS inviter, f.id AS friend, coalesce(i.holder, i.id), coalesce(f.holder, f.id),"
    " i.household_id, f.household_id, i.is_active, f.is_active, r.device"
)
_OF_BOTH = (
    "program_referral r JOIN club_member x ON x.id = r.inviter_id"
    " JOIN club_member i ON i.id = coalesce(x.merged_into_id, x.id)"
    " JOIN club_member y ON y.id = r.friend_id"
    " JOIN club_member f ON f.id = coalesce(y.merged_into_id, y.id)"
)
_PENDING = (
    "SELECT 1 FROM program_happening h JOIN ledger_transfer t ON t.source_id = h.decision_id"
    " AND t.source = 'decision' JOIN club_member k ON k.id = coalesce(i.merged_into_id, i.id)"
    " JOIN ledger_account a ON a.unit_id = t.unit_id AND a.holder = coalesce(k.holder, k.id)"
    " AND a.kind = 'pending' JOIN ledger_lot l ON l.account_id = a.id AND l.remaining > 0"
    " AND l.origin_id = t.id WHERE h.kind = 'referral' AND h.what = 'inviting'"
    " AND h.purchases && ARRAY[r.purchase_id]"
)
_NET = (
    "p.total - coalesce((SELECT sum(b.total) FROM commerce_return b WHERE b.purchase_id = p.id), 0)"
)


class Waiting(NamedTuple):
    """A referral to be judged: both by who they are now, and the purchase that would bring the
    reward, None where there is none yet. ``is_over``: there will be none in time. ``is_delivered``:
    the purchase was, and nothing waits for that any more."""

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
    is_delivered: bool


def waiting_referrals(
    club_id: int, terms: ReferralTerms, at: datetime, after: int, most: int
) -> list[Waiting]:
    """A page of the referrals that can be judged at ``at``, by number, above ``after``: those with
    a purchase that has brought no reward of an invitation before, and those that it is too late for.
    """
    rows = fetch(
        f"SELECT * FROM (SELECT {_BOTH}, r.made_at + make_interval(days => %s) < %s AS is_over, b.id AS bought, b.purchased_at,"
        " EXISTS (SELECT 1 FROM commerce_delivery y WHERE y.purchase_id = b.id)"
        f" FROM {_OF_BOTH} LEFT JOIN LATERAL (SELECT p.id, p.purchased_at FROM commerce_purchase p"
        " WHERE p.member_id IN (r.friend_id, f.id) AND p.purchased_at >= r.made_at - interval '1 hour'"
        " AND p.purchased_at <= r.made_at + make_interval(days => %s)"
        f" AND p.purchased_at <= %s AND {_NET} >= %s AND NOT EXISTS (SELECT 1"
        " FROM program_happening h WHERE h.kind = 'referral' AND h.purchases && ARRAY[p.id])"
        " ORDER BY p.purchased_at, p.id LIMIT 1) b ON true"
        " WHERE r.club_id = %s AND r.status = 'waiting' AND r.id > %s) w"
        " WHERE w.bought IS NOT NULL OR w.is_over ORDER BY w.id LIMIT %s",
        [
            *(terms.valid_days + _REPORTED_LATE, at),
            *(terms.valid_days, at, max(terms.least, 1)),
            *(club_id, after, most),
        ],
    )
    return [Waiting(*row) for row in rows]


def about_to_mature(club_id: int, days: int, at: datetime, until: datetime) -> list[Waiting]:
    """The rewarded referrals whose purchase's window of ``days`` is over between ``at`` and
    ``until``."""
    rows = fetch(
        f"SELECT {_BOTH}, false, p.id, p.purchased_at, false FROM {_OF_BOTH}"
        " JOIN commerce_purchase p ON p.id = r.purchase_id"
        " AND p.purchased_at > %s - make_interval(days => %s)"
        " AND p.purchased_at <= %s - make_interval(days => %s)"
        " WHERE r.status = 'paid' AND r.id IN (SELECT (h.data ->> 'referral')::bigint"
        " FROM program_happening h WHERE h.club_id = %s AND h.kind = 'referral'"
        " AND h.occurred_at > %s - make_interval(days => %s)) ORDER BY r.id",
        [at, days, until, days, club_id, at, days],
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


def is_known_card(inviter_id: int, friend_id: int) -> bool:
    """Whether the friend has paid with a bank card that the one who invited her, or another whom
    he invited, has paid with; all of them with those merged into them."""
    rows = fetch(
        "WITH hers AS (SELECT m.id FROM club_member m WHERE m.id = %(friend)s"
        " OR m.merged_into_id = %(friend)s), his AS (SELECT m.id FROM club_member m"
        " WHERE m.id = %(inviter)s OR m.merged_into_id = %(inviter)s),"
        " theirs AS (SELECT id FROM his UNION SELECT coalesce(f.merged_into_id, f.id)"
        " FROM program_referral r JOIN club_member f ON f.id = r.friend_id"
        " WHERE r.inviter_id IN (SELECT id FROM his))"
        " SELECT EXISTS (SELECT 1 FROM commerce_purchase a JOIN commerce_purchase b"
        " ON b.payment_card = a.payment_card WHERE a.member_id IN (SELECT id FROM hers)"
        " AND a.payment_card <> '' AND b.member_id IN (SELECT id FROM theirs)"
        " AND b.member_id NOT IN (SELECT id FROM hers))",
        {"inviter": inviter_id, "friend": friend_id},
    )
    return bool(rows[0][0])


class Invited(NamedTuple):
    """A line of a list of referrals; ``waits``: the reward of the one who invites is there and
    waits for the return window."""

    inviter_id: int
    inviter: str
    friend_id: int
    friend: str
    status: str
    reason: str
    made_at: datetime
    waits: bool


def invited_by(member_ids: Sequence[int], most: int) -> list[Invited]:
    """Whom these members invited, the newest first."""
    return _listed("r.inviter_id = ANY(%s)", [list(member_ids)], most, 0)


def referrals_of(club_id: int, most: int, offset: int) -> list[Invited]:
    """A page of the club's referrals, the newest first."""
    return _listed("r.club_id = %s", [club_id], most, offset)


def _listed(where: str, params: list[object], most: int, offset: int) -> list[Invited]:
    rows = fetch(
        "SELECT i.id, i.name, f.id, f.name, r.status, r.reason, r.made_at, r.status = 'paid'"
        f" AND EXISTS ({_PENDING}) FROM program_referral r"
        " JOIN club_member i ON i.id = r.inviter_id JOIN club_member f ON f.id = r.friend_id"
        f" WHERE {where} ORDER BY r.id DESC LIMIT %s OFFSET %s",
        [*params, most, offset],
    )
    return [Invited(*row) for row in rows]
