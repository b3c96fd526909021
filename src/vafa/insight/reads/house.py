"""Who works in a club and which programs may speak for it; names of those who acted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from vafa.club.permissions import BUILT_IN, OWN_ROLE
from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch


class StaffRow(NamedTuple):
    """A person of the staff; without ``branches`` she works everywhere. ``own_role`` is the number
    of a role that the club made."""

    id: int
    username: str
    name: str
    role: str
    own_role: int | None
    branches: list[str]
    is_active: bool
    has_factor: bool
    last_login: datetime | None


class KeyRow(NamedTuple):
    """An API key, of a branch, a merchant or (both None) the whole club."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    branch: str | None
    merchant: str | None
    created_at: datetime
    revoked_at: datetime | None


class RewardUse(NamedTuple):
    """How often a reward was redeemed, for how many points, and how many vouchers are open."""

    redeemed: int = 0
    points: int = 0
    unused: int = 0


def list_staff(club: ClubContext) -> list[StaffRow]:
    """Active ones first, then by role and name."""
    rows = fetch(
        "SELECT s.id, u.username, u.name, s.role, s.own_role_id,"
        " ARRAY(SELECT b.name FROM club_branch b LEFT JOIN club_staffbranch more"
        "  ON more.branch_id = b.id AND more.staff_id = s.id"
        "  WHERE b.club_id = s.club_id AND (b.id = s.branch_id OR more.id IS NOT NULL)"
        "  ORDER BY b.id <> s.branch_id, b.name),"
        " s.is_active, f.confirmed_at IS NOT NULL, u.last_login FROM club_staff s"
        " JOIN club_user u ON u.id = s.user_id LEFT JOIN club_secondfactor f ON f.user_id = u.id"
        " WHERE s.club_id = %s"
        " ORDER BY s.is_active DESC, array_position(%s::text[], s.role::text), u.name, u.id",
        [club.id, [*BUILT_IN, OWN_ROLE]],
    )
    return [StaffRow(*row) for row in rows]


def list_keys(club: ClubContext) -> list[KeyRow]:
    """Keys in use first, then the newest."""
    rows = fetch(
        "SELECT k.id, k.name, k.prefix, k.scopes, b.name, m.name, k.created_at, k.revoked_at"
        " FROM club_apikey k LEFT JOIN club_branch b ON b.id = k.branch_id"
        " LEFT JOIN club_merchant m ON m.id = k.merchant_id WHERE k.club_id = %s"
        " ORDER BY k.revoked_at IS NOT NULL, k.created_at DESC",
        [club.id],
    )
    return [KeyRow(*row) for row in rows]


def actor_names(club: ClubContext, labels: Iterable[str]) -> dict[str, str]:
    """The names behind labels like "staff:3" and "key:7"; others are left out."""
    wanted: dict[str, list[int]] = {"staff": [], "key": []}
    for label in set(labels):
        kind, _, number = label.partition(":")
        if kind in wanted and number.isascii() and number.isdigit():
            wanted[kind].append(int(number))
    rows = fetch(
        "SELECT 'staff:' || s.id, coalesce(nullif(u.name, ''), u.username) FROM club_staff s"
        " JOIN club_user u ON u.id = s.user_id WHERE s.club_id = %s AND s.id = ANY(%s)"
        " UNION ALL SELECT 'key:' || k.id, k.name FROM club_apikey k"
        " WHERE k.club_id = %s AND k.id = ANY(%s)",
        [club.id, wanted["staff"], club.id, wanted["key"]],
    )
    return dict(rows)


def reward_uses(club: ClubContext) -> dict[int, RewardUse]:
    """By reward number; redemptions that were given up are left out."""
    rows = fetch(
        "SELECT r.reward_id, count(*), sum(r.points)::bigint,"
        " count(*) FILTER (WHERE u.id IS NULL AND v.expires_at > now())"
        " FROM program_redemption r JOIN program_voucher v ON v.id = r.voucher_id"
        " LEFT JOIN program_voucheruse u ON u.voucher_id = v.id AND u.number = 1"
        " WHERE r.club_id = %s AND coalesce(u.purpose, '') NOT IN ('cancelled', 'expired')"
        " GROUP BY r.reward_id",
        [club.id],
    )
    return {reward: RewardUse(*rest) for reward, *rest in rows}
