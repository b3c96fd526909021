"""A draw's public page, and the files by which anybody works it out again (docs/draws.md)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vafa.club.reads.context import ClubContext, club_by_slug
from vafa.core.clock import now
from vafa.core.errors import NotFound
from vafa.flows.draw_people import prize_holders
from vafa.program.models import Draw
from vafa.program.reads.draw_facts import further_chances, terms_of
from vafa.program.reads.draw_file import draw_file
from vafa.program.reads.draws import (
    Winner,
    branch_names,
    list_text,
    public_draw,
    public_draws,
    winners_of,
)
from vafa.program.rules.draw_words import chance_words, free_words, who_words
from vafa.program.rules.draws import masked_mobile, masked_name
from vafa.web.shared.context import current_lang, use_club
from vafa.web.shared.errors import handles_errors
from vafa.web.shared.json_file import json_file

_CHECKER = Path(__file__).parent / "data" / "check_draw.txt"
_FOR_EVER_SECONDS = 365 * 24 * 3600


@require_safe
@handles_errors
def draws(request: HttpRequest, slug: str) -> HttpResponse:
    """All draws that the club ever opened."""
    club = club_by_slug(slug)
    use_club(request, club)
    rows = [
        {"draw": draw, "name": said(draw, "name"), "status": status_words(draw, now())}
        for draw in public_draws(club.id)
    ]
    return render(request, "site/draws.html", {"club": club, "rows": rows})


@require_safe
@handles_errors
def draw(request: HttpRequest, slug: str, draw_id: int) -> HttpResponse:
    """One draw: its conditions from the first day, and what each step has published."""
    club = club_by_slug(slug)
    use_club(request, club)
    found = public_draw(club.id, draw_id)
    lang, terms = current_lang(), terms_of(found)
    address = {"slug": club.slug, "draw_id": found.id}
    winners = winners_of(found)
    context = {
        "club": club,
        "draw": found,
        "name": said(found, "name"),
        "status": status_words(found, now()),
        "is_late": _is_late(found, now()),
        "chances": chance_words(terms, club.display_unit, lang, further_chances(found)),
        "who": who_words(
            branch_names(found),
            excludes_staff=found.excludes_staff,
            named_out=len(found.excluded_mobiles),
            lang=lang,
        ),
        "free": free_words(terms, lang),
        "free_how": said(found, "free_words"),
        "value_is": said(found, "public_value_is"),
        "prizes": [{"name": prize_name(p), "count": p["count"]} for p in found.prizes],
        "holders": _holders(found, winners),
        "drawn": winners,
        "file_url": reverse("site:draw-file", kwargs=address),
        "list_url": reverse("site:draw-list", kwargs=address),
        "words": _words(),
    }
    return render(request, "site/draw.html", context)


@require_safe
@handles_errors
def file(request: HttpRequest, slug: str, draw_id: int) -> HttpResponse:
    """Everything that is public of the draw by now, for the checker."""
    club = club_by_slug(slug)
    found = public_draw(club.id, draw_id)
    return json_file(draw_file(club, found), f"{slug}-draw-{draw_id}-{found.status}.json")


@require_safe
@handles_errors
def entrants(request: HttpRequest, slug: str, draw_id: int) -> HttpResponseBase:
    """The closed list: number, tag and chances of everybody who took part."""
    found = public_draw(club_by_slug(slug).id, draw_id)
    if not found.list_hash:
        raise NotFound
    response = StreamingHttpResponse(list_text(found), content_type="text/plain; charset=utf-8")
    name = f"{slug}-draw-{draw_id}-list.txt"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    patch_cache_control(response, public=True, max_age=_FOR_EVER_SECONDS)
    return response


@require_safe
def checker(request: HttpRequest) -> HttpResponse:
    """The stand-alone program that checks draws."""
    text = _CHECKER.read_text("utf-8")
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="check_draw.py"'
    return response


def current_draws(club: ClubContext) -> list[dict[str, Any]]:
    """Draws that run or are not ended yet, for the club's own page."""
    return [
        {"draw": draw, "name": said(draw, "name"), "status": status_words(draw, now())}
        for draw in public_draws(club.id)
        if draw.status in ("open", "frozen", "drawn")
    ]


def said(draw: Draw, field: str) -> str:
    """A text of the draw in the page's language, where it has one in it."""
    english = str(getattr(draw, f"{field}_en")) if current_lang() == "en" else ""
    return english or str(getattr(draw, field))


def prize_name(prize: dict[str, Any]) -> str:
    """A prize's name in the page's language."""
    return str((prize["name_en"] if current_lang() == "en" else "") or prize["name"])


def status_words(draw: Draw, at: datetime) -> str:
    """At which step the draw is."""
    return {
        "open": _("Open"),
        "frozen": _("The list is closed"),
        "drawn": _("Drawn"),
        "closed": _("Ended"),
        "cancelled": _("Cancelled"),
    }.get(draw.status, draw.status)


def _is_late(draw: Draw, at: datetime) -> bool:
    """Its moment has passed and nothing was drawn: whoever waits should ask why."""
    return draw.status in ("open", "frozen") and at > draw.draws_at


def _holders(draw: Draw, winners: list[Winner]) -> list[dict[str, Any]]:
    return [
        {
            "prize": prize_name(draw.prizes[held.prize]),
            "winner": held.winner,
            "name": masked_name(held.winner.name) if held.winner else "",
            "mobile": masked_mobile(held.winner.mobile) if held.winner else "",
        }
        for held in prize_holders(draw, winners)
    ]


def _words() -> dict[str, str]:
    """What the page's script says."""
    return {
        "working": _("Working it out …"),
        "insecure": _(
            "This browser can only do it over a secure line (https). Use the program below instead."
        ),
        "unreadable": _("The files could not be fetched. Please try again."),
        "list": _("The list is not the one whose hash was published."),
        "seed": _("The seed is not the one that was promised."),
        "winners": _("Others should have won: lines {lines}."),
        "equal": _("Everything is right: the list, the seed and the winners, lines {lines}."),
        "waiting": _("The list is the one that was published. Nothing is drawn yet."),
    }
