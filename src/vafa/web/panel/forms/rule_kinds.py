"""Which form a rule is made and edited with."""

from __future__ import annotations

from vafa.program.rules.recipes import recipe_of
from vafa.program.rules.rule import Rule
from vafa.web.panel.forms.full_rule import FullRuleForm
from vafa.web.panel.forms.rules import (
    BirthdayForm,
    MultiplierForm,
    PerAmountForm,
    RuleForm,
    WelcomeForm,
)

RULE_FORMS: dict[str, type[RuleForm]] = {
    form.kind: form
    for form in (PerAmountForm, MultiplierForm, BirthdayForm, WelcomeForm, FullRuleForm)
}


def form_kind(rule: Rule) -> str:
    """The simple form of a rule that has one, else the form with every condition."""
    return recipe_of(rule) or FullRuleForm.kind
