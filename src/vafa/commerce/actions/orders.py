"""Orders: made, filled with lines, and brought from state to state. Each must be in a transaction."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Sum

from vafa.commerce.errors import EmptyOrder, OrderMovedOn, TooManyOrderLines, UnknownOrder
from vafa.commerce.models import Order, OrderLine
from vafa.commerce.rules.orders import line_amount, may_follow
from vafa.core.db import Table, insert_rows
from vafa.core.errors import InvalidInput
from vafa.core.text import normalize

MOST_LINES = 100
_TEXTS = {"recipient": 120, "phone": 40, "address": 400, "note": 400, "vouchers": 200}
_STEPS = Table(
    "commerce_orderstep",
    (("order_id", "bigint"), ("state", "text"), ("reason", "text"), ("actor", "text")),
)


class OrderTerms(NamedTuple):
    """How an order is sold and where it goes; see the model."""

    branch_id: int
    channel: str = "phone"
    payment: str = ""
    vouchers: str = ""
    recipient: str = ""
    phone: str = ""
    address: str = ""
    note: str = ""
    wanted_on: date | None = None


class NewOrderLine(NamedTuple):
    """A line; ``price`` of one (smallest units), ``quantity`` in thousandths."""

    name: str
    price: int
    quantity: int = 1000
    product_id: int | None = None
    kind: str = ""


def insert_order(
    club_id: int, member_id: int | None, terms: OrderTerms, *, by: str, kind: str = "sale"
) -> Order:
    """An empty order in its first state. Raises InvalidInput for texts that are too long."""
    made = Order.objects.create(
        club_id=club_id, member_id=member_id, kind=kind, made_by=by, **_values(terms)
    )
    _step(made, made.state, by)
    return made


def change_terms(order: Order, terms: OrderTerms) -> None:
    """Sell and deliver it otherwise; ``order`` is locked. Raises OrderMovedOn, InvalidInput."""
    if order.state != "draft":
        raise OrderMovedOn
    Order.objects.filter(pk=order.pk).update(**_values(terms))


def add_line(order: Order, line: NewOrderLine) -> OrderLine:
    """One more line; ``order`` is locked and a draft.

    Raises OrderMovedOn, TooManyOrderLines, InvalidInput (name, quantity, price).
    """
    if order.state != "draft":
        raise OrderMovedOn
    if OrderLine.objects.filter(order=order).count() >= MOST_LINES:
        raise TooManyOrderLines(limit=MOST_LINES)
    name = normalize(line.name)
    if not name or len(name) > 160:
        raise InvalidInput(field="name")
    if not 0 < line.quantity <= 10**9:
        raise InvalidInput(field="quantity")
    amount = line_amount(line.price, line.quantity)
    if line.price < 0 or amount > 10**13:
        raise InvalidInput(field="price")
    made = OrderLine.objects.create(
        order=order, amount=amount, **line._replace(name=name)._asdict()
    )
    _sum(order)
    return made


def remove_line(order: Order, line_id: int) -> None:
    """One line less; ``order`` is locked. One that is gone already changes nothing.
    Raises OrderMovedOn."""
    if order.state != "draft":
        raise OrderMovedOn
    OrderLine.objects.filter(order=order, pk=line_id).delete()
    _sum(order)


def bring_to(order: Order, state: str, *, by: str, reason: str = "", **also: Any) -> None:
    """Let a locked order come to ``state``; ``also`` are columns that change with it.

    Raises OrderMovedOn, EmptyOrder, InvalidInput (reason).
    """
    if not may_follow(order.state, state, order.kind):
        raise OrderMovedOn
    if state == "placed" and not OrderLine.objects.filter(order=order).exists():
        raise EmptyOrder
    why = normalize(reason)
    if len(why) > 200:
        raise InvalidInput(field="reason")
    Order.objects.filter(pk=order.pk).update(state=state, **also)
    order.state = state
    _step(order, state, by, why)


def lock_order(club_id: int, order_id: int) -> Order:
    """The club's order, locked until the transaction ends. Raises UnknownOrder."""
    found = Order.objects.select_for_update().filter(pk=order_id, club_id=club_id).first()
    if found is None:
        raise UnknownOrder
    return found


def _sum(order: Order) -> None:
    total = OrderLine.objects.filter(order=order).aggregate(total=Sum("amount"))["total"] or 0
    Order.objects.filter(pk=order.pk).update(total=total)
    order.total = total


def _step(order: Order, state: str, by: str, reason: str = "") -> None:
    insert_rows(_STEPS, [(order.pk, state, reason, by)])


def _values(terms: OrderTerms) -> dict[str, Any]:
    values = terms._asdict()
    for name, most in _TEXTS.items():
        values[name] = normalize(values[name])
        if len(values[name]) > most:
            raise InvalidInput(field=name)
    return values
