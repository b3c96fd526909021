"""In and out, and at which branch."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from vafa.club.access import access_branch, access_branches
from vafa.club.errors import UnknownBranch
from vafa.core.errors import DomainError
from vafa.web.shared.context import use_club
from vafa.web.shared.sessions import PageRequest, login_staff, logout_staff, staff_page
from vafa.web.till.forms import LoginForm
from vafa.web.till.pages import ROLES, choose_branch
from vafa.web.till.refusals import said


@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The cashier's login; ``next`` leads back to the page that asked for it."""
    form = LoginForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                login_staff(request, form.cleaned_data["username"], form.cleaned_data["password"])
                return HttpResponseRedirect(_next(request))
            except DomainError as error:
                form.add_error(None, said(error))
                status = error.status
    context = {"form": form, "next": request.GET.get("next", request.POST.get("next", ""))}
    return render(request, "till/login.html", context, status=status)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout_staff(request)
    return HttpResponseRedirect(reverse("till:login"))


@require_http_methods(["GET", "POST"])
@staff_page(*ROLES, login_url="till:login")
def branches(request: PageRequest) -> HttpResponse:
    """Choose the branch at which one stands."""
    use_club(request, request.club)
    if request.method == "POST":
        wanted = request.POST.get("branch", "")
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= 18):
            raise UnknownBranch
        return choose_branch(request, access_branch(request.actor, int(wanted)))
    return render(request, "till/branches.html", {"branches": access_branches(request.actor)})


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else reverse("till:home")
