"""Orders by phone: the list, one order with its lines, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.access import access_branches, access_member
from vafa.club.errors import UnknownMember
from vafa.club.models import Branch
from vafa.commerce.access import access_order
from vafa.commerce.actions.orders import NewOrderLine
from vafa.commerce.models import Order
from vafa.commerce.reads.orders import (
    OrderFilter,
    count_orders,
    find_product,
    list_orders,
    order_lines,
    order_steps,
    products_to_offer,
)
from vafa.commerce.rules.orders import STATES
from vafa.core.errors import DomainError
from vafa.flows.fees import fee_standing
from vafa.flows.invoices import proforma
from vafa.flows.orders import (
    add_to_order,
    change_order,
    make_order,
    move_order,
    preview_order,
    register_order,
    take_from_order,
)
from vafa.insight.reads.house import actor_names
from vafa.program.reads.revisions import published_program
from vafa.program.rules.explain import explain_parts
from vafa.web.panel.finding import find_typed
from vafa.web.panel.forms.orders import LineForm, OrderForm
from vafa.web.panel.order_words import quantity_words, state_kind, state_words
from vafa.web.panel.pages import (
    list_page,
    number_of,
    page_calendar,
    panel_form,
    panel_page,
    panel_render,
)
from vafa.web.shared.context import current_lang, local_digits
from vafa.web.shared.invoices import language_or, pdf_answer, proforma_said
from vafa.web.shared.sessions import PageRequest

_SECTION = "orders"


@require_safe
@panel_page("purchases.record", by_branch=True)
def orders(request: PageRequest) -> HttpResponse:
    """Newest first; those that wait for something unless another state is asked for."""
    state = request.GET.get("state", "open")
    state = state if state in STATES or state == "all" else "open"
    wanted = OrderFilter("" if state == "all" else state, request.actor.branch_ids)
    page, offset = list_page(request, count_orders(request.club.id, wanted))
    found = list_orders(request.club.id, wanted, limit=page.paginator.per_page, offset=offset)
    context = {
        "rows": [_row(order) for order in found],
        "page": page,
        "tabs": _tabs(state),
        "state": state,
    }
    return panel_render(request, "panel/orders.html", context, section=_SECTION)


@require_http_methods(["GET", "POST"])
@panel_page("purchases.record", by_branch=True)
def new_order(request: PageRequest) -> HttpResponse:
    """Begin an order: whose it is, how it is sold, where it goes."""
    form = OrderForm(
        request.POST or None,
        branches=_branches(request),
        calendar=page_calendar(request),
        initial={"channel": "phone", **_asked_member(request)},
    )
    if form.is_valid():
        typed = form.cleaned_data["member"]
        try:
            member = find_typed(request.club, typed) if typed else None
            made = make_order(request.club, request.actor, member, form.terms())
        except UnknownMember as error:
            form.add_error("member", error.message(current_lang()))
        else:
            return HttpResponseRedirect(reverse("panel:order", args=[made.pk]))
    return _form_page(request, form, _("New order"), reverse("panel:orders"))


@require_http_methods(["GET", "POST"])
@panel_page("purchases.record", by_branch=True)
def edit_order(request: PageRequest, order_id: int) -> HttpResponse:
    """Sell and deliver a draft otherwise."""
    found = access_order(request.actor, order_id)
    form = OrderForm(
        request.POST or None,
        branches=_branches(request),
        calendar=page_calendar(request),
        old=found,
        initial=OrderForm.values_of(found),
    )
    back = reverse("panel:order", args=[found.pk])
    if form.is_valid():
        change_order(request.club, request.actor, found.pk, form.terms())
        return HttpResponseRedirect(back)
    return _form_page(request, form, _("Change the order"), back)


@require_http_methods(["GET", "POST"])
@panel_page("purchases.record", by_branch=True)
def order(request: PageRequest, order_id: int) -> HttpResponse:
    """One order; sending its form adds a line."""
    found = access_order(request.actor, order_id)
    form = LineForm(request.POST or None, unit=request.club.display_unit)
    if form.is_valid() and _add_line(request, found, form):
        return HttpResponseRedirect(reverse("panel:order", args=[found.pk]))
    steps = order_steps(found)
    names = actor_names(request.club, [step.actor for step in steps])
    # A fee that is registered is no purchase; that it is finished says enough.
    unsaid = {"registering", "registered"} if found.kind == "fee" else {"registering"}
    context = {
        **_row(found),
        "may_edit": found.state == "draft" and found.kind == "sale",
        "lines": [
            {"row": line, "quantity": quantity_words(line.quantity)} for line in order_lines(found)
        ],
        "products": products_to_offer(request.club.id) if found.state == "draft" else [],
        "steps": [
            {"row": step, "words": state_words(step.state), "by": names.get(step.actor, "")}
            for step in steps
            if step.state not in unsaid
        ],
    }
    return panel_form(request, "panel/order.html", form, section=_SECTION, **context)


@require_POST
@panel_page("purchases.record", by_branch=True)
def remove_line(request: PageRequest, order_id: int) -> HttpResponse:
    """One line less."""
    found = access_order(request.actor, order_id)
    line = number_of(request.POST.get("line"))
    if line is not None:
        take_from_order(request.club, request.actor, found.pk, line)
    return HttpResponseRedirect(reverse("panel:order", args=[found.pk]))


@require_POST
@panel_page("purchases.record", by_branch=True)
def move(request: PageRequest, order_id: int) -> HttpResponse:
    """Bring the order to the state that the button names; a refusal is told on its page."""
    found = access_order(request.actor, order_id)
    state, reason = request.POST.get("state", ""), request.POST.get("reason", "")
    try:
        if state == "registered":
            register_order(request.club, request.actor, found.pk)
            messages.success(request, _("The purchase is recorded."))
        else:
            move_order(request.club, request.actor, found.pk, state, reason=reason)
    except DomainError as error:
        if error.status >= 500:
            raise
        messages.error(request, error.message(current_lang()))
    return HttpResponseRedirect(reverse("panel:order", args=[found.pk]))


@require_POST
@panel_page("purchases.record", by_branch=True)
def preview(request: PageRequest, order_id: int) -> HttpResponse:
    """What registering it would bring: a part of the order's page."""
    outcome = preview_order(request.club, request.actor, order_id)
    answer = outcome.answer
    sentences: list[str] = []
    if outcome.error is None:
        program = published_program(answer["revision_id"])
        unit = request.club.display_unit
        sentences = explain_parts(program, answer["parts"], unit, current_lang())
    context = {
        "answer": answer,
        "refusal": outcome.error.message(current_lang()) if outcome.error else "",
        "sentences": sentences,
        "fee": _fee(request, order_id),
        "payable": answer.get("total", 0) - answer.get("discount", 0),
    }
    return panel_render(
        request,
        "panel/_order_preview.html",
        context,
        section=_SECTION,
        fragment="panel/_order_preview.html",
    )


@require_safe
@panel_page("purchases.record", by_branch=True)
def order_proforma(request: PageRequest, order_id: int) -> HttpResponse:
    """The pro-forma as PDF; ``?lang=`` for the other language."""
    found, content = proforma(request.club, request.actor, order_id)
    lang = language_or(request.GET.get("lang"), current_lang())
    return pdf_answer(proforma_said(found, content, lang), f"proforma-{found.pk}-{lang}")


def _fee(request: PageRequest, order_id: int) -> dict[str, Any] | None:
    """How the order's member stands with the fee; None where it does not matter."""
    member = access_order(request.actor, order_id).member
    return fee_standing(request.club, member) if member is not None else None


def _add_line(request: PageRequest, found: Order, form: LineForm) -> bool:
    """Whether the typed line was added; else its fields say why not."""
    data = form.cleaned_data
    product = find_product(request.club.id, data["item"])
    price = data["price"] if data["price"] is not None else product.price if product else None
    if price is None:
        form.add_error("price", _("No product has this name or code: say what one costs."))
        return False
    line = NewOrderLine(
        product.name if product else data["item"],
        price,
        data["quantity"],
        product.id if product else None,
        data["kind"],
    )
    try:
        add_to_order(request.club, request.actor, found.pk, line)
    except DomainError as error:
        form.add_error(None, error.message(current_lang()))
        return False
    return True


def _row(found: Order) -> dict[str, Any]:
    return {
        "order": found,
        "words": state_words(found.state),
        "kind": state_kind(found.state),
        "number": f"S{found.pk}",
    }


def _branches(request: PageRequest) -> list[Branch]:
    return access_branches(request.actor)


def _asked_member(request: PageRequest) -> dict[str, str]:
    """The member whose page one comes from."""
    number = number_of(request.GET.get("member"))
    if number is None:
        return {}
    found = access_member(request.actor, number)
    return {"member": local_digits(found.mobile or found.external_id or "")}


def _tabs(state: str) -> list[dict[str, Any]]:
    url = reverse("panel:orders")
    names = [("open", _("Open")), ("closed", state_words("closed"))]
    names += [("cancelled", state_words("cancelled")), ("all", _("All"))]
    return [
        {"label": label, "url": f"{url}?state={one}", "active": one == state}
        for one, label in names
    ]


def _form_page(request: PageRequest, form: OrderForm, title: str, back: str) -> HttpResponse:
    context = {"title": title, "back": back, "back_label": _("Orders")}
    return panel_form(request, "panel/order_form.html", form, section=_SECTION, **context)
