"""In and out, and at which branch."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vafa.club.access import access_branch, access_branches
from vafa.club.errors import UnknownBranch
from vafa.web.shared.sessions import PageRequest, logout_staff, staff_page
from vafa.web.shared.staff_login import login_page, second_step_page
from vafa.web.till.pages import DOORS, choose_branch


@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The cashier's login; ``next`` leads back to the page that asked for it."""
    second = reverse("till:second-step")
    return login_page(request, "till/login.html", reverse("till:home"), second)


@never_cache
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The second step of the login, for who has set one up."""
    first, home = reverse("till:login"), reverse("till:home")
    return second_step_page(request, "till/second_step.html", home, first)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout_staff(request)
    return HttpResponseRedirect(reverse("till:login"))


@never_cache
@require_http_methods(["GET", "POST"])
@staff_page(*DOORS, login_url="till:login", by_branch=True)
def branches(request: PageRequest) -> HttpResponse:
    """Choose the branch at which one stands."""
    if request.method == "POST":
        wanted = request.POST.get("branch", "")
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= 18):
            raise UnknownBranch
        return choose_branch(request, access_branch(request.actor, int(wanted)))
    return render(request, "till/branches.html", {"branches": access_branches(request.actor)})
