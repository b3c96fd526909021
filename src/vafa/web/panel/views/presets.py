"""Programmes to start from: look at one, and make it the draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vafa.core.errors import NotFound
from vafa.insight.reads.products import list_categories
from vafa.program.actions.revisions import parse_program, save_draft
from vafa.program.reads.promise import rule_names
from vafa.program.rules.document import Program
from vafa.program.rules.example import decided_words
from vafa.program.rules.presets import (
    PRESETS,
    Preset,
    an_ordinary_bill,
    place_of,
    preset_named,
)
from vafa.program.rules.promise import terms_words
from vafa.program.rules.promise_parts import part_words
from vafa.program.rules.rule_words import rule_words
from vafa.web.panel.drafts import Workshop, open_workshop
from vafa.web.panel.forms.presets import PresetForm
from vafa.web.panel.pages import panel_page, panel_render
from vafa.web.panel.words import say_tier
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest

# What a club has agreed with its staff and its other programs stays as it is.
_HOUSE = ("credit", "adjustments", "holds", "till", "profile", "events")
_BILL_STEPS = 10


@require_safe
@panel_page("program.edit")
def presets(request: PageRequest) -> HttpResponse:
    """All of them, each with a sentence."""
    lang = current_lang()
    rows = [
        {"name": p.name, "title": p.title.said(lang), "about": p.said(p.about, lang)}
        for p in PRESETS
    ]
    context = {"generations": rows[:3], "trades": rows[3:]}
    return panel_render(request, "panel/presets.html", context, section="program")


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def preset(request: PageRequest, name: str) -> HttpResponse:
    """One of them in words, and what is lost when it becomes the draft."""
    found = preset_named(name)
    if found is None:
        raise NotFound
    shop = open_workshop(request)
    typed = request.POST if request.method == "POST" else None
    form = PresetForm(typed, choices=_categories(request, found))
    if form.is_valid():
        place = place_of(request.club.currency, form.cleaned_data.get("category"))
        program = adopted(found.program(place), shop.program)
        save_draft(request.club.id, program, actor=request.actor.label)
        messages.success(request, _("The draft is made. Look it over, then publish it."))
        return HttpResponseRedirect(reverse("panel:draft"))
    context = {"form": form, **_said(request, found), **_lost(shop)}
    status = 422 if form.is_bound else 200
    return panel_render(request, "panel/preset.html", context, section="program", status=status)


def adopted(made: Program, before: Program) -> Program:
    """A ready programme as a club adopts it: what it leaves as it is by itself stays as the club
    had it ``before``. Raises InvalidProgram."""
    own = {part for part in _HOUSE if getattr(made, part) != getattr(Program(), part)}
    kept = {part: getattr(before, part) for part in _HOUSE if part not in own}
    return parse_program(made.model_copy(update=kept).model_dump(mode="json"))


def _said(request: PageRequest, found: Preset) -> dict[str, Any]:
    lang, unit = current_lang(), request.club.display_unit
    place = place_of(request.club.currency)
    program = found.program(place)
    names = rule_names(request.club, program, program.rules, lang)
    total = place.step * _BILL_STEPS
    decided = an_ordinary_bill(program, place, total)
    units = {rule.gives.unit for rule in program.rules}
    terms = terms_words(program.terms, unit, lang) if "points" in units else []
    terms += part_words("credit", program, unit, lang) if "credit" in units else []
    return {
        "preset": found,
        "title": found.title.said(lang),
        "about": found.said(found.about, lang),
        "next_steps": found.said(found.next_steps, lang),
        "rules": [
            {"name": rule.name.said(lang), "text": rule_words(rule, unit, lang, names)}
            for rule in program.rules
        ],
        "tiers": [
            {
                "name": tier.name.said(lang),
                "text": say_tier(request.club, tier, program.tier_terms),
                "rank": rank,
            }
            for rank, tier in enumerate(program.tiers, 1)
        ],
        "terms": terms,
        "total": total,
        "given": decided_words(decided, unit, lang),
        "worth": decided.points * program.terms.worth,
    }


def _lost(shop: Workshop) -> dict[str, Any]:
    """What the page warns of before the draft is replaced."""
    program, lang = shop.program, current_lang()
    return {
        "has_draft": shop.draft is not None,
        "lost_rules": [rule.name.said(lang) for rule in program.rules],
        "lost_tiers": [tier.name.said(lang) for tier in program.tiers],
    }


def _categories(request: PageRequest, found: Preset) -> list[tuple[int, str]]:
    if not found.by_category:
        return []
    return [(category.id, category.name) for category in list_categories(request.club)]
