"""What all pages of the portal have in common: the club, the member, and the bar of four."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from vafa.club.reads.context import ClubContext
from vafa.core.jalali import Calendar
from vafa.web.shared.context import build_page, current_lang
from vafa.web.shared.sessions import P, Page, PageRequest, member_page

_BAR = (
    ("home", "house"),
    ("card", "qr-code"),
    ("rewards", "gift"),
    ("history", "list"),
)


def page_calendar(club: ClubContext) -> Calendar:
    """The calendar in which this page shows and asks for dates."""
    return build_page(current_lang(), club).calendar


def portal_page(view: Page[P]) -> Callable[..., HttpResponse]:
    """A page of the logged-in member, never kept in a cache: the next person may not be she."""
    return never_cache(member_page(view))


def portal_render(
    request: PageRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    tab: str = "",
    status: int = 200,
) -> HttpResponse:
    """Renders a page of the portal with its bar; ``tab`` is the one that is open."""
    labels = {
        "home": gettext("Home"),
        "card": gettext("Card"),
        "rewards": gettext("Rewards"),
        "history": gettext("History"),
    }
    bar = [
        {
            "label": labels[name],
            "icon": icon,
            "url": reverse(f"portal:{name}"),
            "active": name == tab,
        }
        for name, icon in _BAR
    ]
    full = {
        "nav_items": bar,
        "home_url": reverse("portal:home"),
        "member": request.member,
        **(context or {}),
    }
    return render(request, template, full, status=status)
