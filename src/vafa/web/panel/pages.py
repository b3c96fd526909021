"""What every page of the panel has in common: who may see it, the navigation, lists, search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from vafa.club.actor import BRANCH_MANAGER
from vafa.core.jalali import Calendar
from vafa.ledger.reads.verifications import frozen_since, last_with_differences
from vafa.web.shared.context import build_page, current_lang
from vafa.web.shared.htmx import is_htmx
from vafa.web.shared.sessions import P, Page, PageRequest, staff_page

VIEWERS = ("owner", "manager", "accountant")
EDITORS = ("owner", "manager")
# Who may correct what others did; beyond a limit two of them are needed.
CORRECTORS = VIEWERS
OWNERS = ("owner",)
AUDITORS = ("owner", "accountant")
PAGE_SIZE = 50
# Beyond this a list is for the export, not for turning pages.
MOST_PAGES = 2_000


def panel_page(*roles: str) -> Callable[[Page[P]], Callable[..., HttpResponse]]:
    """A page for staff in ``roles``, never kept in a cache."""

    def decorate(view: Page[P]) -> Callable[..., HttpResponse]:
        return never_cache(staff_page(*roles, login_url="panel:login")(view))

    return decorate


def may_edit(request: PageRequest) -> bool:
    """Whether this person changes things, or only looks."""
    return request.actor.role in EDITORS


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
    full: dict[str, Any] = {"can_edit": may_edit(request), "role": request.actor.role}
    if not part:
        full |= _frame(request, section)
    response = render(
        request, fragment if part else template, full | (context or {}), status=status
    )
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
    return {
        "nav_items": _navigation(request.actor.role, section),
        "home_url": reverse("panel:dashboard"),
        "user_name": user.name or user.username,
        "logout_url": reverse("panel:logout"),
        "search_url": reverse("panel:members") if request.actor.role in VIEWERS else "",
        "search_placeholder": _("Find a member"),
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


def _navigation(role: str, section: str) -> list[dict[str, Any]]:
    items = _items(role)
    return [
        {
            "label": label,
            "url": reverse(f"panel:{name}"),
            "icon": icon,
            "group": group,
            "active": name == section,
        }
        for name, label, icon, group in items
    ]


def _items(role: str) -> list[tuple[str, str, str, str]]:
    if role == BRANCH_MANAGER:
        return [
            ("my-branch", _("My branch"), "store", ""),
            ("purchases", _("Purchases"), "receipt", _("Customers")),
            ("program", _("Rules and tiers"), "scale", _("What you promise")),
        ]
    items = [
        ("dashboard", _("Overview"), "layout-dashboard", ""),
        ("members", _("Members"), "users", _("Customers")),
        ("segments", _("Segments"), "users-round", _("Customers")),
        ("purchases", _("Purchases"), "receipt", _("Customers")),
        ("messages", _("Messages"), "message-square", _("Customers")),
        ("program", _("Rules and tiers"), "scale", _("What you promise")),
        ("rewards", _("Rewards"), "gift", _("What you promise")),
        ("products", _("Products"), "package", _("Business")),
        ("branches", _("Branches"), "store", _("Business")),
    ]
    if role in EDITORS:
        place = next(n for n, item in enumerate(items) if item[0] == "rewards") + 1
        items.insert(place, ("draws", _("Draws"), "dices", _("What you promise")))
    if role in OWNERS:
        items += [
            ("staff", _("Staff"), "id-card", _("Settings")),
            ("keys", _("API keys"), "key-round", _("Settings")),
        ]
    items.append(("ledger", _("Ledger check"), "shield-check", _("Settings")))
    if role in AUDITORS:
        items.append(("audit", _("Audit"), "history", _("Settings")))
    return items
