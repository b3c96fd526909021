"""Rewards and a member's vouchers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from vafa.club.reads.members import WITH_MERGED
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.program.models import Reward
from vafa.program.rules.offers import AT_COUNTER, ON_BILLS, OfferTerms

_ENDS = {"cancelled": "given_up", "expired": "expired"}


class MemberVoucher(NamedTuple):
    """A voucher of a member; ``state``: usable, used, given_up or expired.

    ``points`` were paid for it and come back when ``redemption_id`` is given up; both are None
    for a voucher that no points paid for. ``reserved_until``: it is set aside for a bill.
    """

    code: str
    kind: str
    value: int
    min_basket: int
    reward_name: str
    reward_name_en: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    purpose: str | None
    redemption_id: int | None
    points: int | None
    reserved_until: datetime | None
    starts_at: datetime | None
    max_uses: int | None
    times: int
    amount: int
    terms: OfferTerms
    named: str

    @property
    def left(self) -> int:
        """Money that is left on a gift card; what any other takes off."""
        return self.value - self.amount if self.kind == "gift" else self.value

    @property
    def uses_left(self) -> int:
        """How often it still serves, where that is limited."""
        return (self.max_uses or 0) - self.times

    @property
    def is_for_bills(self) -> bool:
        """Whether it is given with a bill."""
        return self.kind in ON_BILLS

    @property
    def is_for_counter(self) -> bool:
        """Whether something is handed over for it."""
        return self.kind in AT_COUNTER

    @property
    def state(self) -> str:
        if self.purpose in _ENDS:
            return _ENDS[self.purpose]
        if self.kind == "partner":  # what becomes of it elsewhere nobody here knows
            return "expired" if self.expires_at <= now() else "usable"
        if self.kind == "chances":  # they are in the draw, used or not
            return "usable" if self.expires_at > now() and not self.times else "used"
        is_empty = self.kind == "gift" and self.left <= 0
        if is_empty or (self.max_uses is not None and self.times >= self.max_uses):
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
    """The member's vouchers, newest first, with those of members merged into her."""
    rows = fetch(
        "SELECT v.code, v.kind, v.value, v.min_basket, coalesce(w.name, ''),"
        " coalesce(w.name_en, ''), v.created_at,"
        " least(v.expires_at, s.cancelled_at), u.used_at, u.purpose,"
        " r.id, r.points, (SELECT x.expires_at FROM program_reservation x"
        " WHERE x.voucher_id = v.id AND x.status = 'open' AND x.expires_at > now()),"
        " v.starts_at, v.max_uses, coalesce(u.times_after, 0), coalesce(u.amount_after, 0),"
        " coalesce(v.terms, s.terms), coalesce(s.name, '')"
        " FROM program_voucher v LEFT JOIN program_reward w ON w.id = v.reward_id"
        " LEFT JOIN program_voucherseries s ON s.id = v.series_id"
        " LEFT JOIN LATERAL (SELECT y.* FROM program_voucheruse y WHERE y.voucher_id = v.id"
        " ORDER BY y.number DESC LIMIT 1) u ON true"
        " LEFT JOIN program_redemption r ON r.voucher_id = v.id"
        f" WHERE v.club_id = %s AND v.member_id = ANY({WITH_MERGED}) ORDER BY v.id DESC LIMIT %s",
        [club_id, member_id, member_id, limit],
    )
    found: list[list[Any]] = [[*row[:-2], terms_of(row[-2]), row[-1]] for row in rows]
    return [MemberVoucher(*values) for values in found]


def terms_of(stored: Any) -> OfferTerms:
    """The terms of a voucher as they come out of the database."""
    found = orjson.loads(stored) if isinstance(stored, str) else stored
    return OfferTerms.model_validate(found or {})
