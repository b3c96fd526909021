"""The short forms of the rules that every club has; all others are put together in the builder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.core.jalali import WEEKDAYS_FA
from vafa.program.rules import recipes
from vafa.program.rules.recipes import chosen_in
from vafa.program.rules.rule import Fixed, NearBirthday, PerStep, Rule, Times
from vafa.web.panel.forms.program import NamedForm, percent_field
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import AmountField, DigitsField

MOST_POINTS = 1_000_000_000
_DAYS_EN = ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
Choices = Sequence[tuple[int | str, str]]


def boxes() -> forms.CheckboxSelectMultiple:
    """Check boxes to choose several."""
    return forms.CheckboxSelectMultiple(attrs={"class": "checkbox checkbox-primary"})


def choose(form: forms.Form, name: str, choices: Choices) -> None:
    """Give a field its choices; without any it is taken out."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField | forms.TypedMultipleChoiceField)
    if choices:
        field.choices = list(choices)
    else:
        del form.fields[name]


class RuleForm(NamedForm):
    """What all kinds of rules share."""

    kind: ClassVar[str] = ""

    def __init__(
        self,
        *args: Any,
        unit: str,
        branches: Choices,
        categories: Choices,
        tiers: Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)

    def build(self, rule_id: str, is_active: bool, old: Rule | None = None) -> Rule:
        """The rule that was typed; what the form does not show stays as in ``old``."""
        raise NotImplementedError

    @classmethod
    def values_of(cls, rule: Rule) -> dict[str, Any]:
        """Initial values out of a rule of this kind."""
        return cls.name_of(rule.name)


class PerAmountForm(RuleForm):
    kind = "per_amount"
    points = DigitsField(label=_("Points"), min_value=1, max_value=MOST_POINTS)
    step = AmountField(label=_("For every"))

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        step = self.fields["step"]
        assert isinstance(step, AmountField)
        step.set_unit(unit)

    def build(self, rule_id: str, is_active: bool, old: Rule | None = None) -> Rule:
        data = self.cleaned_data
        return recipes.per_amount(
            rule_id, self.named(), data["points"], data["step"], is_active=is_active
        )

    @classmethod
    def values_of(cls, rule: Rule) -> dict[str, Any]:
        gives = rule.gives
        assert isinstance(gives, PerStep)
        return {**super().values_of(rule), "points": gives.points, "step": gives.step}


class MultiplierForm(RuleForm):
    kind = "multiplier"
    percent = percent_field(label=_("Percent of the usual points"), initial=200, least=101)
    branch_ids = forms.TypedMultipleChoiceField(
        label=_("Only at these branches"), coerce=int, required=False, widget=boxes()
    )
    category_ids = forms.TypedMultipleChoiceField(
        label=_("Only for these categories"), coerce=int, required=False, widget=boxes()
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Only on these days"), coerce=int, required=False, widget=boxes()
    )

    def __init__(
        self, *args: Any, unit: str, branches: Choices, categories: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, unit=unit, branches=branches, categories=categories, **kwargs)
        choose(self, "branch_ids", branches)
        choose(self, "category_ids", categories)
        choose(self, "weekdays", weekdays())

    def build(self, rule_id: str, is_active: bool, old: Rule | None = None) -> Rule:
        data = self.cleaned_data
        return recipes.multiplier(
            rule_id,
            self.named(),
            data["percent"],
            branch_ids=data.get("branch_ids", ()),
            category_ids=data.get("category_ids", ()),
            weekdays=data["weekdays"],
            is_active=is_active,
        )

    @classmethod
    def values_of(cls, rule: Rule) -> dict[str, Any]:
        assert isinstance(rule.gives, Times)
        return {
            **super().values_of(rule),
            "percent": rule.gives.percent,
            "branch_ids": chosen_in(rule, "branch"),
            "category_ids": chosen_in(rule, "category"),
            "weekdays": chosen_in(rule, "weekday"),
        }


class WelcomeForm(RuleForm):
    kind = "welcome"
    points = DigitsField(label=_("Points for joining"), min_value=1, max_value=MOST_POINTS)

    def build(self, rule_id: str, is_active: bool, old: Rule | None = None) -> Rule:
        points = self.cleaned_data["points"]
        return recipes.welcome(rule_id, self.named(), points, is_active=is_active)

    @classmethod
    def values_of(cls, rule: Rule) -> dict[str, Any]:
        assert isinstance(rule.gives, Fixed)
        return {**super().values_of(rule), "points": rule.gives.points}


class BirthdayForm(RuleForm):
    kind = "birthday"
    percent = percent_field(label=_("Percent of the usual points"), initial=200, least=101)
    days = DigitsField(
        label=_("Days before and after the birthday"), min_value=0, max_value=30, initial=3
    )

    def build(self, rule_id: str, is_active: bool, old: Rule | None = None) -> Rule:
        data = self.cleaned_data
        return recipes.birthday(
            rule_id, self.named(), data["percent"], data["days"], is_active=is_active
        )

    @classmethod
    def values_of(cls, rule: Rule) -> dict[str, Any]:
        (near,) = rule.conditions
        assert isinstance(rule.gives, Times) and isinstance(near, NearBirthday)
        return {**super().values_of(rule), "percent": rule.gives.percent, "days": near.days}


RECIPE_FORMS: dict[str, type[RuleForm]] = {
    form.kind: form for form in (PerAmountForm, MultiplierForm, BirthdayForm, WelcomeForm)
}


def weekdays() -> list[tuple[int | str, str]]:
    """The days of the week, Saturday = 0."""
    if current_lang() != "fa":
        return list(enumerate(_DAYS_EN))
    # The names' own order begins on Monday; a rule's week begins on Saturday.
    return [(day, WEEKDAYS_FA[(day + 5) % 7]) for day in range(7)]


def form_kind(rule: Rule) -> str:
    """The short form of a rule that has one, else "rule": the builder."""
    return recipes.recipe_of(rule) or "rule"
