"""The till itself: the bill's side."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from vafa.club.access import access_member
from vafa.commerce.access import access_purchase
from vafa.core.errors import DomainError
from vafa.core.idempotency import KeyInFlight
from vafa.core.money import format_plain
from vafa.flows.entries import Outcome, PurchaseEntry
from vafa.flows.gathering import record_one
from vafa.flows.purchases import preview_purchase
from vafa.program.errors import TooManyPoints
from vafa.program.reads.revisions import live_program, published_program
from vafa.program.reads.standing import standing
from vafa.program.rules.explain import explain_parts
from vafa.program.rules.terms import most_points_payable
from vafa.web.shared.context import current_lang
from vafa.web.shared.errors import FRAGMENT_HEADER
from vafa.web.shared.htmx import is_htmx
from vafa.web.till.bill import ReadBill, new_key, read_bill
from vafa.web.till.pages import TillRequest, till_page
from vafa.web.till.reads.products import search_products
from vafa.web.till.refusals import said
from vafa.web.till.views.members import page_context


@require_GET
@till_page
def products(request: TillRequest) -> HttpResponse:
    """Products for what was typed or scanned."""
    typed = request.GET.get("q", "").strip()[:80]
    unit = request.club.display_unit
    found = [
        (product, format_plain(product.price, unit))
        for product in search_products(request.club.id, typed)
    ]
    return render(request, "till/_products.html", {"products": found, "typed": typed})


@require_POST
@till_page
def preview(request: TillRequest) -> HttpResponse:
    """What the bill would earn, and the button that records it."""
    return render(request, "till/_preview.html", _preview(request, read_bill(request)))


@require_POST
@till_page
def record(request: TillRequest) -> HttpResponse:
    """Record the bill once; a refusal comes back into the preview with a fresh key."""
    bill = read_bill(request)
    if bill.entry is None:
        return _refused(request, {"problem": bill.problem}, 422)
    outcome = record_one(request.club, bill.entry, source="till")
    if outcome.error is not None:
        return _refused(request, _refusal(outcome.error), outcome.error.status)
    context = _done(request, bill.entry, outcome)
    template = "till/_done_answer.html" if is_htmx(request) else "till/till.html"
    return render(request, template, context)


def _preview(request: TillRequest, bill: ReadBill) -> dict[str, Any]:
    if bill.entry is None:
        return {"problem": bill.problem}
    outcome = preview_purchase(request.club, bill.entry)
    limits = _points_limit(request, bill.entry, outcome)
    if outcome.error is not None:
        return {**_refusal(outcome.error), **limits}
    return {"ready": True, **_sums(outcome.answer), **_why(request, outcome.answer), **limits}


def _points_limit(request: TillRequest, entry: PurchaseEntry, outcome: Outcome) -> dict[str, Any]:
    """How many points may pay on this bill: the program's share of it, and what she has."""
    if entry.member is None:
        return {}
    terms = live_program(request.club.id).program.terms
    if not terms.worth:
        return {}
    available = max(standing(request.club, int(entry.member[1])).available, 0)
    payable = most_points_payable(terms, entry.total - outcome.answer.get("discount", 0))
    if isinstance(outcome.error, TooManyPoints):
        # It knows what the voucher leaves to pay.
        payable = outcome.error.details["limit"]
    return {"points_limit": min(payable, available), "pays_points": True}


def _sums(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "answer": answer,
        "to_pay": answer["total"] - answer["discount"] - answer["paid_by_points"],
        "minus_discount": -answer["discount"],
        "minus_points": -answer["paid_by_points"],
        "reduced": bool(answer["discount"] or answer["paid_by_points"]),
    }


def _why(request: TillRequest, answer: dict[str, Any]) -> dict[str, Any]:
    program = published_program(answer["revision_id"])
    lang = current_lang()
    tier = program.tier(answer["tier"]) if answer.get("tier") else None
    return {
        "why": explain_parts(program, answer["parts"], request.club.display_unit, lang),
        "tier_name": tier.name.said(lang) if tier else "",
    }


def _refusal(error: DomainError) -> dict[str, Any]:
    return {
        "problem": said(error),
        "code": error.code,
        "same_key": isinstance(error, KeyInFlight),
    }


def _refused(request: TillRequest, context: dict[str, Any], status: int) -> HttpResponse:
    """A final refusal keeps its key for ever, so the next try needs another; what is still in
    flight must be asked for under the same."""
    if not context.get("same_key"):
        context["fresh_key"] = new_key()
    if is_htmx(request):
        response = render(request, "till/_preview.html", context, status=status)
        response.headers["HX-Retarget"] = "#preview"
        response.headers[FRAGMENT_HEADER] = "1"
        return response
    return render(
        request, "till/till.html", {**page_context(request, None), **context}, status=status
    )


def _done(request: TillRequest, entry: PurchaseEntry, outcome: Outcome) -> dict[str, Any]:
    answer = outcome.answer
    member = access_member(request.actor, int(entry.member[1])) if entry.member else None
    context = {
        **page_context(request, member),
        "done": access_purchase(request.actor, answer["purchase_id"]),
    }
    if "points" not in answer:
        # The receipt was recorded before, in an earlier request: only its number is known here.
        return {**context, "known_receipt": True}
    return {**context, **_sums(answer), **_why(request, answer)}
