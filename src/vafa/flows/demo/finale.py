"""The heroine's last visit: as much as brings her close to the next tier, not over it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from vafa.club.reads.members import find_members
from vafa.flows.demo.catalogue import Good, shelves
from vafa.flows.demo.people import DEMO_MOBILE
from vafa.flows.demo.shop import Shop
from vafa.flows.entries import LineEntry, PurchaseEntry
from vafa.flows.previews import preview_purchase
from vafa.flows.purchases import record_purchases
from vafa.program.reads.standing import standing

_RECEIPT = "199999"
_AGO = timedelta(days=3)
_HOUR = timedelta(hours=18, minutes=20)
_STAYS_BELOW = 0.04
_MOST_GOODS = 8


def last_visit(shop: Shop, end: datetime) -> None:
    """Record it, unless it was recorded before."""
    club = shop.club
    member = find_members(club.id, [("mobile", DEMO_MOBILE)])[("mobile", DEMO_MOBILE)]
    now = standing(club, member.id)
    distance = now.next_tier.least * _STAYS_BELOW if now.next_tier else 0
    at = club.day_start(club.local_date(end - _AGO)) + _HOUR
    goods = [
        good for shelf in shelves() if shelf.code in ("kitchen", "snacks") for good in shelf.goods
    ]
    basket: list[Good] = []
    for good in sorted(goods, key=lambda g: -g.price):
        entry = _entry(shop, member.id, [*basket, good], at)
        points = preview_purchase(club, entry).answer["points"]
        if points <= now.outlook.missing - distance:
            basket.append(good)
        if len(basket) == _MOST_GOODS:
            break
    if basket:
        entry = _entry(shop, member.id, basket, at, _RECEIPT)
        record_purchases(club, [entry], source="demo", at=end)


def _entry(
    shop: Shop, member_id: int, goods: Sequence[Good], at: datetime, receipt: str = ""
) -> PurchaseEntry:
    return PurchaseEntry(
        actor=shop.cashiers["tehran"],
        branch=shop.branches["tehran"],
        total=sum(good.price for good in goods),
        member=("id", str(member_id)),
        lines=tuple(LineEntry(good.price, good.sku) for good in goods),
        receipt_no=receipt,
        purchased_at=at,
    )
