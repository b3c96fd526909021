"""One's own account: password, second step, and where one is logged in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vafa.club.actions.passwords import change_password
from vafa.club.actions.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    end_second_factor,
    key_uri,
    renew_recovery_codes,
)
from vafa.club.actions.sessions import end_staff_sessions, sessions_of
from vafa.club.actions.staff import audit_sessions_ended
from vafa.club.permissions import needs_second_factor
from vafa.club.reads.staff import second_factor_of
from vafa.club.staff_errors import SecondFactorNeeded, WrongSecondFactor
from vafa.core.errors import InvalidInput
from vafa.web.panel.forms.staff import FactorForm, PasswordForm
from vafa.web.panel.pages import number_of, panel_form, panel_page, panel_render
from vafa.web.panel.roles import own_role_words, role_words
from vafa.web.shared.context import current_lang
from vafa.web.shared.devices import device_words
from vafa.web.shared.sessions import (
    PageRequest,
    lacks_second_factor,
    session_has_new_key,
    with_second_factor,
)
from vafa.web.shared.throttle import count_failure, refuse_after_failures

_SECTION = "security"
_T = TypeVar("_T")


@require_safe
@panel_page(by_branch=True, before_factor=True)
def security(request: PageRequest) -> HttpResponse:
    """Everything about one's own login."""
    staff, factor = request.staff, second_factor_of(request.staff.user)
    own = staff.own_role
    context = {
        "role_name": own_role_words(own) if own else role_words(request.actor.role),
        "username": staff.user.username,
        "factor": factor,
        "codes_left": len(factor.recovery) if factor else 0,
        "must_set": lacks_second_factor(staff, request.actor),
        "is_needed": needs_second_factor(request.actor.role, request.actor.permissions),
        "sessions": [
            {
                "row": row,
                "device": device_words(row.device),
                "is_this": row.key == request.session.session_key,
            }
            for row in sessions_of(staff_id=staff.pk)
        ],
    }
    return panel_render(request, "panel/security.html", context, section=_SECTION)


@require_http_methods(["GET", "POST"])
@panel_page(by_branch=True, before_factor=True)
def set_factor(request: PageRequest) -> HttpResponse:
    """Show the key for the app, and take its first code; then the recovery codes, once."""
    staff = request.staff
    if second_factor_of(staff.user) is not None:
        return HttpResponseRedirect(reverse("panel:security"))
    key = begin_second_factor(staff.user)
    form = FactorForm(request.POST or None)
    if form.is_valid():
        try:
            codes = confirm_second_factor(staff, form.cleaned_data["code"], by=request.actor.label)
        except WrongSecondFactor as error:
            form.add_error("code", error.message(current_lang()))
        else:
            return _codes(request, codes)
    context = {
        "uri": key_uri(staff.user, key, request.club.name),
        "key": " ".join(key[n : n + 4] for n in range(0, len(key), 4)),
    }
    return panel_form(request, "panel/factor_set.html", form, section=_SECTION, **context)


@require_http_methods(["GET", "POST"])
@panel_page(by_branch=True)
def renew_codes(request: PageRequest) -> HttpResponse:
    """Ten new recovery codes in the place of the old ones, for a code of the app."""
    form = FactorForm(request.POST or None)
    if form.is_valid():
        codes = _with_code(
            request,
            form,
            lambda code: renew_recovery_codes(request.staff, code, by=request.actor.label),
        )
        if codes is not None:
            return _codes(request, codes)
    return _code_form(request, form, _("New recovery codes"), _("Make new codes"))


@require_http_methods(["GET", "POST"])
@panel_page(by_branch=True)
def end_factor(request: PageRequest) -> HttpResponse:
    """Switch the second step off, for a code of the app; not where one's role needs it."""
    form = FactorForm(request.POST or None)
    is_needed = needs_second_factor(request.actor.role, request.actor.permissions)
    if settings.SECOND_FACTOR and is_needed:
        raise SecondFactorNeeded
    if form.is_valid() and _with_code(request, form, lambda code: _end(request, code)):
        messages.success(request, _("The second step is switched off."))
        return HttpResponseRedirect(reverse("panel:security"))
    return _code_form(request, form, _("Switch the second step off"), _("Switch it off"))


@require_http_methods(["GET", "POST"])
@panel_page(by_branch=True, before_factor=True)
def password(request: PageRequest) -> HttpResponse:
    """Choose another password; everywhere else one is logged out."""
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        name, key = request.staff.user.username, request.session.session_key or ""
        refuse_after_failures("staff", name)
        try:
            change_password(
                request.staff,
                form.cleaned_data["old"],
                form.cleaned_data["new"],
                by=request.actor.label,
                session_key=key,
            )
        except InvalidInput:
            count_failure("staff", name)
            form.add_error("old", _("This is not your password."))
        else:
            update_session_auth_hash(request, request.staff.user)
            session_has_new_key(request, key)
            messages.success(request, _("Your password is changed. You are logged out elsewhere."))
            return HttpResponseRedirect(reverse("panel:security"))
    return panel_form(request, "panel/password.html", form, section=_SECTION)


@require_POST
@panel_page(by_branch=True)
def end_session(request: PageRequest) -> HttpResponse:
    """End one of one's own sessions (``session``); one that has ended already is no error."""
    number, key = number_of(request.POST.get("session")), request.session.session_key or ""
    with transaction.atomic():
        if number and end_staff_sessions(request.staff.pk, but=key, only=number):
            audit_sessions_ended(request.staff, by=request.actor.label)
    messages.success(request, _("That device is logged out."))
    return HttpResponseRedirect(reverse("panel:security"))


@require_POST
@panel_page(by_branch=True)
def end_others(request: PageRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    with transaction.atomic():
        end_staff_sessions(request.staff.pk, but=request.session.session_key or "")
        audit_sessions_ended(request.staff, by=request.actor.label)
    messages.success(request, _("All other devices are logged out."))
    return HttpResponseRedirect(reverse("panel:security"))


def _end(request: PageRequest, code: str) -> bool:
    end_second_factor(request.staff, code, by=request.actor.label)
    return True


def _with_code(request: PageRequest, form: FactorForm, act: Callable[[str], _T]) -> _T | None:
    """Do what needs a code of the app; None where it was wrong, which the form says. Raises
    TooManyTries after five wrong ones."""
    code = form.cleaned_data["code"]
    try:
        return with_second_factor(request.staff.user.username, lambda: act(code))
    except WrongSecondFactor as error:
        form.add_error("code", error.message(current_lang()))
        return None


def _code_form(request: PageRequest, form: FactorForm, title: str, button: str) -> HttpResponse:
    if second_factor_of(request.staff.user) is None:
        return HttpResponseRedirect(reverse("panel:security"))
    return panel_form(
        request, "panel/factor_code.html", form, section=_SECTION, title=title, button=button
    )


def _codes(request: PageRequest, codes: list[str]) -> HttpResponse:
    """The recovery codes, this once: only their hashes are kept."""
    context = {"codes": codes, "all_codes": "\n".join(codes)}
    return panel_render(request, "panel/factor_codes.html", context, section=_SECTION)
