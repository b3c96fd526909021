"""Orders for the faces: lists, one order with its lines and steps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from vafa.commerce.models import Order, OrderLine, OrderStep
from vafa.core.db import fetch


class OrderFilter(NamedTuple):
    """Which orders: of a ``state`` ("" for all, "open" for those that wait for something), of
    these branches (None: all), of these members (None: anybody)."""

    state: str = ""
    branch_ids: Collection[int] | None = None
    member_ids: Sequence[int] | None = None


class SoldProduct(NamedTuple):
    """A product as an order's line takes it; ``price`` in smallest units."""

    id: int
    sku: str
    name: str
    price: int


OPEN = ("draft", "placed", "registering", "registered", "delivered")


def count_orders(club_id: int, wanted: OrderFilter) -> int:
    """How many orders the filter keeps."""
    return _orders(club_id, wanted).count()


def list_orders(
    club_id: int, wanted: OrderFilter, *, limit: int = 50, offset: int = 0
) -> list[Order]:
    """A page of orders, newest first, with their members and branches."""
    rows = _orders(club_id, wanted).select_related("member", "branch").order_by("-id")
    return list(rows[offset : offset + limit])


def order_lines(order: Order) -> list[OrderLine]:
    """The lines in the order in which they were added."""
    return list(OrderLine.objects.filter(order=order).select_related("product").order_by("id"))


def order_steps(order: Order) -> list[OrderStep]:
    """What became of it, oldest first."""
    return list(OrderStep.objects.filter(order=order).order_by("id"))


def find_product(club_id: int, typed: str) -> SoldProduct | None:
    """The product on sale with that code, or the only one with that name; None for none."""
    rows = fetch(
        "SELECT id, sku, name, price FROM commerce_product WHERE club_id = %s AND is_active"
        " AND (sku = %s OR name = %s) ORDER BY sku = %s DESC, id LIMIT 2",
        [club_id, typed, typed, typed],
    )
    found = [SoldProduct(*row) for row in rows]
    if len(found) == 2 and found[0].sku != typed:
        return None
    return found[0] if found else None


def products_to_offer(club_id: int, limit: int = 300) -> list[SoldProduct]:
    """The first products on sale by name: what a field suggests while one types."""
    rows = fetch(
        "SELECT id, sku, name, price FROM commerce_product WHERE club_id = %s AND is_active"
        " ORDER BY sort_key, id LIMIT %s",
        [club_id, limit],
    )
    return [SoldProduct(*row) for row in rows]


def state_since(order: Order) -> datetime | None:
    """When it came to the state in which it is."""
    newest = OrderStep.objects.filter(order=order).order_by("-id").first()
    return newest.at if newest else None


def _orders(club_id: int, wanted: OrderFilter) -> QuerySet[Order]:
    rows = Order.objects.filter(club_id=club_id)
    if wanted.state == "open":
        rows = rows.filter(state__in=OPEN)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.branch_ids is not None:
        rows = rows.filter(branch_id__in=list(wanted.branch_ids))
    if wanted.member_ids is not None:
        rows = rows.filter(member_id__in=list(wanted.member_ids))
    return rows
