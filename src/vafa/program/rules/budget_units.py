"""What the amounts of a budget are of: points, or credit in the smallest unit of money. Pure."""

from __future__ import annotations

from vafa.program.rules.deeds import Deed
from vafa.program.rules.document import Program
from vafa.program.rules.limits import Budget, BudgetUnit
from vafa.program.rules.rule import Rule


def budget_unit(program: Program, budget: Budget) -> BudgetUnit:
    """As the budget says; one that was made before budgets said it goes by the rules that draw on
    it, where all of them give credit."""
    if budget.unit == "credit":
        return "credit"
    given = {
        unit for rule in program.rules if rule.budget == budget.code and (unit := _given(rule))
    }
    return "credit" if given == {"credit"} else "points"


def fits_budget(program: Program, budget: Budget, rule: Rule) -> bool:
    """Whether what the rule gives is what the budget counts; a rule that gives no amount is only
    counted, and fits any."""
    given = _given(rule)
    return given is None or (given == "credit") == (budget_unit(program, budget) == "credit")


def _given(rule: Rule) -> str | None:
    return None if isinstance(rule.gives, Deed) else rule.gives.unit
