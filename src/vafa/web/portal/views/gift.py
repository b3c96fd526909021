"""Points for a friend: asked for, looked over once more, and given."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from vafa.club.errors import UnknownMember
from vafa.core.errors import DomainError
from vafa.core.idempotency import KeyInFlight
from vafa.flows.gifts import Allowance, gift_allowance, gift_mark, give_points
from vafa.program.reads.standing import standing
from vafa.web.portal.forms import GiftForm
from vafa.web.portal.pages import portal_page, portal_render, whole_number
from vafa.web.shared.context import current_lang
from vafa.web.shared.errors import with_patience
from vafa.web.shared.sessions import PageRequest
from vafa.web.shared.throttle import count_failure, refuse_after_failures

_TRIES = "gift"


@require_http_methods(["GET", "POST"])
@portal_page
def gift(request: PageRequest) -> HttpResponse:
    """Asks to whom and how much; says it once more; then gives, once however often it is sent."""
    refuse_after_failures(_TRIES, str(request.member.id))
    allowance = gift_allowance(request.club, request.member.id)
    step = request.POST.get("step", "")
    form = GiftForm(request.POST or None, most=allowance.points)
    if not form.is_valid() or step == "back":
        return _ask(request, form, allowance)
    if step != "give":
        return _look_over(request, form)
    data = form.cleaned_data
    outcome = give_points(
        request.club,
        giver=("id", str(request.member.id)),
        taker=("mobile", data["mobile"]),
        points=data["points"],
        message=data["message"],
        actor=request.actor,
        key=str(data["key"]),
        after=whole_number(request.POST.get("seen", "")),
    )
    if outcome.error is not None:
        return _refused(request, form, outcome.error)
    messages.success(request, gettext("Your gift has arrived."))
    return HttpResponseRedirect(reverse("portal:home"))


def _ask(request: PageRequest, form: GiftForm, allowance: Allowance) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "allowance": allowance}
    return portal_render(request, "portal/gift.html", context, status=status)


def _look_over(
    request: PageRequest, form: GiftForm, *, key: str = "", refusal: str = "", status: int = 200
) -> HttpResponse:
    data = form.cleaned_data
    available = standing(request.club, request.member.id).available
    context = {
        "gift": data,
        "key": key or uuid4(),
        # What she gave since in another window, this page would give once more.
        "seen": gift_mark(request.club, request.member.id),
        "left": available - data["points"],
        "refusal": refusal,
        "title": gettext("Give points to a friend"),
    }
    return portal_render(request, "portal/gift_confirm.html", context, status=status)


def _refused(request: PageRequest, form: GiftForm, error: DomainError) -> HttpResponse:
    if isinstance(error, UnknownMember):
        # Whoever tries numbers one by one would learn who is a member here.
        count_failure(_TRIES, str(request.member.id))
    key = str(form.cleaned_data["key"]) if isinstance(error, KeyInFlight) else ""
    page = _look_over(
        request, form, key=key, refusal=error.message(current_lang()), status=error.status
    )
    return with_patience(page, error)
