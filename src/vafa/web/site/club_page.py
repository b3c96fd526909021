"""What a club's public page says: what one gets, how one joins, and what people ask."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from vafa.club.models import Branch
from vafa.club.reads.context import ClubContext
from vafa.club.reads.joining import joining_terms
from vafa.club.reads.terms import version_in_force
from vafa.program.errors import NoLiveProgram
from vafa.program.models import Reward
from vafa.program.reads.chance_access import in_open_draws
from vafa.program.reads.promise import Promise, promise
from vafa.program.reads.rewards import in_stock, list_rewards
from vafa.program.reads.tier_segments import names_of_segments
from vafa.program.rules.tier_words import threshold_words, tier_terms_words
from vafa.web.shared.context import current_lang
from vafa.web.shared.joining import fee_words, ways_words
from vafa.web.site.draws import current_draws

_MOST_REWARDS = 12
_MOST_BRANCHES = 12
_LONGEST_DESCRIPTION = 160


class Question(NamedTuple):
    """What people ask, and the sentences that answer."""

    asked: str
    answers: list[str]


def club_context_of(request: HttpRequest, club: ClubContext) -> dict[str, Any]:
    """Everything that the page shows of one club."""
    lang = current_lang()
    said, fee = _promise(club, lang), fee_words(club)
    terms = joining_terms(club.id)
    ways = ways_words(club, terms)
    rewards = [
        (_name(reward, lang), reward)
        for reward in in_open_draws(list_rewards(club.id))
        if in_stock(reward)
    ]
    return {
        "club": club,
        "promise": said,
        "is_open": terms.is_open,
        "ways": ways,
        "fee": fee,
        "draws": current_draws(club),
        "rewards": rewards[:_MOST_REWARDS],
        "more_rewards": max(len(rewards) - _MOST_REWARDS, 0),
        "branches": _branches(club),
        "questions": _questions(said, ways, fee),
        "description": _description(club, said),
        "has_terms": version_in_force(club.id) > 0,
        "page_url": request.build_absolute_uri(reverse("site:club", args=[club.slug])),
    }


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


def _questions(said: dict[str, Any] | None, ways: list[str], fee: str) -> list[Question]:
    joined = (
        [_("This club is not open to everybody. One of these opens it:"), *ways]
        if ways
        else [_("With your mobile number and your name, here or at the counter.")]
    )
    costs = [_("Nothing.")]
    if fee:
        later = _("Where it is not paid, purchases bring no points; what you have stays yours.")
        costs = [fee, later]
    asked = [
        Question(_("How do I join?"), joined),
        Question(_("What does membership cost?"), costs),
        Question(
            _("How does the shop know that I am a member?"),
            [_("Say your mobile number, or show the code of your card in the portal.")],
        ),
    ]
    if said and said["terms"]:
        asked.append(Question(_("How long do points last, and what do they pay?"), said["terms"]))
    asked += [
        Question(
            _("What if I bring something back?"),
            [_("What that purchase brought goes back too; what you spent on it returns to you.")],
        ),
        Question(
            _("Where do I see what I have?"),
            [_("In your portal: your points, why you got each, when they end, and what they buy.")],
        ),
    ]
    return asked


def _description(club: ClubContext, said: dict[str, Any] | None) -> str:
    """What search engines show: the first sentences of the promise."""
    rules = [words for _rule, words in said["rules"]] if said else []
    text = _("The customer club of %(name)s.") % {"name": club.name}
    for words in rules:
        longer = f"{text} {words}."
        if len(longer) > _LONGEST_DESCRIPTION:
            break
        text = longer
    return text


def _branches(club: ClubContext) -> list[Branch]:
    rows = Branch.objects.filter(club_id=club.id, is_active=True).order_by("city", "name")
    return list(rows[:_MOST_BRANCHES])


def _name(reward: Reward, lang: str) -> str:
    return (reward.name_en if lang == "en" else "") or reward.name
