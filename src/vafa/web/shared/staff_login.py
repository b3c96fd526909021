"""The door of the staff's faces: a user name and a password, then a code where she set that up."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from vafa.club.reads.context import only_club
from vafa.core.errors import DomainError
from vafa.core.money import format_number
from vafa.web.shared.context import current_lang, use_club
from vafa.web.shared.sessions import finish_login, is_half_in, login_staff


class LoginForm(forms.Form):
    """A staff login."""

    username = forms.CharField(
        label=_("User name"),
        max_length=80,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "autofocus": True,
                "dir": "ltr",
            }
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "dir": "ltr"}),
    )


class SecondStepForm(forms.Form):
    """The code of the app, or one of the recovery codes."""

    code = forms.CharField(
        label=_("Code of your app"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "autofocus": True,
                "dir": "ltr",
                "data-local-digits": True,
            }
        ),
        help_text=_("Without your phone, one of your recovery codes does too."),
    )


def login_page(request: HttpRequest, template: str, home: str, second: str) -> HttpResponse:
    """Show ``template`` with the form, or start a staff session and go on.

    ``home`` is the face's first address, ``second`` that of its second step; ``next`` in the query
    leads back to the page below ``home`` that asked for the login.
    """
    club = only_club()
    if club is not None:
        use_club(request, club)
    form = LoginForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            is_in = login_staff(
                request, form.cleaned_data["username"], form.cleaned_data["password"]
            )
        except DomainError as error:
            form.add_error(None, error.message(current_lang()))
            status = error.status
        else:
            target = _next(request, home)
            if is_in:
                return HttpResponseRedirect(target)
            return HttpResponseRedirect(f"{second}?{urlencode({'next': target})}")
    return render(request, template, {"form": form}, status=status)


def second_step_page(request: HttpRequest, template: str, home: str, first: str) -> HttpResponse:
    """Ask for the code after the password was right; who has not typed it goes to ``first``, the
    address of the login."""
    if not is_half_in(request):
        return HttpResponseRedirect(first)
    club = only_club()
    if club is not None:
        use_club(request, club)
    form = SecondStepForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        target = _next(request, home)
        try:
            left = finish_login(request, form.cleaned_data["code"])
        except DomainError as error:
            form.add_error("code", error.message(current_lang()))
            status = error.status
        else:
            if left is not None:
                said = ngettext(
                    "%(left)s recovery code is left.", "%(left)s recovery codes are left.", left
                )
                messages.warning(request, said % {"left": format_number(left, current_lang())})
            return HttpResponseRedirect(target)
    return render(request, template, {"form": form, "first_url": first}, status=status)


def _next(request: HttpRequest, home: str) -> str:
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe and target.startswith(home) else home
