"""The door of the staff's faces: a user name and a password."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from vafa.club.reads.context import only_club
from vafa.core.errors import DomainError
from vafa.web.shared.context import current_lang, use_club
from vafa.web.shared.sessions import login_staff


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


def login_page(request: HttpRequest, template: str, home: str) -> HttpResponse:
    """Show ``template`` with the form, or start a staff session and go on.

    ``home`` is the face's first address; ``next`` in the query leads back to the page below it
    that asked for the login.
    """
    club = only_club()
    if club is not None:
        use_club(request, club)
    form = LoginForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            login_staff(request, form.cleaned_data["username"], form.cleaned_data["password"])
        except DomainError as error:
            form.add_error(None, error.message(current_lang()))
            status = error.status
        else:
            return HttpResponseRedirect(_next(request, home))
    return render(request, template, {"form": form}, status=status)


def _next(request: HttpRequest, home: str) -> str:
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe and target.startswith(home) else home
