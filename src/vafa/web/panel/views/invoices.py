"""Invoices and documents of returns: issued, listed, printed; and who sells by them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.access import access_branch, access_merchant
from vafa.club.models import Branch, Merchant
from vafa.club.reads.places import list_merchants
from vafa.commerce.access import access_document, access_purchase, access_return
from vafa.commerce.actions.sellers import save_seller
from vafa.commerce.errors import UnknownDocument
from vafa.commerce.models import Order, Purchase
from vafa.commerce.reads.documents import (
    DocumentFilter,
    count_documents,
    invoice_of,
    list_documents,
)
from vafa.commerce.reads.sellers import seller_rows
from vafa.commerce.rules.documents import INVOICE, RETURN
from vafa.core.text import normalize, to_latin_digits
from vafa.flows.invoices import issue_invoice, issue_return_document
from vafa.web.panel.forms.orders import BuyerForm, SellerForm
from vafa.web.panel.pages import list_page, panel_form, panel_page, panel_render
from vafa.web.shared.context import current_lang, local_digits
from vafa.web.shared.invoices import document_said, language_or, pdf_answer
from vafa.web.shared.sessions import PageRequest

_SECTION = "invoices"


@require_safe
@panel_page("purchases.view", by_branch=True)
def invoices(request: PageRequest) -> HttpResponse:
    """Everything issued, newest first, by kind and number."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in (INVOICE, RETURN) else ""
    text = to_latin_digits(normalize(request.GET.get("q", "")))[:60]
    wanted = DocumentFilter(kind, text, request.actor.branch_ids)
    page, offset = list_page(request, count_documents(request.club.id, wanted))
    context = {
        "rows": list_documents(
            request.club.id, wanted, limit=page.paginator.per_page, offset=offset
        ),
        "page": page,
        "kind": kind,
        "query": request.GET.get("q", ""),
        "tabs": _tabs(kind),
    }
    return panel_render(
        request,
        "panel/invoices.html",
        context,
        section=_SECTION,
        fragment="panel/_invoice_list.html",
    )


@require_http_methods(["GET", "POST"])
@panel_page("invoices.issue", by_branch=True)
def issue(request: PageRequest, purchase_id: int) -> HttpResponse:
    """Issue the invoice of a purchase to its buyer; one that is there already is shown."""
    purchase = access_purchase(request.actor, purchase_id)
    known = invoice_of(purchase.pk)
    if known is not None:
        return HttpResponseRedirect(reverse("panel:invoice", args=[known.pk]))
    sent = request.POST if request.method == "POST" else None
    form = BuyerForm(sent, initial=_buyer_of(purchase))
    if form.is_valid():
        made = issue_invoice(request.club, request.actor, purchase.pk, form.cleaned_data)
        messages.success(request, _("The invoice is issued."))
        return HttpResponseRedirect(reverse("panel:invoice", args=[made]))
    back = reverse("panel:purchase", args=[purchase.pk])
    context = {"back": back, "receipt": purchase.receipt_no}
    return panel_form(request, "panel/invoice_form.html", form, section=_SECTION, **context)


@require_POST
@panel_page("invoices.issue", by_branch=True)
def issue_of_return(request: PageRequest, return_id: int) -> HttpResponse:
    """Issue the document of a return."""
    back = access_return(request.actor, return_id)
    made = issue_return_document(request.club, request.actor, back.pk)
    messages.success(request, _("The return document is issued."))
    return HttpResponseRedirect(reverse("panel:invoice", args=[made]))


@require_safe
@panel_page("purchases.view", by_branch=True)
def invoice(request: PageRequest, document_id: int) -> HttpResponse:
    """One document as it is printed."""
    found = access_document(request.actor, document_id)
    context = {
        "document": found,
        "said": document_said(found, current_lang()),
        "languages": [
            (lang, reverse("panel:invoice-file", args=[found.pk, lang])) for lang in ("fa", "en")
        ],
    }
    return panel_render(request, "panel/invoice.html", context, section=_SECTION)


@require_safe
@panel_page("purchases.view", by_branch=True)
def invoice_file(request: PageRequest, document_id: int, lang: str) -> HttpResponse:
    """The same as PDF."""
    found = access_document(request.actor, document_id)
    said = document_said(found, language_or(lang, current_lang()))
    return pdf_answer(said, f"{found.name}-{said['lang']}")


@require_safe
@panel_page("branches.edit")
def sellers(request: PageRequest) -> HttpResponse:
    """Merchants and branches, with what their documents say of them."""
    known = seller_rows(request.club.id)
    rows = [
        {
            "place": merchant,
            "details": known.get(("merchant", merchant.pk)),
            "branches": [
                {"place": branch, "details": known.get(("branch", branch.pk))}
                for branch in merchant.branches.all()
            ],
        }
        for merchant in list_merchants(request.club.id)
    ]
    return panel_render(request, "panel/sellers.html", {"rows": rows}, section="sellers")


@require_http_methods(["GET", "POST"])
@panel_page("branches.edit")
def edit_seller(request: PageRequest, kind: str, number: int) -> HttpResponse:
    """What the documents of a merchant, or of one branch, say of it."""
    place = _place(request, kind, number)
    found = seller_rows(request.club.id).get((kind, place.pk))
    sent = request.POST if request.method == "POST" else None
    form = SellerForm(sent, initial=SellerForm.values_of(found))
    if form.is_valid():
        save_seller(place, form.cleaned_data, by=request.actor.label)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("panel:sellers"))
    context = {
        "title": place.name,
        "back": reverse("panel:sellers"),
        "back_label": _("Invoice details"),
    }
    return panel_form(request, "panel/business_form.html", form, section="sellers", **context)


def _place(request: PageRequest, kind: str, number: int) -> Merchant | Branch:
    if kind == "branch":
        return access_branch(request.actor, number)
    if kind == "merchant":
        return access_merchant(request.actor, number)
    raise UnknownDocument


def _buyer_of(purchase: Purchase) -> dict[str, Any]:
    """What is known of the buyer: from her order, else from her membership."""
    order = Order.objects.filter(purchase=purchase).first()
    member = purchase.member
    mobile = (order.phone if order else "") or (member.mobile if member else "") or ""
    return {
        "name": (order.recipient if order else "") or (member.name if member else ""),
        "mobile": local_digits(mobile.replace("+98", "0", 1)),
        "address": order.address if order else "",
    }


def _tabs(kind: str) -> list[dict[str, Any]]:
    url = reverse("panel:invoices")
    labels = [("", _("All")), (INVOICE, _("Invoices")), (RETURN, _("Documents of returns"))]
    return [
        {"label": label, "url": f"{url}?kind={one}" if one else url, "active": one == kind}
        for one, label in labels
    ]
