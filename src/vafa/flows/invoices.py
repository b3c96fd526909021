"""Invoices of purchases and documents of returns: issued once, numbered without a gap, kept as
printed. (docs/adr/0028)"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actor import Actor
from vafa.club.models import Branch
from vafa.club.reads.context import ClubContext
from vafa.commerce.access import access_order, access_purchase, access_return
from vafa.commerce.actions.documents import (
    NewDocument,
    insert_document,
    lock_purchase,
    next_number,
)
from vafa.commerce.errors import NoInvoiceYet
from vafa.commerce.models import Document, Order, Purchase, PurchaseLine, Return, ReturnLine
from vafa.commerce.reads.documents import document_of_return, invoice_of
from vafa.commerce.reads.orders import order_lines
from vafa.commerce.reads.sellers import seller_at
from vafa.commerce.rules.documents import (
    BUYER,
    INVOICE,
    RETURN,
    document_line,
    document_name,
    series_year,
)
from vafa.core.clock import now
from vafa.core.errors import InvalidInput
from vafa.core.events import NewEvent, append_events
from vafa.core.text import normalize
from vafa.program.reads.undo import given_back_by
from vafa.program.reads.voucher_uses import uses_on

_LONGEST_ADDRESS, _LONGEST = 400, 120


def issue_invoice(
    club: ClubContext, actor: Actor, purchase_id: int, buyer: Mapping[str, str]
) -> int:
    """The number of the row of a purchase's invoice, issued now unless it was before.

    ``buyer`` has the names of ``BUYER``. Raises UnknownPurchase, InvalidInput (a text too long).
    """
    purchase, said = access_purchase(actor, purchase_id), _buyer(buyer)
    with transaction.atomic(durable=True):
        lock_purchase(club.id, purchase.pk)
        known = invoice_of(purchase.pk)
        if known is not None:
            return known.pk
        branch = _branch(purchase.branch_id)
        content = _of_purchase(club, purchase, branch)
        return _issue(club, actor, INVOICE, branch, purchase, content, said)


def issue_return_document(club: ClubContext, actor: Actor, return_id: int) -> int:
    """The number of the row of a return's document, issued now unless it was before. It names the
    invoice of what came back, and its buyer.

    Raises UnknownReturn, NoInvoiceYet.
    """
    back = access_return(actor, return_id)
    if back.purchase_id is None:
        raise NoInvoiceYet
    with transaction.atomic(durable=True):
        lock_purchase(club.id, back.purchase_id)
        known = document_of_return(back.pk)
        if known is not None:
            return known.pk
        invoice = invoice_of(back.purchase_id)
        if invoice is None:
            raise NoInvoiceYet
        purchase = Purchase.objects.get(pk=back.purchase_id)
        branch = _branch(back.branch_id)
        content = _of_return(club, back, purchase, invoice, branch)
        buyer = invoice.buyer or {}
        return _issue(
            club, actor, RETURN, branch, purchase, content, buyer, back=back, invoice=invoice
        )


def proforma(club: ClubContext, actor: Actor, order_id: int) -> tuple[Order, dict[str, Any]]:
    """An order and what its pro-forma says today: no number is used and nothing is kept.
    Raises UnknownOrder."""
    order = access_order(actor, order_id)
    branch = _branch(order.branch_id)
    lines = [
        document_line(
            line.name,
            line.product.sku if line.product else "",
            line.quantity,
            line.amount,
            line.kind,
        )
        for line in order_lines(order)
    ]
    content = {
        **_frame(club, branch),
        "day": club.local_date(now()).isoformat(),
        "lines": lines,
        "total": order.total,
        "payable": order.total,
        "payment": order.payment,
        "order": str(order.pk),
    }
    return order, content


def _issue(
    club: ClubContext,
    actor: Actor,
    kind: str,
    branch: Branch,
    purchase: Purchase,
    content: dict[str, Any],
    buyer: Mapping[str, str],
    *,
    back: Return | None = None,
    invoice: Document | None = None,
) -> int:
    at = now()
    issued = club.local_date(at)
    year = series_year(issued, club.calendar)
    number = next_number(club.id, branch.pk, kind, year)
    name = document_name(kind, branch.code, year, number)
    made = insert_document(
        NewDocument(
            club.id,
            branch.pk,
            kind,
            year,
            number,
            name,
            purchase.pk,
            back.pk if back else None,
            invoice.pk if invoice else None,
            purchase.member_id,
            int(content["total"]),
            {**content, "issued": issued.isoformat()},
            buyer,
            actor.label,
        )
    )
    action = "invoice.issued" if kind == INVOICE else "return_document.issued"
    thing = Thing("document", made, name)
    record_audit(club.id, actor.label, action, thing, branch_id=branch.pk)
    payload = {"document": made, "purchase": purchase.pk, "member": purchase.member_id}
    append_events([NewEvent(club.id, action, payload, at)])
    return made


def _of_purchase(club: ClubContext, purchase: Purchase, branch: Branch) -> dict[str, Any]:
    lines = PurchaseLine.objects.filter(purchase=purchase).select_related("product")
    order = Order.objects.filter(purchase=purchase).first()
    paid = purchase.discount + purchase.paid_by_points + purchase.paid_by_credit
    return {
        **_frame(club, branch),
        "receipt_no": purchase.receipt_no,
        "day": club.local_date(purchase.purchased_at).isoformat(),
        "lines": [
            document_line(
                line.name,
                line.product.sku if line.product else "",
                line.quantity,
                line.amount,
                line.kind,
            )
            for line in lines.order_by("number")
        ],
        "total": purchase.total,
        "discount": purchase.discount,
        "vouchers": [use.code for use in uses_on([purchase.pk])],
        "by_points": purchase.paid_by_points,
        "by_credit": purchase.paid_by_credit,
        "payable": purchase.total - paid,
        "payment": purchase.payment,
        "order": str(order.pk) if order else "",
    }


def _of_return(
    club: ClubContext, back: Return, purchase: Purchase, invoice: Document, branch: Branch
) -> dict[str, Any]:
    lines = ReturnLine.objects.filter(parent=back).select_related("purchase_line__product")
    said = []
    for line in lines.order_by("id"):
        sold = line.purchase_line
        product = sold.product if sold else None
        said.append(
            document_line(
                line.name,
                product.sku if product else "",
                line.quantity,
                line.amount,
                sold.kind if sold else "",
            )
        )
    points, credit = given_back_by(purchase.pk, back.pk)
    only_money = not (purchase.discount or purchase.paid_by_points or purchase.paid_by_credit)
    return {
        **_frame(club, branch),
        "receipt_no": back.receipt_no,
        "day": club.local_date(back.returned_at).isoformat(),
        "lines": said,
        "total": back.total,
        "reason": back.reason,
        "invoice": {"name": invoice.name, "day": invoice.content["issued"]},
        "points_back": points,
        "credit_back": credit,
        # Beside points, credit and vouchers the share of money is the return's own to tell.
        "money_back": back.total if only_money else None,
    }


def _frame(club: ClubContext, branch: Branch) -> dict[str, Any]:
    return {
        "seller": seller_at(branch),
        "club": club.name,
        "branch": branch.name,
        "unit": club.display_unit,
        "calendar": club.calendar,
    }


def _branch(branch_id: int) -> Branch:
    return Branch.objects.select_related("merchant").get(pk=branch_id)


def _buyer(told: Mapping[str, str]) -> dict[str, str]:
    said: dict[str, str] = {}
    for field in BUYER:
        text = normalize(told.get(field, ""))
        if len(text) > (_LONGEST_ADDRESS if field == "address" else _LONGEST):
            raise InvalidInput(field=field)
        if text:
            said[field] = text
    return said
