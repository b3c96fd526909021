"""What a member bought and her cards, with those who were merged into her."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from vafa.club.reads.members import with_merged
from vafa.commerce.reads.undone_imports import counted_purchases, counted_returns
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


def totals(member_id: int) -> Totals:
    """Sums over all purchases and returns of a member, in one statement."""
    people = with_merged(member_id)
    rows = fetch(
        "SELECT count(*), coalesce(sum(total), 0)::bigint,"
        " (SELECT coalesce(sum(r.total), 0)::bigint FROM commerce_return r"
        f" WHERE r.member_id = ANY(%s) AND {counted_returns('r')}),"
        " coalesce(sum(discount), 0)::bigint, coalesce(sum(paid_by_points), 0)::bigint,"
        " min(purchased_at), max(purchased_at) FROM commerce_purchase"
        f" WHERE member_id = ANY(%s) AND {counted_purchases()}",
        [people, people],
    )
    return Totals(*rows[0])


def card_numbers(member_id: int) -> list[str]:
    """The numbers of her cards in use."""
    rows = fetch(
        "SELECT number FROM club_card WHERE member_id = ANY(%s) AND is_active ORDER BY id",
        [with_merged(member_id)],
    )
    return [number for (number,) in rows]
