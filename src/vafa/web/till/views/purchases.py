"""What this branch sold lately, and undoing it: a return."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from vafa.commerce.access import access_purchase
from vafa.commerce.models import Purchase
from vafa.core.idempotency import KeyInFlight
from vafa.core.money import format_plain
from vafa.core.text import normalize, to_latin_digits
from vafa.flows.returns import preview_return, record_returns
from vafa.program.reads.revisions import published_program
from vafa.program.rules.explain import explain_parts
from vafa.web.shared.context import current_lang
from vafa.web.shared.errors import FRAGMENT_HEADER, with_patience
from vafa.web.shared.htmx import is_htmx
from vafa.web.till.bill import by_amount, new_key, read_return
from vafa.web.till.forms import ReturnForm, payment_label
from vafa.web.till.pages import TillRequest, frame, till_page
from vafa.web.till.reads.purchases import decisions_of, lines_left, recent_purchases
from vafa.web.till.refusals import said


@require_GET
@till_page
def recent(request: TillRequest) -> HttpResponse:
    """The latest purchases of this branch; a receipt number leads to its purchase at once."""
    shown = _list(request)
    found = [row.purchase for row in shown["rows"]]
    typed = to_latin_digits(normalize(shown["typed"])).upper()
    if len(found) == 1 and typed and found[0].receipt_no.upper() == typed:
        return HttpResponseRedirect(reverse("till:purchase", args=[found[0].id]))
    return render(request, "till/recent.html", shown)


@require_GET
@till_page
def purchase(request: TillRequest, purchase_id: int) -> HttpResponse:
    """One purchase, with what is left of it to return."""
    bought = access_purchase(request.actor, purchase_id)
    return render(request, "till/recent.html", _page(request, bought))


@require_POST
@till_page
def preview_back(request: TillRequest, purchase_id: int) -> HttpResponse:
    """What a return would take back and give back."""
    bought = access_purchase(request.actor, purchase_id)
    return render(request, "till/_return_preview.html", _preview(request, bought))


@require_POST
@till_page
def take_back(request: TillRequest, purchase_id: int) -> HttpResponse:
    """Record the return once."""
    bought = access_purchase(request.actor, purchase_id)
    read = read_return(request, bought, lines_left(bought))
    if read.entry is None:
        return _refused(request, bought, {"problem": read.problem}, 422)
    [outcome] = record_returns(request.club, [read.entry], source="till")
    if outcome.error is not None:
        problem = {
            "problem": said(outcome.error),
            "same_key": isinstance(outcome.error, KeyInFlight),
        }
        page = _refused(request, bought, problem, outcome.error.status)
        return with_patience(page, outcome.error)
    context = {**_page(request, bought), "taken": outcome.answer}
    template = "till/_taken_back.html" if is_htmx(request) else "till/recent.html"
    return render(request, template, context)


def _list(request: TillRequest) -> dict[str, Any]:
    typed = request.GET.get("q", "").strip()
    return {
        **frame(request, "recent"),
        "rows": recent_purchases(request.club, request.branch.id, typed=typed),
        "typed": typed,
    }


def _page(request: TillRequest, bought: Purchase) -> dict[str, Any]:
    unit, lang = request.club.display_unit, current_lang()
    lines = lines_left(bought)
    amount_left = sum(left.amount_left for left in lines)
    history = [
        (
            decision,
            explain_parts(published_program(decision.revision_id), decision.parts, unit, lang),
        )
        for decision in decisions_of(bought)
    ]
    return {
        **_list(request),
        "bought": bought,
        "paid_how": payment_label(bought.payment),
        "to_pay": bought.total - bought.discount - bought.paid_by_points - bought.paid_by_credit,
        "lines": lines,
        "by_amount": by_amount(lines),
        "amount_left": amount_left,
        "form": ReturnForm(
            unit, initial={"key": new_key(), "amount": format_plain(amount_left, unit)}
        ),
        "history": history,
    }


def _preview(request: TillRequest, bought: Purchase) -> dict[str, Any]:
    read = read_return(request, bought, lines_left(bought))
    if read.entry is None:
        return {"problem": read.problem, "bought": bought}
    outcome = preview_return(request.club, read.entry)
    if outcome.error is not None:
        return {"problem": said(outcome.error), "bought": bought}
    return {"back": outcome.answer, "bought": bought}


def _refused(
    request: TillRequest, bought: Purchase, context: dict[str, Any], status: int
) -> HttpResponse:
    context["bought"] = bought
    if not context.get("same_key"):
        context["fresh_key"] = new_key()
    if is_htmx(request):
        response = render(request, "till/_return_preview.html", context, status=status)
        response.headers["HX-Retarget"] = "#return-preview"
        response.headers[FRAGMENT_HEADER] = "1"
        return response
    return render(request, "till/recent.html", {**_page(request, bought), **context}, status=status)
