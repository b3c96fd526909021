"""An order by phone: written down, placed, registered as a purchase, delivered, closed.

Registering is the one step that moves value: the order first says that it is being registered, then
the purchase is recorded under the order's own receipt number, which a branch has once, and then the
order names its purchase. Whoever is killed between, or asks twice, finds the same purchase again.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.commerce.access import access_order
from vafa.commerce.actions.orders import (
    NewOrderLine,
    OrderTerms,
    add_line,
    bring_to,
    change_terms,
    insert_order,
    lock_order,
    remove_line,
)
from vafa.commerce.errors import OrderMovedOn
from vafa.commerce.models import Order
from vafa.commerce.reads.orders import order_lines
from vafa.commerce.rules.orders import may_follow
from vafa.core.errors import DomainError
from vafa.flows.deliveries import record_delivery
from vafa.flows.entries import LineEntry, Outcome, PurchaseEntry
from vafa.flows.previews import preview_purchase
from vafa.flows.purchases import record_purchases

_AUDITED = {
    "placed": "order.placed",
    "draft": "order.reopened",
    "cancelled": "order.cancelled",
    "registered": "order.registered",
    "delivered": "order.delivered",
    "closed": "order.closed",
}


def make_order(club: ClubContext, actor: Actor, member_id: int | None, terms: OrderTerms) -> Order:
    """An empty order of a member, or of somebody who is none. Raises InvalidInput."""
    with transaction.atomic(durable=True):
        made = insert_order(club.id, member_id, terms, by=actor.label)
        _audit(actor, made, "order.made")
    return made


def change_order(club: ClubContext, actor: Actor, order_id: int, terms: OrderTerms) -> None:
    """Sell and deliver a draft otherwise. Raises UnknownOrder, OrderMovedOn, InvalidInput."""
    with transaction.atomic(durable=True):
        order = _locked_sale(club, actor, order_id)
        change_terms(order, terms)
        _audit(actor, order, "order.changed")


def add_to_order(club: ClubContext, actor: Actor, order_id: int, line: NewOrderLine) -> None:
    """One more line in a draft. Raises UnknownOrder, OrderMovedOn, TooManyOrderLines, InvalidInput."""
    with transaction.atomic(durable=True):
        order = _locked_sale(club, actor, order_id)
        add_line(order, line)
        _audit(actor, order, "order.changed")


def take_from_order(club: ClubContext, actor: Actor, order_id: int, line_id: int) -> None:
    """One line less in a draft. Raises UnknownOrder, OrderMovedOn."""
    with transaction.atomic(durable=True):
        order = _locked_sale(club, actor, order_id)
        remove_line(order, line_id)
        _audit(actor, order, "order.changed")


def move_order(
    club: ClubContext, actor: Actor, order_id: int, state: str, *, reason: str = ""
) -> None:
    """Place, reopen, cancel, deliver or close an order; what it is in already changes nothing.

    A delivery is noted with its purchase too, so that what waits for it matures. A fee that is owed can
    only be cancelled here. Raises UnknownOrder, OrderMovedOn, EmptyOrder, InvalidInput.
    """
    order = access_order(actor, order_id)
    if order.state == state:
        return
    if state not in _AUDITED or state == "registered":
        raise OrderMovedOn
    # Before anything is noted of its purchase.
    if not may_follow(order.state, state, order.kind):
        raise OrderMovedOn
    if order.kind == "fee" and (order.state, state) != ("placed", "cancelled"):
        raise OrderMovedOn
    if state == "delivered" and order.purchase_id is not None:
        key = f"order:{order.pk}:delivered"
        noted = record_delivery(club, purchase_id=order.purchase_id, actor=actor, key=key)
        if noted.error is not None and noted.error.code != "already_delivered":
            raise noted.error
    with transaction.atomic(durable=True):
        order = _locked(club, actor, order_id)
        if order.state != state:
            bring_to(order, state, by=actor.label, reason=reason)
            _audit(actor, order, _AUDITED[state], reason)


def preview_order(club: ClubContext, actor: Actor, order_id: int) -> Outcome:
    """What registering the order would bring now; nothing is written. Raises UnknownOrder."""
    order = access_order(actor, order_id)
    return preview_purchase(club, _entry(actor, order))


def register_order(club: ClubContext, actor: Actor, order_id: int) -> dict[str, Any]:
    """Record a placed order as a purchase, once; the answer is that of ``record_purchases``.

    What refuses the purchase leaves the order placed, and is raised. Raises UnknownOrder,
    OrderMovedOn, and the refusals of purchases.
    """
    order = access_order(actor, order_id)
    if order.purchase_id is not None:
        return {"purchase_id": order.purchase_id}
    with transaction.atomic(durable=True):
        order = _locked(club, actor, order_id)
        if order.kind != "sale":
            raise OrderMovedOn
        if order.state != "registering":
            bring_to(order, "registering", by=actor.label)
    outcome = record_purchases(club, [_entry(actor, order)], source="panel")[0]
    if outcome.error is not None:
        _back_to_placed(club, actor, order_id, outcome.error)
        raise outcome.error
    purchase_id = int(outcome.answer["purchase_id"])
    with transaction.atomic(durable=True):
        order = _locked(club, actor, order_id)
        if order.purchase_id is None:
            bring_to(order, "registered", by=actor.label, purchase_id=purchase_id)
            _audit(actor, order, _AUDITED["registered"])
    return outcome.answer


def receipt_of(order: Order) -> str:
    """The receipt number under which an order is recorded."""
    return f"S{order.pk}"


def _back_to_placed(club: ClubContext, actor: Actor, order_id: int, why: DomainError) -> None:
    with transaction.atomic(durable=True):
        order = _locked(club, actor, order_id)
        if order.state == "registering":
            bring_to(order, "placed", by=actor.label, reason=why.code)


def _entry(actor: Actor, order: Order) -> PurchaseEntry:
    lines = tuple(
        LineEntry(
            line.amount,
            sku=line.product.sku if line.product else "",
            name=line.name,
            quantity=line.quantity,
            kind=line.kind,
        )
        for line in order_lines(order)
    )
    return PurchaseEntry(
        actor,
        order.branch_id,
        order.total,
        member=("id", str(order.member_id)) if order.member_id is not None else None,
        lines=lines,
        receipt_no=receipt_of(order),
        channel=order.channel,
        payment=order.payment,
        vouchers=tuple(order.vouchers.split()),
    )


def _locked(club: ClubContext, actor: Actor, order_id: int) -> Order:
    order = lock_order(club.id, order_id)
    access_order(actor, order_id)
    return order


def _locked_sale(club: ClubContext, actor: Actor, order_id: int) -> Order:
    """An order whose lines are staff's to say: what a fee costs, its terms say."""
    order = _locked(club, actor, order_id)
    if order.kind != "sale":
        raise OrderMovedOn
    return order


def _audit(actor: Actor, order: Order, action: str, reason: str = "") -> None:
    thing = Thing("order", order.pk, receipt_of(order))
    record_audit(
        order.club_id, actor.label, action, thing, reason=reason, branch_id=order.branch_id
    )
