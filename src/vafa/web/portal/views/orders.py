"""What she ordered, and the invoices of what she bought."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from vafa.club.reads.members import with_merged
from vafa.commerce.access import access_document, access_order
from vafa.commerce.errors import UnknownOrder
from vafa.commerce.models import Order
from vafa.commerce.reads.documents import DocumentFilter, list_documents
from vafa.commerce.reads.orders import OrderFilter, list_orders, order_lines
from vafa.flows.fees import fee_standing
from vafa.web.portal.pages import page_number, portal_page, portal_render
from vafa.web.shared.context import current_lang
from vafa.web.shared.invoices import document_said, pdf_answer
from vafa.web.shared.sessions import PageRequest

PER_PAGE = 20
_OPEN_SHOWN = 20


@require_safe
@portal_page
def orders(request: PageRequest) -> HttpResponse:
    """Orders under way, then a page of invoices, newest first."""
    who = with_merged(request.member.id)
    page = page_number(request)
    found = list_documents(
        request.club.id,
        DocumentFilter(member_ids=who),
        # One more than shown tells whether there is a next page.
        limit=PER_PAGE + 1,
        offset=(page - 1) * PER_PAGE,
    )
    under_way = list_orders(request.club.id, OrderFilter("open", member_ids=who), limit=_OPEN_SHOWN)
    context = {
        "orders": [
            {"order": order, "state": state_words(order)}
            for order in under_way
            if order.state != "draft" and order.kind == "sale"
        ],
        "fee": fee_standing(request.club, request.member),
        "documents": found[:PER_PAGE],
        "newer": page - 1 if page > 1 else None,
        "older": page + 1 if len(found) > PER_PAGE else None,
    }
    return portal_render(request, "portal/orders.html", context, tab="history")


@require_safe
@portal_page
def order(request: PageRequest, order_id: int) -> HttpResponse:
    """One order of hers with its lines; what the shop still writes down is not there yet."""
    found = access_order(request.actor, order_id)
    if found.kind != "sale" or found.state == "draft":
        raise UnknownOrder
    context = {
        "order": found,
        "state": state_words(found),
        "lines": [
            {"row": line, "quantity": (Decimal(line.quantity) / 1000).normalize()}
            for line in order_lines(found)
        ],
    }
    return portal_render(request, "portal/order.html", context, tab="history")


@require_safe
@portal_page
def invoice(request: PageRequest, document_id: int) -> HttpResponse:
    """One of her invoices as PDF, in the language of the page."""
    found = access_document(request.actor, document_id)
    lang = current_lang()
    return pdf_answer(document_said(found, lang), f"{found.name}-{lang}")


def state_words(order: Order) -> str:
    """How far her order is, in her words."""
    return {
        "placed": gettext("We have your order"),
        "registering": gettext("We have your order"),
        "registered": gettext("Being prepared"),
        "delivered": gettext("Delivered to you"),
        "closed": gettext("Completed"),
        "cancelled": gettext("Cancelled"),
    }.get(order.state, "")
