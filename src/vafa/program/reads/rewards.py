"""Rewards and a member's vouchers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.program.models import Reward


class MemberVoucher(NamedTuple):
    """A voucher of a member; ``state``: usable, used or expired."""

    code: str
    kind: str
    value: int
    min_basket: int
    reward_name: str
    reward_name_en: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None

    @property
    def state(self) -> str:
        if self.used_at is not None:
            return "used"
        return "expired" if self.expires_at <= now() else "usable"


def list_rewards(club_id: int, *, only_active: bool = True) -> Sequence[Reward]:
    """The club's rewards, cheapest first."""
    rewards = Reward.objects.filter(club_id=club_id).order_by("points", "sort_key", "id")
    return list(rewards.filter(is_active=True) if only_active else rewards)


def in_stock(reward: Reward) -> bool:
    """Whether the reward can be redeemed now."""
    return reward.is_active and (reward.stock is None or reward.stock > 0)


def member_vouchers(club_id: int, member_id: int, *, limit: int = 100) -> list[MemberVoucher]:
    """The member's vouchers, newest first."""
    rows = fetch(
        "SELECT v.code, v.kind, v.value, v.min_basket, coalesce(w.name, ''),"
        " coalesce(w.name_en, ''), v.created_at, v.expires_at, u.used_at"
        " FROM program_voucher v LEFT JOIN program_reward w ON w.id = v.reward_id"
        " LEFT JOIN program_voucheruse u ON u.voucher_id = v.id"
        " WHERE v.club_id = %s AND v.member_id = %s ORDER BY v.id DESC LIMIT %s",
        [club_id, member_id, limit],
    )
    return [MemberVoucher(*row) for row in rows]
