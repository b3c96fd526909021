"""She changes her own number: a code to the old one, then a code to the new one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from vafa.club.spending import frozen_words
from vafa.core.clock import now
from vafa.core.errors import DomainError
from vafa.engage.actions.number_codes import prove_number, request_number_code
from vafa.flows.number_changes import change_own_number
from vafa.web.portal.forms import CodeForm
from vafa.web.portal.pages import portal_page, portal_render
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import MobileField
from vafa.web.shared.origin import client_address
from vafa.web.shared.sessions import PageRequest

# What the session remembers: the new number, which code is awaited, and since when.
_CHANGE = "portal_number"
_OLD, _NEW = "old", "new"
_SECONDS = 15 * 60


class NewNumberForm(forms.Form):
    """The number that she has from now on."""

    mobile = MobileField(label=_("Your new mobile"))


@require_http_methods(["GET", "POST"])
@portal_page
def number(request: PageRequest) -> HttpResponse:
    """Ask for the new number, and send a code to the old one."""
    form = NewNumberForm(request.POST or None)
    old = request.member.mobile or ""
    if form.is_valid():
        mobile = form.cleaned_data["mobile"]
        if mobile == old:
            form.add_error("mobile", gettext("This is your number already."))
        else:
            try:
                request_number_code(request.club, old, address=client_address(request))
            except DomainError as error:
                form.add_error("mobile", error.message(current_lang()))
            else:
                request.session[_CHANGE] = [mobile, _OLD, now().timestamp()]
                return HttpResponseRedirect(reverse("portal:number-code"))
    status = 422 if form.errors else 200
    return portal_render(request, "portal/number.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@portal_page
def number_code(request: PageRequest) -> HttpResponse:
    """Take the code of the old number, then that of the new one; then the number is changed."""
    asked = _asked(request)
    if asked is None:
        return HttpResponseRedirect(reverse("portal:number"))
    new, step = asked
    sent_to = request.member.mobile or "" if step == _OLD else new
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            done = _take(request, new, step, sent_to, form.cleaned_data["code"])
        except DomainError as error:
            form.add_error("code", error.message(current_lang()))
        else:
            return done
    context: dict[str, Any] = {"form": form, "sent_to": sent_to, "is_new": step == _NEW}
    status = 422 if form.errors else 200
    return portal_render(request, "portal/number_code.html", context, status=status)


@require_POST
@portal_page
def number_code_again(request: PageRequest) -> HttpResponse:
    """A fresh code to the number whose turn it is."""
    asked = _asked(request)
    if asked is None:
        return HttpResponseRedirect(reverse("portal:number"))
    new, step = asked
    try:
        sent_to = request.member.mobile or "" if step == _OLD else new
        request_number_code(request.club, sent_to, address=client_address(request))
    except DomainError as error:
        messages.error(request, error.message(current_lang()))
    return HttpResponseRedirect(reverse("portal:number-code"))


def _asked(request: PageRequest) -> tuple[str, str] | None:
    new, step, at = request.session.get(_CHANGE, ["", "", 0.0])
    return (new, step) if abs(now().timestamp() - at) <= _SECONDS else None


def _take(request: PageRequest, new: str, step: str, sent_to: str, code: str) -> HttpResponse:
    """One step on with the right code. Raises WrongCode and whatever refuses the change; the new
    number is looked up only when it was proved to be hers."""
    address = client_address(request)
    prove_number(request.club, sent_to, code, address=address)
    if step == _OLD:
        request.session[_CHANGE] = [new, _NEW, now().timestamp()]
        request_number_code(request.club, new, address=address)
        return HttpResponseRedirect(reverse("portal:number-code"))
    del request.session[_CHANGE]
    until = change_own_number(
        request.club,
        member_id=request.member.pk,
        mobile=new,
        actor=request.actor,
        session_key=request.session.session_key or "",
    )
    words = {"until": frozen_words(request.club, until, current_lang())}
    said = gettext("Your number is changed. For your safety, nothing can be spent until %(until)s.")
    messages.success(request, said % words)
    return HttpResponseRedirect(reverse("portal:profile"))
