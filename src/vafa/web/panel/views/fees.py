"""The membership fee: what it is, and that a member paid it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vafa.club.access import access_branches, access_member
from vafa.club.actions.fees import save_fee
from vafa.club.reads.context import forget_contexts
from vafa.club.reads.fees import fee_of
from vafa.commerce.access import access_order
from vafa.commerce.errors import OrderMovedOn
from vafa.flows.fees import NoFee, fee_standing, give_back_fee, pay_fee
from vafa.web.panel.forms.fees import FeeForm, GiveBackFeeForm, PayFeeForm
from vafa.web.panel.forms.orders import PAYMENTS
from vafa.web.panel.pages import panel_form, panel_page
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_http_methods(["GET", "POST"])
@panel_page("club.settings")
def fee(request: PageRequest) -> HttpResponse:
    """Make membership free, or ask for a fee."""
    club = request.club
    form = FeeForm(
        request.POST or None,
        unit=club.display_unit,
        initial=FeeForm.values_of(fee_of(club.id, club.zone)),
    )
    if form.is_valid():
        save_fee(club.id, form.fee, by=request.actor.label)
        forget_contexts()
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("panel:fee"))
    return panel_form(request, "panel/fee.html", form, section="fee")


@require_http_methods(["GET", "POST"])
@panel_page("purchases.record")
def pay(request: PageRequest, member_id: int) -> HttpResponse:
    """Register that a member paid for the next period."""
    member = access_member(request.actor, member_id)
    standing = fee_standing(request.club, member)
    if standing is None:
        raise NoFee
    form = PayFeeForm(request.POST or None, branches=access_branches(request.actor))
    back = reverse("panel:member", args=[member.pk])
    if form.is_valid():
        data = form.cleaned_data
        outcome = pay_fee(
            request.club,
            request.actor,
            member.pk,
            branch_id=data["branch"],
            payment=data["payment"],
            key=data["key"],
        )
        if outcome.error is None:
            messages.success(request, _("The fee is registered."))
            return HttpResponseRedirect(back)
        form.add_error(None, outcome.error.message(current_lang()))
    context = {"member": member, "fee": standing, "back": back}
    return panel_form(request, "panel/pay_fee.html", form, section="members", **context)


@require_http_methods(["GET", "POST"])
@panel_page("returns.record", by_branch=True)
def give_back(request: PageRequest, order_id: int) -> HttpResponse:
    """Undo a fee that was registered by mistake: the page says what goes back, and asks why."""
    order = access_order(request.actor, order_id)
    form = GiveBackFeeForm(request.POST or None)
    back = reverse("panel:order", args=[order.pk])
    if form.is_valid():
        outcome = give_back_fee(
            request.club,
            request.actor,
            order.pk,
            reason=form.cleaned_data["reason"],
            key=form.key_text,
        )
        if outcome.error is None:
            messages.success(request, _("The fee is given back."))
            return HttpResponseRedirect(back)
        form.add_error(None, outcome.error.message(current_lang()))
    elif order.kind != "fee" or order.state != "closed":
        raise OrderMovedOn
    payment = next((str(words) for code, words in PAYMENTS if code and code == order.payment), "")
    context = {"order": order, "payment": payment, "back": back}
    return panel_form(request, "panel/give_back_fee.html", form, section="orders", **context)
