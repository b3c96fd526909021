"""In with a user name and a password, and out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vafa.web.shared.sessions import logout_staff
from vafa.web.shared.staff_login import login_page, second_step_page


@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The panel's door; ``next`` leads back to the page that asked for it."""
    second = reverse("panel:second-step")
    return login_page(request, "panel/login.html", reverse("panel:dashboard"), second)


@never_cache
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The second step of the login, for who has set one up."""
    first, home = reverse("panel:login"), reverse("panel:dashboard")
    return second_step_page(request, "panel/second_step.html", home, first)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout_staff(request)
    return HttpResponseRedirect(reverse("panel:login"))
