"""Her chances in the club's draws, and taking part without buying."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vafa.flows.draw_people import HerChances, chances_of_member, claim_chances, prize_holders
from vafa.program.access import access_draw
from vafa.program.models import Draw
from vafa.program.reads.draw_facts import further_chances, terms_of
from vafa.program.reads.draws import public_draws, winners_of
from vafa.program.rules.draw_words import chance_words, free_words
from vafa.web.portal.pages import portal_page, portal_render
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

_MOST = 10


@require_safe
@portal_page
def draws(request: PageRequest) -> HttpResponse:
    """Every draw with her chances in it, her line in the list, and whether she won."""
    rows = [_row(request, draw) for draw in public_draws(request.club.id)[:_MOST]]
    return portal_render(request, "portal/draws.html", {"rows": rows}, tab="rewards")


@require_POST
@portal_page
def claim(request: PageRequest, draw_id: int) -> HttpResponse:
    """The free chances, once."""
    found = access_draw(request.actor, draw_id)
    claim_chances(request.club, found.id, request.member.id, request.actor)
    messages.success(request, _("You take part with the free chances."))
    return HttpResponseRedirect(reverse("portal:draws"))


def _row(request: PageRequest, draw: Draw) -> dict[str, Any]:
    lang, unit, terms = current_lang(), request.club.display_unit, terms_of(draw)
    hers = chances_of_member(request.club, draw, request.member.id)
    return {
        "draw": draw,
        "name": (draw.name_en if lang == "en" else "") or draw.name,
        "hers": hers,
        "won": _won(draw, hers, lang),
        "words": chance_words(terms, unit, lang, further_chances(draw))
        if draw.status == "open"
        else [],
        "free": free_words(terms, lang),
        "url": reverse("site:draw", args=[request.club.slug, draw.id]),
    }


def _won(draw: Draw, hers: HerChances, lang: str) -> str:
    """The prize that is hers now; "" for none."""
    if hers.place is None:
        return ""
    for index, winner in prize_holders(draw, winners_of(draw)):
        if winner is not None and winner.place == hers.place:
            prize = draw.prizes[index]
            return str((prize["name_en"] if lang == "en" else "") or prize["name"])
    return ""
