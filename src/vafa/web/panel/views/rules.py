"""Editing the draft's rules, tiers and terms; every change makes or updates the draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vafa.core.errors import NotFound
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.rule import Rule
from vafa.web.panel.drafts import (
    Workshop,
    fresh_id,
    keep,
    open_workshop,
    with_rule,
    with_tier,
)
from vafa.web.panel.forms.parts import PART_FORMS
from vafa.web.panel.forms.program import TierForm
from vafa.web.panel.forms.rule_kinds import RULE_FORMS, form_kind
from vafa.web.panel.forms.rules import RuleForm
from vafa.web.panel.forms.terms import TermsForm
from vafa.web.panel.pages import EDITORS, panel_form, panel_page
from vafa.web.panel.words import kind_words, part_names
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest


@require_http_methods(["GET", "POST"])
@panel_page(*EDITORS)
def new_rule(request: PageRequest, kind: str) -> HttpResponse:
    """Add a rule of a kind to the draft."""
    if kind not in RULE_FORMS:
        raise NotFound
    shop = open_workshop(request)
    form = _rule_form(request, shop, kind, initial={"name_fa": "", "name_en": ""})
    if form.is_valid():
        taken = _rule_ids(shop.program) | (_rule_ids(shop.live.program) if shop.live else set())
        rule = form.build(fresh_id(kind, taken), True)
        keep(request, shop.program, rules=with_rule(shop.program, rule))
        return _saved(request)
    return _form_page(request, form, kind_words(kind))


@require_http_methods(["GET", "POST"])
@panel_page(*EDITORS)
def edit_rule(request: PageRequest, rule_id: str) -> HttpResponse:
    """Change a rule of the draft."""
    shop = open_workshop(request)
    rule = _rule(shop.program, rule_id)
    kind = form_kind(rule)
    form = _rule_form(request, shop, kind, initial=RULE_FORMS[kind].values_of(rule))
    if form.is_valid():
        changed = form.build(rule.id, rule.is_active, rule)
        keep(request, shop.program, rules=with_rule(shop.program, changed))
        return _saved(request)
    return _form_page(request, form, kind_words(kind))


@require_POST
@panel_page(*EDITORS)
def switch_rule(request: PageRequest, rule_id: str) -> HttpResponse:
    """Switch a rule of the draft on or off (``active`` 1 or 0)."""
    program = open_workshop(request).program
    rule = _rule(program, rule_id)
    changed = rule.model_copy(update={"is_active": request.POST.get("active") == "1"})
    keep(request, program, rules=with_rule(program, changed))
    return HttpResponseRedirect(reverse("panel:draft"))


@require_POST
@panel_page(*EDITORS)
def remove_rule(request: PageRequest, rule_id: str) -> HttpResponse:
    """Take a rule out of the draft."""
    program = open_workshop(request).program
    rule = _rule(program, rule_id)
    keep(request, program, rules=tuple(r for r in program.rules if r.id != rule.id))
    return HttpResponseRedirect(reverse("panel:draft"))


@require_http_methods(["GET", "POST"])
@panel_page(*EDITORS)
def new_tier(request: PageRequest) -> HttpResponse:
    """Add a tier to the draft."""
    shop = open_workshop(request)
    form = TierForm(request.POST or None, others=shop.program.tiers)
    if form.is_valid():
        taken = {tier.code for tier in shop.program.tiers}
        taken |= {tier.code for tier in shop.live.program.tiers} if shop.live else set()
        tier = form.build(fresh_id("tier", taken))
        keep(request, shop.program, tiers=with_tier(shop.program, tier))
        return _saved(request)
    return _form_page(request, form, _("New tier"))


@require_http_methods(["GET", "POST"])
@panel_page(*EDITORS)
def edit_tier(request: PageRequest, code: str) -> HttpResponse:
    """Change a tier of the draft."""
    program = open_workshop(request).program
    tier = _tier(program, code)
    form = TierForm(
        request.POST or None,
        initial=TierForm.values_of(tier),
        others=[other for other in program.tiers if other.code != code],
    )
    if form.is_valid():
        keep(request, program, tiers=with_tier(program, form.build(code)))
        return _saved(request)
    return _form_page(request, form, _("Tier"))


@require_POST
@panel_page(*EDITORS)
def remove_tier(request: PageRequest, code: str) -> HttpResponse:
    """Take a tier out of the draft."""
    program = open_workshop(request).program
    tier = _tier(program, code)
    keep(request, program, tiers=tuple(t for t in program.tiers if t.code != tier.code))
    return HttpResponseRedirect(reverse("panel:draft"))


@require_http_methods(["GET", "POST"])
@panel_page(*EDITORS)
def edit_terms(request: PageRequest) -> HttpResponse:
    """Change the draft's terms of the points."""
    program = open_workshop(request).program
    form = TermsForm(
        request.POST or None,
        initial=TermsForm.values_of(program.terms),
        unit=request.club.display_unit,
    )
    if form.is_valid():
        keep(request, program, terms=form.build())
        return _saved(request)
    return _form_page(request, form, _("Terms of the points"))


@require_http_methods(["GET", "POST"])
@panel_page(*EDITORS)
def edit_part(request: PageRequest, part: str) -> HttpResponse:
    """Change one of the smaller parts of the draft: credit, corrections, gifts ..."""
    form_class = PART_FORMS.get(part)
    if form_class is None:
        raise NotFound
    program = open_workshop(request).program
    form = form_class(
        request.POST or None,
        initial=form_class.values_of(program),
        unit=request.club.display_unit,
    )
    if form.is_valid():
        keep(request, program, **{part: form.build(program)})
        return _saved(request)
    return _form_page(request, form, part_names()[part])


def _rule_form(
    request: PageRequest, shop: Workshop, kind: str, initial: dict[str, Any]
) -> RuleForm:
    lang = current_lang()
    return RULE_FORMS[kind](
        request.POST or None,
        initial=initial,
        unit=request.club.display_unit,
        branches=list(shop.names.branches.items()),
        categories=list(shop.names.categories.items()),
        tiers=[(tier.code, tier.name.said(lang)) for tier in shop.program.tiers],
    )


def _rule(program: Program, rule_id: str) -> Rule:
    rule = program.rule(rule_id)
    if rule is None:
        raise NotFound
    return rule


def _tier(program: Program, code: str) -> Tier:
    tier = program.tier(code)
    if tier is None:
        raise NotFound
    return tier


def _rule_ids(program: Program) -> set[str]:
    return {rule.id for rule in program.rules}


def _saved(request: PageRequest) -> HttpResponse:
    messages.success(
        request, _("Saved in the draft. Nothing changes for members until you publish it.")
    )
    return HttpResponseRedirect(reverse("panel:draft"))


def _form_page(request: PageRequest, form: Any, title: str) -> HttpResponse:
    return panel_form(request, "panel/draft_form.html", form, section="program", title=title)
