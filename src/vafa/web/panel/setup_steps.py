"""The seven steps: what each asks, what it does when it is saved, and what stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from vafa.audience.actions.segments import create_segment
from vafa.audience.reads.segments import list_segments
from vafa.club.access import require_permission
from vafa.club.actions.joining import save_joining_terms
from vafa.club.reads.context import ClubContext
from vafa.club.reads.joining import joining_terms
from vafa.club.reads.setup import SetupState, setup_state
from vafa.core.clock import now
from vafa.core.money import format_amount, format_number, format_percent, format_short, whole_units
from vafa.insight.actions.readiness import kept_history
from vafa.insight.reads.dashboard import Trade, trade
from vafa.insight.reads.spans import Span
from vafa.insight.rules.readiness import yearly_cost, yearly_gain
from vafa.program.actions.revisions import publish_draft, save_draft
from vafa.program.reads.promise import rule_names
from vafa.program.rules.document import Program
from vafa.program.rules.example import decided_words
from vafa.program.rules.presets import (
    PRESETS,
    an_ordinary_bill,
    place_of,
    preset_named,
    share_given,
)
from vafa.program.rules.rule_words import rule_words
from vafa.web.panel.drafts import open_workshop
from vafa.web.panel.forms.joining import JoiningForm
from vafa.web.panel.forms.setup import KEEP, AimForm, GainsForm, GroupsForm, SeenForm
from vafa.web.panel.segment_recipes import OF_AIM, RECIPES, recipe_named
from vafa.web.panel.setup_words import measure_words
from vafa.web.panel.views.presets import adopted
from vafa.web.panel.views.segments import sentence
from vafa.web.shared.context import current_lang
from vafa.web.shared.joining import ways_words
from vafa.web.shared.sessions import PageRequest

_LOOK_BACK = timedelta(days=90)
_BILL_STEPS = 10
_MOST_RULES = 4
_HUNDREDTHS = 100
Values = Mapping[str, Any]


class Step(NamedTuple):
    """``form`` is made of what was posted, or of what was answered; ``save`` does what the step
    decides and gives the answers to keep; ``told`` are the sentences beside it, for these values."""

    form: Callable[[PageRequest, SetupState, QueryDict | None], forms.Form]
    save: Callable[[PageRequest, forms.Form], dict[str, Any]]
    told: Callable[[PageRequest, Values], list[str]]


def values_of(form: forms.Form) -> Values:
    """What the form says now: as posted where that is right, else as it began."""
    if form.is_bound and form.is_valid():
        return form.cleaned_data
    return {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}


def _aim_form(request: PageRequest, state: SetupState, data: QueryDict | None) -> forms.Form:
    return AimForm(data, initial=state.of("aim"))


def _plain_answers(request: PageRequest, form: forms.Form) -> dict[str, Any]:
    return dict(form.cleaned_data)


def _aim_told(request: PageRequest, values: Values) -> list[str]:
    lang, aim = current_lang(), values["aim"] or "repeat"
    told = [_("You will judge the club by: %(measure)s") % {"measure": measure_words(aim)}]
    before = _recent(request.club)
    shown, goal = _figures(request.club, aim, before, int(values["percent"] or 0))
    if shown:
        told.append(_("In the last 90 days: %(now)s") % {"now": shown})
        told.append(_("The goal: %(goal)s") % {"goal": goal})
    else:
        told.append(_("There is nothing to compare with yet; import your history, or just begin."))
    months = format_number(int(values["months"] or 6), lang)
    told.append(_("You look again in %(n)s months.") % {"n": months})
    return told


def _recent(club: ClubContext) -> Trade:
    today = club.local_date(now())
    return trade(club, Span(today - _LOOK_BACK + timedelta(days=1), today + timedelta(days=1)))


def _figures(club: ClubContext, aim: str, found: Trade, percent: int) -> tuple[str, str]:
    """The measure of an aim as it is and as it shall be; two empty texts where nothing is known."""
    lang, grown = current_lang(), 1 + percent / _HUNDREDTHS
    if aim == "repeat" and found.repeat_rate:
        goal = min(found.repeat_rate * grown, 1.0)
        return format_percent(found.repeat_rate, lang), format_percent(goal, lang)
    if aim == "basket" and found.basket:
        unit = club.display_unit
        amounts = (found.basket, round(found.basket * grown))
        before, after = (format_amount(whole_units(n, unit), unit, lang) for n in amounts)
        return before, after
    if aim == "fresh" and found.joined:
        return format_number(found.joined, lang), format_number(round(found.joined * grown), lang)
    return "", ""


def _groups_form(request: PageRequest, state: SetupState, data: QueryDict | None) -> forms.Form:
    lang = current_lang()
    choices = [(r.code, r.name_en if lang == "en" else r.name) for r in RECIPES]
    known = state.of("groups").get("groups")
    initial = OF_AIM.get(state.of("aim").get("aim", ""), ()) if known is None else known
    return GroupsForm(data, groups=choices, initial={"chosen": list(initial)})


def _groups_save(request: PageRequest, form: forms.Form) -> dict[str, Any]:
    chosen = list(form.cleaned_data["chosen"])
    there = {segment.name for segment in list_segments(request.club.id, with_archived=True)}
    for code in chosen:
        recipe = recipe_named(code)
        if recipe is not None and recipe.name not in there:
            require_permission(request.actor, "segments.edit")
            create_segment(
                request.club,
                name=recipe.name,
                name_en=recipe.name_en,
                definition=recipe.definition,
                by=request.actor.label,
            )
    return {"groups": chosen}


def _groups_told(request: PageRequest, values: Values) -> list[str]:
    lang, told = current_lang(), []
    for code in values["chosen"] or ():
        recipe = recipe_named(code)
        if recipe is not None:
            name = recipe.name_en if lang == "en" else recipe.name
            told.append(f"{name}: {sentence(request.club, recipe.definition)}")
    return told or [_("No group yet: everybody gets the same.")]


def _gains_form(request: PageRequest, state: SetupState, data: QueryDict | None) -> forms.Form:
    lang, answered = current_lang(), state.of("gains")
    presets = [(p.name, p.title.said(lang)) for p in PRESETS]
    keep = [(KEEP, _("The rules as they are now"))]
    # Whoever comes back finds the rules as she left them, not the preset again.
    initial = {**answered, "preset": KEEP if answered else "own-points"}
    return GainsForm(data, presets=[*keep, *presets], initial=initial)


def _gains_save(request: PageRequest, form: forms.Form) -> dict[str, Any]:
    data = form.cleaned_data
    program = _program_of(request, data["preset"])
    if data["preset"] != KEEP:
        require_permission(request.actor, "program.edit")
        if data["publish"]:
            require_permission(request.actor, "program.publish")
        save_draft(request.club.id, program, actor=request.actor.label)
        if data["publish"]:
            publish_draft(request.club.id, actor=request.actor.label)
    before = setup_state(request.club.id).of("gains").get("preset", "")
    chosen = before if data["preset"] == KEEP else data["preset"]
    return {"preset": chosen, "margin": data["margin"], "publish": data["publish"]}


def _program_of(request: PageRequest, name: str) -> Program:
    """The programme of a preset, with what the club agreed with staff and programs kept; or the
    one that is being edited."""
    shop, found = open_workshop(request), preset_named(name)
    if found is None:
        return shop.program
    return adopted(found.program(place_of(request.club.currency)), shop.program)


def _gains_told(request: PageRequest, values: Values) -> list[str]:
    club, lang = request.club, current_lang()
    program = _program_of(request, values["preset"] or KEEP)
    place, found = place_of(club.currency), preset_named(values["preset"] or KEEP)
    told = [found.said(found.about, lang)] if found else []
    active = [rule for rule in program.rules if rule.is_active][:_MOST_RULES]
    names = rule_names(club, program, active, lang)
    told += [rule_words(rule, club.display_unit, lang, names) for rule in active]
    total = place.step * _BILL_STEPS
    given = decided_words(an_ordinary_bill(program, place, total), club.display_unit, lang)
    bill = format_amount(total, club.display_unit, lang)
    if given:
        told.append(_("A bill of %(bill)s gives %(given)s") % {"bill": bill, "given": given})
    return told + _money_told(club, share_given(program, place), int(values["margin"] or 0))


def _money_told(club: ClubContext, given: int, margin: int) -> list[str]:
    """What it costs and may bring, where the history was looked at."""
    lang, history = current_lang(), kept_history(setup_state(club.id))
    if given == 0:
        return [_("These points buy rewards alone: what the club costs is what the rewards cost")]
    share = format_percent(given / (_HUNDREDTHS * _HUNDREDTHS), lang, 1)
    told = [_("That is %(share)s of what members buy") % {"share": share}]
    if history is None:
        return told
    cost, gain = yearly_cost(history, given), yearly_gain(history, margin * _HUNDREDTHS)
    words = {
        "low": format_short(cost.low, club.display_unit, lang),
        "high": format_short(cost.high, club.display_unit, lang),
    }
    told.append(_("By your history it costs %(low)s to %(high)s a year") % words)
    words = {
        "low": format_short(gain.low, club.display_unit, lang),
        "high": format_short(gain.high, club.display_unit, lang),
    }
    told.append(_("and may bring %(low)s to %(high)s, before that cost") % words)
    return told


def _membership_form(request: PageRequest, state: SetupState, data: QueryDict | None) -> forms.Form:
    initial = JoiningForm.values_of(joining_terms(request.club.id))
    return JoiningForm(data, unit=request.club.display_unit, initial=initial)


def _membership_save(request: PageRequest, form: forms.Form) -> dict[str, Any]:
    assert isinstance(form, JoiningForm)
    save_joining_terms(request.club.id, form.terms, by=request.actor.label)
    return {"mode": form.terms.mode, "ways": list(form.terms.ways)}


def _membership_told(request: PageRequest, values: Values) -> list[str]:
    if values["mode"] == "open":
        return [_("Anybody joins with a mobile number, in a minute")]
    form = JoiningForm(unit=request.club.display_unit)
    form.cleaned_data = dict(values)
    said = ways_words(request.club, form.terms)
    return [_("People read on your page how they come in:"), *said]


def _seen_form(request: PageRequest, state: SetupState, data: QueryDict | None) -> forms.Form:
    return SeenForm(data)


def _seen_save(request: PageRequest, form: forms.Form) -> dict[str, Any]:
    return {"seen": True}


def _nothing_told(request: PageRequest, values: Values) -> list[str]:
    return []


STEP_DEEDS: dict[str, Step] = {
    "aim": Step(_aim_form, _plain_answers, _aim_told),
    "groups": Step(_groups_form, _groups_save, _groups_told),
    "gains": Step(_gains_form, _gains_save, _gains_told),
    "membership": Step(_membership_form, _membership_save, _membership_told),
    "talk": Step(_seen_form, _seen_save, _nothing_told),
    "business": Step(_seen_form, _seen_save, _nothing_told),
    "fields": Step(_seen_form, _seen_save, _nothing_told),
}
