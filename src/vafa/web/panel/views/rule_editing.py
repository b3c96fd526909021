"""The rules of the draft: put together, switched, moved, taken back to what is live."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vafa.core.clock import now
from vafa.core.errors import NotFound
from vafa.program.errors import InvalidProgram
from vafa.program.reads.budgets import counted_codes
from vafa.program.reads.promise import rule_names
from vafa.program.rules.document import Program
from vafa.program.rules.example import example_of, example_words
from vafa.program.rules.place_terms import without_rule
from vafa.program.rules.rule import Rule
from vafa.program.rules.rule_words import rule_words
from vafa.web.panel.drafts import (
    Workshop,
    at_own_branch,
    branch_of,
    draft_form,
    fresh_id,
    keep,
    last_place,
    moved,
    open_workshop,
    refuse_foreign,
    saved,
    with_rule,
    without_empty,
)
from vafa.web.panel.forms.rule_groups import GroupForm
from vafa.web.panel.forms.rules import RECIPE_FORMS, RuleForm, form_kind
from vafa.web.panel.pages import page_calendar, panel_page, panel_render
from vafa.web.panel.rule_builder import RuleBuilder, opened, posted
from vafa.web.panel.rule_offer import Offer
from vafa.web.panel.words import kind_words
from vafa.web.shared.context import current_lang
from vafa.web.shared.sessions import PageRequest
from vafa.web.shared.undo import offer_undo

BUILT = "rule"


@require_http_methods(["GET", "POST"])
@panel_page("program.edit", "branch.terms", by_branch=True)
def new_rule(request: PageRequest, kind: str) -> HttpResponse:
    """Add a rule to the draft: by a short form, or (kind ``rule``) put together."""
    shop = open_workshop(request)
    if kind == BUILT:
        return _built(request, shop, None)
    if kind not in RECIPE_FORMS:
        raise NotFound
    form = _recipe(request, shop, kind, {"name_fa": "", "name_en": ""})
    if form.is_valid():
        rule = form.build(fresh_id(kind, _taken(request, shop)), True)
        rule = at_own_branch(request, rule)
        rule = rule.model_copy(update={"order": last_place(shop.program)})
        keep(request, shop.program, rules=with_rule(shop.program, rule))
        return saved(request)
    return draft_form(request, form, kind_words(kind))


@require_http_methods(["GET", "POST"])
@panel_page("program.edit", "branch.terms", by_branch=True)
def edit_rule(request: PageRequest, rule_id: str) -> HttpResponse:
    """Change a rule of the draft: by the short form that it has, or (``?full=1``) in full."""
    shop = open_workshop(request)
    rule = _rule(request, shop.program, rule_id)
    kind = form_kind(rule)
    if kind == BUILT or request.GET.get("full") == "1":
        return _built(request, shop, rule)
    form = _recipe(request, shop, kind, RECIPE_FORMS[kind].values_of(rule))
    if form.is_valid():
        changed = at_own_branch(request, form.build(rule.id, rule.is_active, rule))
        changed = changed.model_copy(update={"order": rule.order})
        keep(request, shop.program, rules=with_rule(shop.program, changed))
        return saved(request)
    return draft_form(request, form, kind_words(kind), full_url="?full=1")


@require_POST
@panel_page("program.edit", "branch.terms", by_branch=True)
def build_rule(request: PageRequest) -> HttpResponse:
    """The parts again, after one was added, taken away or became another: computes only."""
    offer = _offer(request, open_workshop(request))
    builder = posted(offer, request.POST, bound=False)
    builder.change(request.POST.get("do", ""))
    return _page(request, builder)


@require_POST
@panel_page("program.edit", "branch.terms", by_branch=True)
def preview_rule(request: PageRequest) -> HttpResponse:
    """What is being put together as a sentence, with an example: computes only."""
    offer = _offer(request, open_workshop(request))
    builder = posted(offer, request.POST, bound=True)
    context = _preview(request, builder)
    return panel_render(request, "panel/_rule_preview.html", context, section="program")


@require_POST
@panel_page("program.edit", "branch.terms", by_branch=True)
def switch_rule(request: PageRequest, rule_id: str) -> HttpResponse:
    """Switch a rule of the draft on or off (``active`` 1 or 0)."""
    program = open_workshop(request).program
    rule = _rule(request, program, rule_id)
    changed = rule.model_copy(update={"is_active": request.POST.get("active") == "1"})
    keep(request, program, rules=with_rule(program, changed))
    if not changed.is_active:
        here = reverse("panel:switch-rule", args=[rule_id])
        offer_undo(request, _("The rule is switched off in the draft."), here, active="1")
    return _back()


@require_POST
@panel_page("program.edit")
def move_rule(request: PageRequest, rule_id: str) -> HttpResponse:
    """Move a rule of the draft one place (``to`` up or down)."""
    program = open_workshop(request).program
    rule = _rule(request, program, rule_id)
    keep(request, program, rules=moved(program, rule, up=request.POST.get("to") == "up"))
    return _back()


@require_POST
@panel_page("program.edit", "branch.terms", by_branch=True)
def restore_rule(request: PageRequest, rule_id: str) -> HttpResponse:
    """Make a rule of the draft what it is in the live programme."""
    shop = open_workshop(request)
    live = shop.live.program if shop.live else Program()
    rule = _rule(request, live, rule_id)
    group = live.group(rule.group)
    groups = shop.program.groups
    if group is not None and shop.program.group(group.code) is None:
        groups = (*groups, group)
    keep(request, shop.program, rules=with_rule(shop.program, rule), groups=groups)
    return _back()


@require_POST
@panel_page("program.edit", "branch.terms", by_branch=True)
def remove_rule(request: PageRequest, rule_id: str) -> HttpResponse:
    """Take a rule out of the draft."""
    program = open_workshop(request).program
    rule = _rule(request, program, rule_id)
    left = program.model_copy(update={"rules": tuple(r for r in program.rules if r != rule)})
    places = without_rule(program.places, rule.id)
    keep(request, left, groups=without_empty(left, program), places=places)
    return _back()


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def edit_group(request: PageRequest, code: str) -> HttpResponse:
    """Change how the rules of a group stand to each other."""
    program = open_workshop(request).program
    group = program.group(code)
    if group is None:
        raise NotFound
    rules = [rule for rule in program.rules if rule.group == code]
    form = GroupForm(request.POST or None, initial=GroupForm.values_of(group), rules=rules)
    if form.is_valid():
        changed = form.build(code)
        groups = tuple(changed if one.code == code else one for one in program.groups)
        keep(request, program, groups=groups)
        return saved(request)
    return draft_form(request, form, _("Group of rules"))


def _built(request: PageRequest, shop: Workshop, rule: Rule | None) -> HttpResponse:
    offer = _offer(request, shop, rule)
    if request.method != "POST":
        return _page(request, opened(offer))
    builder = posted(offer, request.POST, bound=True)
    if _save(request, shop, builder):
        return saved(request)
    return _page(request, builder, status=422)


def _save(request: PageRequest, shop: Workshop, builder: RuleBuilder) -> bool:
    """Keep the rule in the draft; False where something is wrong, which the forms then tell."""
    program, old = shop.program, builder.offer.editing
    code = fresh_id("group", {group.code for group in program.groups})
    rule = builder.build(old.id if old else fresh_id(BUILT, _taken(request, shop)), code)
    if rule is None:
        return False
    rule = at_own_branch(request, rule)
    if old is None:
        rule = rule.model_copy(update={"order": last_place(program)})
    group = builder.head.new_group(code)
    groups = (*program.groups, group) if group else program.groups
    changed = program.model_copy(update={"rules": with_rule(program, rule), "groups": groups})
    try:
        keep(request, changed, groups=without_empty(changed, program))
    except InvalidProgram as error:
        builder.tell(error)
        return False
    return True


def _page(request: PageRequest, builder: RuleBuilder, status: int = 200) -> HttpResponse:
    rule = builder.offer.editing
    said = rule.name.said(current_lang()) if rule else _("New rule")
    context = {"builder": builder, "form": builder.head, "editing": rule, "title": said}
    return panel_render(
        request,
        "panel/rule_form.html",
        context,
        section="program",
        fragment="panel/_rule_builder.html",
        status=status,
    )


def _preview(request: PageRequest, builder: RuleBuilder) -> dict[str, Any]:
    rule = builder.sketch()
    if rule is None:
        return {"text": ""}
    rule = at_own_branch(request, rule)
    club, lang, program = request.club, current_lang(), builder.offer.program
    names = rule_names(club, program, [rule], lang)
    example = example_of(program, rule, club.local_date(now()), club.calendar)
    unit = club.display_unit
    return {
        "text": rule_words(rule, unit, lang, names),
        "is_whole": builder.is_whole,
        "example": example_words(example, program, unit, lang) if example else "",
    }


def _offer(request: PageRequest, shop: Workshop, rule: Rule | None = None) -> Offer:
    editing = rule or shop.program.rule(request.POST.get("editing", ""))
    here = branch_of(request)
    return Offer(
        request.club,
        request.actor,
        shop.program,
        page_calendar(request),
        editing,
        here.branch_id if here else None,
    )


def _recipe(request: PageRequest, shop: Workshop, kind: str, initial: dict[str, Any]) -> RuleForm:
    lang = current_lang()
    return RECIPE_FORMS[kind](
        request.POST or None,
        initial=initial,
        unit=request.club.display_unit,
        branches=list(shop.names.branches.items()),
        categories=list(shop.names.categories.items()),
        tiers=[(tier.code, tier.name.said(lang)) for tier in shop.program.tiers],
    )


def _rule(request: PageRequest, program: Program, rule_id: str) -> Rule:
    rule = program.rule(rule_id)
    if rule is None:
        raise NotFound
    refuse_foreign(request, rule)
    return rule


def _taken(request: PageRequest, shop: Workshop) -> set[str]:
    live = shop.live.program.rules if shop.live else ()
    # What rules that are gone drew on their limits stays counted: a new one begins anew.
    return counted_codes(request.club.id, "r") | {rule.id for rule in (*shop.program.rules, *live)}


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("panel:draft"))
