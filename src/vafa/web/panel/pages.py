"""What every page of the panel has in common: who may see it, the navigation, lists, search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from vafa.club.actor import Actor
from vafa.club.permissions import PANEL_PERMISSIONS
from vafa.core.jalali import Calendar
from vafa.ledger.reads.verifications import frozen_since, last_with_differences
from vafa.web.panel.navigation import navigation
from vafa.web.panel.reach import without_closed_doors
from vafa.web.shared.context import build_page, current_lang
from vafa.web.shared.htmx import is_htmx
from vafa.web.shared.sessions import P, Page, PageRequest, may_open, staff_page

# Any of these lets her into the panel at all.
PANEL = PANEL_PERMISSIONS
PAGE_SIZE = 50
# Beyond this a list is for the export, not for turning pages.
MOST_PAGES = 2_000


def panel_page(
    *names: str, by_branch: bool = False, before_factor: bool = False
) -> Callable[[Page[P]], Callable[..., HttpResponseBase]]:
    """A page for staff with one of these permissions, never kept in a cache. Who has only some of
    the branches gets in where ``by_branch`` says that the page keeps her to them."""

    def decorate(view: Page[P]) -> Callable[..., HttpResponseBase]:
        guard = staff_page(
            *names, login_url="panel:login", by_branch=by_branch, before_factor=before_factor
        )
        return never_cache(guard(view))

    return decorate


def rights(actor: Actor) -> dict[str, dict[str, bool]]:
    """The actor's permissions as templates ask for them: ``may.members.edit``."""
    found: dict[str, dict[str, bool]] = {}
    for permission in actor.permissions:
        room, _dot, act = permission.partition(".")
        found.setdefault(room, {})[act] = True
    return found


def page_calendar(request: PageRequest) -> Calendar:
    """The calendar in which this page shows and asks for dates."""
    return build_page(current_lang(), request.club).calendar


def panel_render(
    request: PageRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    section: str,
    fragment: str = "",
    status: int = 200,
) -> HttpResponse:
    """Renders ``template`` in the panel's frame, or ``fragment`` where htmx asked for a part."""
    part = bool(fragment) and is_htmx(request)
    full: dict[str, Any] = {"may": rights(request.actor), "role": request.actor.role}
    if not part:
        full |= _frame(request, section)
    page = render_to_string(fragment if part else template, full | (context or {}), request)
    response = HttpResponse(without_closed_doors(request.actor, page), status=status)
    if fragment:
        patch_vary_headers(response, ("HX-Request",))
    return response


def list_page(request: HttpRequest, count: int, size: int = PAGE_SIZE) -> tuple[ListPage[int], int]:
    """The page that ``?page=`` asks for (the nearest that exists) and the rows before it."""
    paginator = Paginator(range(min(count, size * MOST_PAGES)), size)
    page = paginator.get_page(request.GET.get("page"))
    return page, (page.number - 1) * size


def kept(request: HttpRequest, *names: str) -> list[tuple[str, str]]:
    """What the address asks for beyond a filter form's own controls: kept when the form is sent."""
    return [(name, request.GET[name]) for name in names if request.GET.get(name)]


def number_of(text: str | None) -> int | None:
    """A row number out of the query string; None for anything else."""
    if text and text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text)
    return None


def panel_form(
    request: PageRequest, template: str, form: Form, *, section: str, **context: Any
) -> HttpResponse:
    """The page of a form: 422 where it came back with errors, 200 where it is fresh."""
    status = 422 if form.is_bound else 200
    return panel_render(
        request, template, {"form": form, **context}, section=section, status=status
    )


def _frame(request: PageRequest, section: str) -> dict[str, Any]:
    user = request.staff.user
    # A cashier has an account here, and her pages at the till.
    is_at_home = may_open(request.actor, PANEL, by_branch=True)
    return {
        "nav_items": navigation(request.actor, section),
        "home_url": reverse("panel:dashboard" if is_at_home else "till:home"),
        "user_name": user.name or user.username,
        "account_url": reverse("panel:security"),
        "logout_url": reverse("panel:logout"),
        "search_url": reverse("panel:search") if is_at_home else "",
        "search_placeholder": _("Find anything"),
        "search_value": "",
        **_alarm(request, section),
    }


def _alarm(request: PageRequest, section: str) -> dict[str, Any]:
    """On every page while the ledger is read-only."""
    frozen = frozen_since(request.club.book_id)
    if frozen is None:
        return {}
    seen = last_with_differences(request.club.book_id)
    alarm = {
        "since": frozen.since,
        "count": len(seen.found) if seen else 0,
        "is_here": section == "ledger",
    }
    return {"alarm_template": "panel/_ledger_alarm.html", "alarm": alarm}
