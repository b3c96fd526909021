"""Everything about one member that no other room tells, with those who were merged into her."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import with_merged
from vafa.core.db import fetch


class Totals(NamedTuple):
    """A member's trade: ``total`` of her bills, ``returned`` of it."""

    purchases: int
    total: int
    returned: int
    discount: int
    paid_by_points: int
    first_at: datetime | None
    last_at: datetime | None

    @property
    def net(self) -> int:
        """What she bought less what came back."""
        return self.total - self.returned

    @property
    def basket(self) -> int | None:
        """Her average bill, rounded half up."""
        return (2 * self.total + self.purchases) // (2 * self.purchases) if self.purchases else None

    @property
    def days_between(self) -> int | None:
        """The average number of days from one purchase to the next."""
        if self.purchases < 2 or self.first_at is None or self.last_at is None:
            return None
        return round((self.last_at - self.first_at).total_seconds() / 86_400 / (self.purchases - 1))


class Favourite(NamedTuple):
    """A branch or category with how much she bought of it."""

    id: int
    name: str
    purchases: int
    amount: int


class VoucherRow(NamedTuple):
    """A voucher of hers; ``used_at`` None while it is not used."""

    id: int
    code: str
    kind: str
    reward: str | None
    reward_en: str | None
    value: int
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    receipt_no: str | None
    purchase_id: int | None


def totals(member_id: int) -> Totals:
    """Sums over all purchases and returns of a member, in one statement."""
    people = with_merged(member_id)
    rows = fetch(
        "SELECT count(*), coalesce(sum(total), 0)::bigint,"
        " (SELECT coalesce(sum(r.total), 0)::bigint FROM commerce_return r WHERE r.member_id = ANY(%s)),"
        " coalesce(sum(discount), 0)::bigint, coalesce(sum(paid_by_points), 0)::bigint,"
        " min(purchased_at), max(purchased_at) FROM commerce_purchase WHERE member_id = ANY(%s)",
        [people, people],
    )
    return Totals(*rows[0])


def favourite_branches(member_id: int, most: int = 3) -> list[Favourite]:
    """Where she buys, most often first."""
    rows = fetch(
        "SELECT b.id, b.name, count(*), sum(p.total)::bigint FROM commerce_purchase p"
        " JOIN club_branch b ON b.id = p.branch_id WHERE p.member_id = ANY(%s)"
        " GROUP BY b.id, b.name ORDER BY 3 DESC, 4 DESC, b.id LIMIT %s",
        [with_merged(member_id), most],
    )
    return [Favourite(*row) for row in rows]


def favourite_categories(member_id: int, most: int = 3) -> list[Favourite]:
    """What she buys, by money."""
    rows = fetch(
        "SELECT c.id, c.name, count(DISTINCT p.id), sum(l.amount)::bigint FROM commerce_purchase p"
        " JOIN commerce_purchaseline l ON l.purchase_id = p.id"
        " JOIN commerce_product g ON g.id = l.product_id"
        " JOIN commerce_category c ON c.id = g.category_id WHERE p.member_id = ANY(%s)"
        " GROUP BY c.id, c.name ORDER BY 4 DESC, c.id LIMIT %s",
        [with_merged(member_id), most],
    )
    return [Favourite(*row) for row in rows]


def vouchers(club: ClubContext, member_id: int, limit: int = 50) -> list[VoucherRow]:
    """Her vouchers, newest first."""
    rows = fetch(
        "SELECT v.id, v.code, v.kind, w.name, w.name_en, v.value, v.created_at, v.expires_at,"
        " u.used_at, p.receipt_no, p.id FROM program_voucher v"
        " LEFT JOIN program_reward w ON w.id = v.reward_id"
        " LEFT JOIN LATERAL (SELECT x.used_at, x.purchase_id FROM program_voucheruse x"
        " WHERE x.voucher_id = v.id AND (x.times_after >= v.max_uses"
        " OR v.kind = 'gift' AND x.amount_after >= v.value) ORDER BY x.number DESC LIMIT 1) u ON true"
        " LEFT JOIN commerce_purchase p ON p.id = u.purchase_id"
        " WHERE v.club_id = %s AND v.member_id = ANY(%s) ORDER BY v.created_at DESC, v.id DESC LIMIT %s",
        [club.id, with_merged(member_id), limit],
    )
    return [VoucherRow(*row) for row in rows]


def card_numbers(member_id: int) -> list[str]:
    """The numbers of her cards in use."""
    rows = fetch(
        "SELECT number FROM club_card WHERE member_id = ANY(%s) AND is_active ORDER BY id",
        [with_merged(member_id)],
    )
    return [number for (number,) in rows]
