"""What a passer-by sees of a club, and the outbox."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vafa.club.models import Club
from vafa.club.reads.context import ClubContext, club_by_slug, only_club
from vafa.engage.reads.messages import latest_messages
from vafa.program.errors import NoLiveProgram
from vafa.program.models import Reward
from vafa.program.reads.chance_access import in_open_draws
from vafa.program.reads.promise import Promise, promise
from vafa.program.reads.rewards import in_stock, list_rewards
from vafa.program.reads.tier_segments import names_of_segments
from vafa.program.rules.tier_words import threshold_words, tier_terms_words
from vafa.web.shared.context import current_lang, use_club
from vafa.web.shared.errors import handles_errors
from vafa.web.shared.htmx import render_page
from vafa.web.site.draws import current_draws

_MESSAGES_SHOWN = 50


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The one club's page; a list where there are several; a first word where there is none."""
    club = only_club()
    if club is not None:
        return _club(request, club)
    return render(request, "site/clubs.html", {"clubs": Club.objects.order_by("name", "id")})


@require_safe
@handles_errors
def club_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One club among several."""
    return _club(request, club_by_slug(slug))


@require_safe
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    """The texts that would have gone to people; there is no such page in production."""
    if not settings.OUTBOX_PAGE:
        raise Http404
    context = {"texts": latest_messages(_MESSAGES_SHOWN)}
    return render_page(request, "site/outbox.html", "site/_outbox.html", context)


def _club(request: HttpRequest, club: ClubContext) -> HttpResponse:
    use_club(request, club)
    lang = current_lang()
    context: dict[str, Any] = {
        "club": club,
        "promise": _promise(club, lang),
        "draws": current_draws(club),
        "rewards": [
            (_name(reward, lang), reward)
            for reward in in_open_draws(list_rewards(club.id))
            if in_stock(reward)
        ],
    }
    return render(request, "site/club.html", context)


def _promise(club: ClubContext, lang: str) -> dict[str, Any] | None:
    """The promise for the template; None for a club that has published nothing yet."""
    try:
        found: Promise = promise(club, lang)
    except NoLiveProgram:
        return None
    terms = found.program.tier_terms
    segments = names_of_segments(club.id, found.program.tiers, lang)
    return {
        "rules": [(rule.name.said(lang), words) for rule, words in found.rules],
        "tiers": [
            (
                tier.name.said(lang),
                threshold_words(terms, tier, club.display_unit, lang, segments),
                words,
            )
            for tier, words in found.tiers
        ],
        "tier_terms": tier_terms_words(terms, lang),
        "terms": found.terms,
        "places": found.places,
    }


def _name(reward: Reward, lang: str) -> str:
    return (reward.name_en if lang == "en" else "") or reward.name
