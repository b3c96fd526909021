"""What all pages of the portal have in common: the club, the member, and the bar of four."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import note_wallet
from vafa.club.reads.terms import must_accept
from vafa.core.jalali import Calendar
from vafa.web.shared.context import build_page, current_lang
from vafa.web.shared.htmx import redirect
from vafa.web.shared.sessions import P, Page, PageRequest, member_page

# Beyond this nobody turns pages.
LAST_PAGE = 500
_BAR = (
    ("home", "house"),
    ("card", "qr-code"),
    ("rewards", "gift"),
    ("history", "list"),
)


def page_calendar(club: ClubContext) -> Calendar:
    """The calendar in which this page shows and asks for dates."""
    return build_page(current_lang(), club).calendar


def page_number(request: HttpRequest) -> int:
    """The page of a list that ``?page=`` asks for; the first for anything else."""
    text = request.GET.get("page", "")
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        return 1
    return min(max(int(text), 1), LAST_PAGE)


def whole_number(text: str) -> int | None:
    """The number that a hidden field brought back; None for none, and for what no page of ours
    wrote there."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def portal_page(view: Page[P]) -> Callable[..., HttpResponseBase]:
    """A page of the logged-in member, never kept in a cache: the next person may not be she.

    Who must accept the club's terms first is led there, whatever she wanted to do.
    """

    @wraps(view)
    def page(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if must_accept(request.member):
            home: str = reverse("portal:home")
            target = request.get_full_path() if request.method == "GET" else home
            return redirect(request, f"{reverse('portal:terms')}?{urlencode({'next': target})}")
        note_wallet(request.member)
        return view(request, *args, **kwargs)

    return portal_page_before_terms(page)


def portal_page_before_terms(view: Page[P]) -> Callable[..., HttpResponseBase]:
    """The same for what she may do without having accepted anything: read them, take her data,
    take consents back, and leave."""
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
