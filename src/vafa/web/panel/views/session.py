"""In with a user name and a password, and out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vafa.club.reads.context import only_club
from vafa.core.errors import DomainError
from vafa.web.panel.forms.login import LoginForm
from vafa.web.shared.context import current_lang, use_club
from vafa.web.shared.sessions import login_staff, logout_staff


@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The panel's door; ``next`` leads back to the page that asked for it."""
    club = only_club()
    if club is not None:
        use_club(request, club)
    form = LoginForm(request.POST or None)
    if form.is_valid():
        try:
            login_staff(request, form.cleaned_data["username"], form.cleaned_data["password"])
        except DomainError as error:
            form.add_error(None, error.message(current_lang()))
            return render(request, "panel/login.html", {"form": form}, status=error.status)
        return HttpResponseRedirect(_next(request))
    return render(request, "panel/login.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout_staff(request)
    return HttpResponseRedirect(reverse("panel:login"))


def _next(request: HttpRequest) -> str:
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe and target.startswith("/panel/") else reverse("panel:dashboard")
