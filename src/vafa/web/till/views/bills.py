"""The till itself: the bill's side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

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
from vafa.ledger.errors import CaptureTooLarge
from vafa.program.errors import (
    ReservationResolved,
    TooManyPoints,
    UnknownReservation,
    VoucherUnusable,
)
from vafa.program.offline_errors import NotConfirmed
from vafa.program.reads.missed import missed_words
from vafa.program.reads.revisions import live_program, published_program
from vafa.program.reads.standing import standing
from vafa.program.rules.explain import explain_parts
from vafa.program.rules.terms import most_credit_payable, most_points_payable, takes_value
from vafa.web.shared.context import current_lang
from vafa.web.shared.errors import FRAGMENT_HEADER
from vafa.web.shared.guessing import count_guess, refuse_guessers
from vafa.web.shared.htmx import is_htmx
from vafa.web.till.bill import ReadBill, new_key, posted_reservation, read_bill
from vafa.web.till.confirming import must_confirm
from vafa.web.till.forms import payment_label
from vafa.web.till.holding import Aside, release, set_aside, with_reservation
from vafa.web.till.pages import TillRequest, till_page
from vafa.web.till.reads.products import search_products
from vafa.web.till.reads.purchases import same_just_now
from vafa.web.till.refusals import said
from vafa.web.till.views.members import page_context

# The bill is not, or not any more, what its reservation was made for.
_NEARLY = 1  # the rule that a little more money would bring
_NOT_AS_RESERVED = frozenset(
    error.code
    for error in (ReservationResolved, UnknownReservation, CaptureTooLarge, VoucherUnusable)
)


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
    """What the bill would earn, and the button that records it; what pays it is set aside."""
    return render(request, "till/_preview.html", _preview(request, read_bill(request)))


@require_POST
@till_page
def leave(request: TillRequest) -> HttpResponse:
    """The bill is left: what was set aside for it goes back."""
    release(request, posted_reservation(request))
    return HttpResponse(status=204)


@require_POST
@till_page
def record(request: TillRequest) -> HttpResponse:
    """Record the bill once; a refusal comes back into the preview with a fresh key."""
    bill = read_bill(request)
    if bill.entry is None:
        return _refused(request, {"problem": bill.problem}, 422)
    if must_confirm(request, bill.entry):
        return _refused(request, _preview(request, bill) | {"same_key": True}, NotConfirmed.status)
    entry = with_reservation(request, bill.entry)
    bill = replace(bill, entry=entry)
    refuse_guessers(request.actor, entry.member, entry.codes)
    outcome = record_one(request.club, entry, source="till")
    count_guess(request.actor, entry.member, entry.codes, outcome.error)
    if outcome.error is not None:
        return _refused(request, _mended(request, bill, outcome.error), outcome.error.status)
    context = _done(request, entry, outcome)
    template = "till/_done_answer.html" if is_htmx(request) else "till/till.html"
    return render(request, template, context)


def _mended(request: TillRequest, bill: ReadBill, error: DomainError) -> dict[str, Any]:
    """A refusal; where its reservation was the reason, what pays is set aside anew, to be
    confirmed again."""
    reserved = bill.entry is not None and bill.entry.reservation is not None
    if is_htmx(request) and reserved and error.code in _NOT_AS_RESERVED:
        return _preview(request, bill)
    return _refusal(error)


def _preview(request: TillRequest, bill: ReadBill) -> dict[str, Any]:
    if bill.entry is None:
        release(request, posted_reservation(request))
        return {"problem": bill.problem, "aside": Aside(Outcome("open"))}
    refuse_guessers(request.actor, bill.entry.member, bill.entry.codes)
    aside = set_aside(request, bill.entry)
    count_guess(request.actor, bill.entry.member, bill.entry.codes, aside.outcome.error)
    shown = {"aside": aside, **_limits(request, bill.entry, aside)}
    if bill.entry.member is not None:
        about = (request.branch.id, int(bill.entry.member[1]), bill.entry.total)
        shown["same"] = same_just_now(request.club, *about)
    if aside.outcome.error is not None:
        return {**_refusal(aside.outcome.error), **shown}
    answer = aside.outcome.answer
    if aside.until is not None:
        until = aside.until.astimezone(ZoneInfo(request.club.zone))
        shown["aside_until"] = f"{until:%H:%M}"
    if must_confirm(request, bill.entry):
        shown["confirm_member"] = int(bill.entry.member[1]) if bill.entry.member else 0
    return {"ready": True, **_sums(answer), **_why(request, answer), **shown}


def _limits(request: TillRequest, entry: PurchaseEntry, aside: Aside) -> dict[str, Any]:
    """How many points and how much credit may pay on this bill: the program's share of it, and
    what she has, with what is set aside for this very bill."""
    if entry.member is None:
        return {}
    has = standing(request.club, int(entry.member[1]))
    limits: dict[str, Any] = {"standing": has}
    left = entry.total - aside.outcome.answer.get("discount", 0)
    program = live_program(request.club.id).program
    terms, place = program.terms, program.terms_at(request.branch.id, request.branch.merchant_id)
    takes = takes_value(place, entry.total)
    credit = min(
        max(has.credit, 0) + aside.credit,
        left - aside.outcome.answer.get("paid_by_points", 0),
        most_credit_payable(left, place) if takes else 0,
    )
    if has.credit > 0 or aside.credit:
        limits |= {"credit_limit": credit, "pays_credit": True}
        limits["credit_limit_plain"] = format_plain(credit, request.club.display_unit)
    if terms.worth:
        payable = most_points_payable(terms, left, place) if takes else 0
        if isinstance(aside.outcome.error, TooManyPoints):
            # It knows what the voucher leaves to pay.
            payable = aside.outcome.error.details["limit"]
        available = max(has.available, 0) + aside.points
        limits |= {"points_limit": min(payable, available), "pays_points": True}
    return limits


def _sums(answer: dict[str, Any]) -> dict[str, Any]:
    taken = answer["discount"] + answer["paid_by_points"] + answer["paid_by_credit"]
    return {
        "answer": answer,
        "to_pay": answer["total"] - taken,
        "minus_discount": -answer["discount"],
        "minus_points": -answer["paid_by_points"],
        "minus_credit": -answer["paid_by_credit"],
        "reduced": bool(taken),
    }


def _why(request: TillRequest, answer: dict[str, Any]) -> dict[str, Any]:
    program = published_program(answer["revision_id"])
    lang = current_lang()
    tier = program.tier(answer["tier"]) if answer.get("tier") else None
    missed = missed_words(request.club, answer["revision_id"], answer.get("missed", []), lang)
    return {
        "why": explain_parts(program, answer["parts"], request.club.display_unit, lang),
        "nearly": [one.text for one in missed if one.missing][:_NEARLY],
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
    done = access_purchase(request.actor, answer["purchase_id"])
    context = {
        **page_context(request, member),
        "done": done,
        "paid_how": payment_label(done.payment),
    }
    if "points" not in answer:
        # The receipt was recorded before, in an earlier request: only its number is known here.
        return {**context, "known_receipt": True}
    return {**context, **_sums(answer), **_why(request, answer)}
