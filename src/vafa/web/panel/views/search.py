"""The search in the top bar: members, facts, offers, people and pages, as one types."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from vafa.core.money import format_amount
from vafa.core.phones import display_mobile
from vafa.core.text import search_key
from vafa.insight.reads.everything import Hit, MemberHit, find_everything, find_members_like
from vafa.web.panel.navigation import GROUPS, Place
from vafa.web.panel.pages import PANEL, panel_page, panel_render
from vafa.web.shared.context import current_lang, local_digits
from vafa.web.shared.sessions import PageRequest, may_open

_MOST_TEXT = 120
_MOST_PAGES = 5
# Who finds a kind of thing: as the page on which it stands says.
_SEES: dict[str, tuple[tuple[str, ...], bool]] = {
    "purchase": (("purchases.view",), True),
    "code": (("codes.edit",), False),
    "product": (("reports.view", "products.edit"), False),
    "segment": (("members.view",), False),
    "reward": (("program.view",), False),
    "draw": (("draws.run",), False),
    "series": (("codes.edit",), False),
    "staff": (("staff.manage",), False),
}
# Pages that the navigation does not name.
_OTHERS = (
    Place("returns", gettext_lazy("Returns"), ("purchases.view",), by_branch=True),
    Place(
        "adjustments",
        gettext_lazy("Corrections by hand"),
        ("corrections.make", "corrections.approve"),
    ),
    Place("series-list", gettext_lazy("Codes"), ("codes.edit",)),
    Place("attributes", gettext_lazy("Attributes of members"), ("segments.edit",)),
    Place("draft", gettext_lazy("Draft"), ("program.edit",)),
    Place("backtests", gettext_lazy("Test on past purchases"), ("reports.view",)),
    Place("sms", gettext_lazy("Text messages by SMS"), ("messages.settings",)),
)


@require_safe
@panel_page(*PANEL, by_branch=True)
def search(request: PageRequest) -> HttpResponse:
    """What ``?q=`` may mean, in groups; only what the person may open."""
    text = request.GET.get("q", "")[:_MOST_TEXT].strip()
    groups = _groups(request, text) if search_key(text) else []
    number = 0
    for group in groups:
        for item in group["items"]:
            item["number"] = number = number + 1
    context = {"query": text, "groups": groups, "search_value": text}
    return panel_render(
        request, "panel/search.html", context, section="", fragment="panel/_found.html"
    )


def _groups(request: PageRequest, text: str) -> list[dict[str, Any]]:
    actor = request.actor
    found: dict[str, list[dict[str, str]]] = {"pages": _pages(request, text)}
    if may_open(actor, ("members.view",)):
        found["members"] = [_member(hit) for hit in find_members_like(request.club, text)]
    kinds = [kind for kind, (names, by) in _SEES.items() if may_open(actor, names, by_branch=by)]
    hits = find_everything(request.club, text, kinds, branches=actor.branch_ids)
    for hit in hits:
        found.setdefault(hit.kind, []).append(_item(request, hit))
    titles = {
        "members": _("Members"),
        "purchase": _("Purchases"),
        "code": _("Codes"),
        "product": _("Products"),
        "segment": _("Segments"),
        "reward": _("Rewards"),
        "draw": _("Draws"),
        "series": _("Series of codes"),
        "staff": _("Staff"),
        "pages": _("Pages"),
    }
    return [
        {"key": key, "title": title, "items": found[key]}
        for key, title in titles.items()
        if found.get(key)
    ]


def _pages(request: PageRequest, text: str) -> list[dict[str, str]]:
    """The pages of the panel whose name has the text in it."""
    part = search_key(text)
    places = [place for group in GROUPS for place in group.places]
    named = [place for place in (*places, *_OTHERS) if part in search_key(str(place.label))]
    return [
        {
            "label": str(place.label),
            "detail": "",
            "url": reverse(f"panel:{place.name}"),
            "icon": "panel-right",
        }
        for place in named
        if place.opens(request.actor)
    ][:_MOST_PAGES]


def _member(hit: MemberHit) -> dict[str, str]:
    mobile = display_mobile(hit.mobile) if hit.mobile else hit.external_id or ""
    return {
        "label": hit.name or _("Member without a name"),
        "detail": local_digits(mobile),
        "note": "" if hit.is_active else _("Inactive"),
        "url": reverse("panel:member", args=[hit.id]),
        "icon": "user-round",
    }


def _item(request: PageRequest, hit: Hit) -> dict[str, str]:
    icons = {
        "purchase": "receipt",
        "code": "ticket",
        "product": "package",
        "segment": "users-round",
        "reward": "gift",
        "draw": "dices",
        "series": "tickets",
        "staff": "id-card",
    }
    name = (hit.name_en if current_lang() == "en" else "") or hit.name
    detail = hit.detail
    if hit.kind in ("purchase", "product") and hit.amount:
        amount = format_amount(hit.amount, request.club.display_unit, current_lang())
        detail = f"{detail} · {amount}" if hit.kind == "purchase" else amount
    return {"label": name, "detail": detail, "url": _url(request, hit), "icon": icons[hit.kind]}


def _url(request: PageRequest, hit: Hit) -> str:
    if hit.kind == "code":
        if hit.amount:
            return reverse("panel:member", args=[hit.amount])
        return reverse("panel:series", args=[hit.id])
    # Who may not change it finds it in its list.
    if hit.kind == "product" and not request.actor.may("products.edit"):
        return f"{reverse('panel:products')}?{urlencode({'q': hit.name})}"
    if hit.kind == "reward" and not request.actor.may("rewards.edit"):
        return reverse("panel:rewards")
    page = hit.kind if hit.kind not in ("reward", "product", "staff") else f"edit-{hit.kind}"
    return reverse(f"panel:{page}", args=[hit.id])
