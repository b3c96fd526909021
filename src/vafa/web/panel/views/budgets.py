"""Budgets of the draft, which several rules share."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vafa.core.errors import NotFound
from vafa.program.reads.budgets import counted_codes, drawn_on
from vafa.program.rules.budget_units import budget_unit
from vafa.program.rules.document import Program
from vafa.program.rules.limits import Budget
from vafa.web.panel.drafts import draft_form, fresh_id, keep, open_workshop, saved
from vafa.web.panel.forms.earning import BudgetForm
from vafa.web.panel.pages import panel_page
from vafa.web.shared.sessions import PageRequest


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def new_budget(request: PageRequest) -> HttpResponse:
    """Add a budget to the draft."""
    shop = open_workshop(request)
    form = BudgetForm(request.POST or None, used={}, money=request.club.display_unit)
    if form.is_valid():
        taken = {budget.code for budget in shop.program.budgets}
        taken |= {budget.code for budget in shop.live.program.budgets} if shop.live else set()
        # What was drawn on a budget that is gone stays counted: a new one must begin anew.
        counted = counted_codes(request.club.id, "b")
        made = form.build(fresh_id("budget", taken, counted))
        keep(request, shop.program, budgets=(*shop.program.budgets, made))
        return saved(request)
    return draft_form(request, form, _("New budget"))


@require_http_methods(["GET", "POST"])
@panel_page("program.edit")
def edit_budget(request: PageRequest, code: str) -> HttpResponse:
    """Change a budget of the draft."""
    program = open_workshop(request).program
    budget = _budget(program, code)
    used = drawn_on(request.club, f"b:{code}")
    money = request.club.display_unit
    values = BudgetForm.values_of(budget, budget_unit(program, budget), money)
    form = BudgetForm(request.POST or None, initial=values, used=used, money=money)
    if form.is_valid():
        changed = form.build(code)
        budgets = tuple(changed if one.code == code else one for one in program.budgets)
        keep(request, program, budgets=budgets)
        return saved(request)
    return draft_form(request, form, budget.name)


@require_POST
@panel_page("program.edit")
def remove_budget(request: PageRequest, code: str) -> HttpResponse:
    """Take a budget out of the draft, and out of the rules that name it."""
    program = open_workshop(request).program
    budget = _budget(program, code)
    rules = tuple(
        rule.model_copy(update={"budget": ""}) if rule.budget == code else rule
        for rule in program.rules
    )
    budgets = tuple(one for one in program.budgets if one.code != budget.code)
    keep(request, program, budgets=budgets, rules=rules)
    return HttpResponseRedirect(reverse("panel:draft"))


def _budget(program: Program, code: str) -> Budget:
    budget = program.budget(code)
    if budget is None:
        raise NotFound
    return budget
