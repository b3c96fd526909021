"""One purchase of hers: what she bought, how it was paid, what it brought and why, what came back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from vafa.club.reads.members import with_merged
from vafa.commerce.access import access_purchase
from vafa.commerce.models import Document, Purchase
from vafa.commerce.reads.documents import documents_of
from vafa.insight.reads.one_purchase import purchase_lines, purchase_returns
from vafa.program.reads.history import history_of_purchase
from vafa.web.portal.pages import portal_page, portal_render
from vafa.web.portal.story import isolated
from vafa.web.portal.views.history import told
from vafa.web.shared.sessions import PageRequest


@require_safe
@portal_page
def purchase(request: PageRequest, purchase_id: int) -> HttpResponse:
    """Her purchase, from the lines of the bill to the sentences behind its points."""
    found = access_purchase(request.actor, purchase_id)
    rows = history_of_purchase(request.club, request.member.id, found.pk)
    context = {
        "purchase": found,
        "title": gettext("Purchase at %(branch)s") % {"branch": isolated(found.branch.name)},
        "lines": [
            {"row": line, "quantity": (Decimal(line.quantity) / 1000).normalize()}
            for line in purchase_lines(found.pk)
        ],
        "paid": _paid(found),
        "story": [told(request.club, row) for row in reversed(rows)],
        "points": sum(row.points for row in rows),
        "credit": sum(row.credit for row in rows),
        "returns": purchase_returns(found.pk),
        "documents": _documents(request, found.pk),
    }
    return portal_render(request, "portal/purchase.html", context, tab="history")


def _paid(bill: Purchase) -> list[tuple[str, int]]:
    """What paid the bill, in words and smallest units, without what paid nothing."""
    rest = bill.total - bill.discount - bill.paid_by_points - bill.paid_by_credit
    ways = {
        "cash": gettext("In cash"),
        "card": gettext("By bank card"),
        "online": gettext("Paid online"),
        "credit": gettext("On account"),
    }
    parts = [
        (gettext("Taken off by a voucher"), bill.discount),
        (gettext("Paid with points"), bill.paid_by_points),
        (gettext("Paid with credit"), bill.paid_by_credit),
        (ways.get(bill.payment, gettext("Paid in money")), rest),
    ]
    return [(words, amount) for words, amount in parts if amount]


def _documents(request: PageRequest, purchase_id: int) -> list[dict[str, Any]]:
    """Its invoice and the documents of its returns, as far as they were made out to her."""
    who = with_merged(request.member.id)
    return [
        {"document": one, "kind": _kind(one)}
        for one in documents_of(purchase_id)
        if one.member_id in who
    ]


def _kind(document: Document) -> str:
    return gettext("Return document") if document.kind == "return" else gettext("Invoice")
