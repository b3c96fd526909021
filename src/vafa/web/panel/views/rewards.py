"""What points buy: the list, and making and changing rewards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vafa.audience.reads.segments import list_segments, segment_by_code
from vafa.commerce.models import Product
from vafa.core.errors import InvalidInput, NotFound
from vafa.core.text import search_key
from vafa.insight.reads.house import RewardUse, reward_uses
from vafa.program.actions.rewards import create_reward, update_reward
from vafa.program.models import Reward
from vafa.program.reads.draws import list_draws
from vafa.program.reads.offer_names import offer_names
from vafa.program.reads.revisions import live_program
from vafa.program.reads.rewards import list_rewards, terms_of
from vafa.program.reads.series import list_series
from vafa.program.rules.offer_words import offer_words
from vafa.program.rules.offers import OfferTerms
from vafa.web.panel.forms.offers import offer_house
from vafa.web.panel.forms.rewards import RewardForm
from vafa.web.panel.pages import kept, panel_form, panel_page, panel_render
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

# The list behind the product field is a help, not the only way: any code may be typed.
_MOST_SUGGESTIONS = 500
Row = tuple[Reward, RewardUse]


@require_safe
@panel_page("program.view")
def rewards(request: PageRequest) -> HttpResponse:
    """All rewards, with how often each was redeemed."""
    uses = reward_uses(request.club)
    found = list_rewards(request.club.id, only_active=False)
    query = search_key(request.GET.get("q", ""))
    rows = [
        (reward, uses.get(reward.id, RewardUse()))
        for reward in found
        if query in search_key(f"{reward.name} {reward.name_en}")
    ]
    sort = request.GET.get("sort") or "points"
    gives = _what_they_give(request, found)
    context = {
        "rows": [
            {"reward": reward, "use": use, "name": reward_name(reward), "gives": gives[reward.id]}
            for reward, use in _sorted(rows, sort)
        ],
        "any": bool(found),
        "kept": kept(request, "sort"),
        "sort": sort,
        "query": request.GET.get("q", ""),
    }
    return panel_render(
        request,
        "panel/rewards.html",
        context,
        section="rewards",
        fragment="panel/_reward_list.html",
    )


@require_http_methods(["GET", "POST"])
@panel_page("rewards.edit")
def new_reward(request: PageRequest) -> HttpResponse:
    """Make a reward."""
    form = _form(request, None)
    if form.is_valid() and _saved(request, form, None):
        return HttpResponseRedirect(reverse("panel:rewards"))
    return _form_page(request, form, _("New reward"))


@require_http_methods(["GET", "POST"])
@panel_page("rewards.edit")
def edit_reward(request: PageRequest, reward_id: int) -> HttpResponse:
    """Change a reward; vouchers that members already have keep their terms."""
    found = list_rewards(request.club.id, only_active=False)
    reward = next((r for r in found if r.id == reward_id), None)
    if reward is None:
        raise NotFound
    form = _form(request, reward)
    if form.is_valid() and _saved(request, form, reward):
        return HttpResponseRedirect(reverse("panel:rewards"))
    return _form_page(request, form, reward_name(reward))


def reward_name(reward: Reward) -> str:
    """The reward's name in the page's language."""
    return reward.name if current_lang() == "fa" or not reward.name_en else reward.name_en


def _what_they_give(request: PageRequest, found: Sequence[Reward]) -> dict[int, str]:
    """In words, by number."""
    terms = {reward.id: terms_of(reward.terms) for reward in found}
    names = offer_names(request.club.id, terms.values())
    unit, lang = request.club.display_unit, current_lang()
    return {
        r.id: offer_words(r.kind, r.value, terms[r.id], unit, lang, names) or _("Product")
        for r in found
    }


def _sorted(rows: list[Row], sort: str) -> list[Row]:
    keys: dict[str, Callable[[Row], Any]] = {
        "name": lambda row: row[0].sort_key,
        "points": lambda row: row[0].points,
        "redeemed": lambda row: row[1].redeemed,
        # Without limit is more than any number.
        "stock": lambda row: (row[0].stock is None, row[0].stock or 0),
    }
    key = keys.get(sort.removeprefix("-"), keys["points"])
    return sorted(rows, key=key, reverse=sort.startswith("-"))


def _form(request: PageRequest, reward: Reward | None) -> RewardForm:
    club = request.club
    named = terms_of(reward.terms) if reward else OfferTerms()
    numbers = {*named.products, *named.get_products}
    skus = dict(Product.objects.filter(pk__in=numbers).values_list("id", "sku")) if numbers else {}
    posted = [request.POST.get(name, "") for name in ("skus", "get_skus", "sku")]
    segments = list_segments(club.id)
    if reward and reward.segment not in ("", *(s.code for s in segments)):
        segments.append(segment_by_code(club.id, reward.segment))  # archived since
    draws = [d for d in list_draws(club.id) if d.status in ("draft", "open") or d.pk == named.draw]
    return RewardForm(
        request.POST or None,
        initial=RewardForm.values_of(reward, club, skus) if reward else {"percent": None},
        house=offer_house(club, posted),
        club=club,
        tiers=live_program(club.id).program.tiers,
        segments=segments,
        series=[s for s in list_series(club.id) if s.kind == "partner"],
        draws=draws,
    )


def _saved(request: PageRequest, form: RewardForm, reward: Reward | None) -> bool:
    """Store a good form; what is only known now is told at its field."""
    try:
        if reward is None:
            create_reward(request.club.id, by=request.actor.label, **form.fields_of_reward())
        else:
            update_reward(reward, by=request.actor.label, **form.fields_of_reward())
    except InvalidInput as error:
        field = str(error.details.get("field"))
        form.add_error(field if field in form.fields else None, error.message(current_lang()))
        return False
    messages.success(request, _("The reward is saved."))
    return True


def _form_page(request: PageRequest, form: RewardForm, title: str) -> HttpResponse:
    products = Product.objects.filter(club_id=request.club.id, is_active=True)
    suggestions = products.order_by("sort_key", "id")[:_MOST_SUGGESTIONS]
    return panel_form(
        request,
        "panel/reward_form.html",
        form,
        section="rewards",
        title=title,
        suggestions=suggestions,
    )
