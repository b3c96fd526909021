"""The form of a rule with conditions: when, where, for whom, for what, and what it gives."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as RuleError

from vafa.core.text import normalize, to_latin_digits
from vafa.program.errors import InvalidProgram
from vafa.program.rules.recipes import chosen_in
from vafa.program.rules.rule import (
    Between,
    Chosen,
    Condition,
    Fixed,
    Lines,
    NearBirthday,
    OneOf,
    PerItem,
    PerStep,
    Rule,
    Times,
)
from vafa.web.panel.forms.program import percent_field
from vafa.web.panel.forms.rules import MOST_POINTS, Choices, RuleForm, boxes, choose, weekdays
from vafa.web.shared.context import local_digits
from vafa.web.shared.forms import AmountField, DigitsField, JalaliDateField

_CLOCK = re.compile(r"([01]?\d|2[0-3])(?::([0-5]\d))?")
# What the form shows: a rule's other conditions stay as they are.
_SHOWN = {"branch", "channel", "weekday", "tier", "category", "total", "minute"}
_CHOSEN: tuple[tuple[Chosen, str], ...] = (
    ("weekday", "weekdays"),
    ("branch", "branch_ids"),
    ("channel", "channels"),
    ("tier", "tiers"),
)
_NEEDED = {
    "times": ("percent",),
    "per_step": ("points", "step"),
    "per_item": ("points",),
    "fixed": ("points",),
}


class ClockField(forms.CharField):
    """A time of day («۱۰» or «۱۰:۳۰»); cleans to minutes since midnight, None when empty."""

    def to_python(self, value: Any) -> Any:
        text = to_latin_digits(normalize(str(value or ""))).strip()
        if not text:
            return None
        found = _CLOCK.fullmatch(text)
        if found is None:
            raise ValidationError(_now("Write a time like 10:30."))
        return int(found[1]) * 60 + int(found[2] or 0)

    def validate(self, value: Any) -> None:
        """Nothing may be left out: the field is optional."""

    def run_validators(self, value: Any) -> None:
        """The pattern was the only one."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return local_digits(f"{value // 60}:{value % 60:02d}")
        return value


class FullRuleForm(RuleForm):
    """Every condition that the panel offers; those left empty do not matter."""

    kind = "rule"
    gives = forms.ChoiceField(
        label=_("What it gives"),
        choices=[
            ("times", _("Multiplied points")),
            ("per_step", _("Points for every amount")),
            ("per_item", _("Points for every item")),
            ("fixed", _("A fixed number of points")),
        ],
    )
    percent = percent_field(label=_("Percent of the usual points"), least=101, required=False)
    points = DigitsField(label=_("Points"), min_value=1, max_value=MOST_POINTS, required=False)
    step = AmountField(label=_("For every"), required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Only on these days"), coerce=int, required=False, widget=boxes()
    )
    since = ClockField(label=_("From what time of day"), required=False)
    until = ClockField(label=_("To what time of day"), required=False)
    branch_ids = forms.TypedMultipleChoiceField(
        label=_("Only at these branches"), coerce=int, required=False, widget=boxes()
    )
    channels = forms.MultipleChoiceField(
        label=_("Only for these ways of buying"),
        choices=[("store", _("In a shop")), ("online", _("Online")), ("phone", _("By phone"))],
        required=False,
        widget=boxes(),
    )
    category_ids = forms.TypedMultipleChoiceField(
        label=_("Only for these categories"), coerce=int, required=False, widget=boxes()
    )
    tiers = forms.MultipleChoiceField(
        label=_("Only for these tiers"), required=False, widget=boxes()
    )
    least = AmountField(label=_("Only on bills of at least"), required=False)
    most = AmountField(label=_("Only on bills of at most"), required=False)
    birthday = DigitsField(
        label=_("Only within so many days of the birthday"),
        min_value=0,
        max_value=30,
        required=False,
    )
    starts = JalaliDateField(label=_("From this day"), required=False)
    ends = JalaliDateField(label=_("Until this day"), required=False)

    def __init__(
        self,
        *args: Any,
        unit: str,
        branches: Choices,
        categories: Choices,
        tiers: Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            *args, unit=unit, branches=branches, categories=categories, tiers=tiers, **kwargs
        )
        for name in ("step", "least", "most"):
            field = self.fields[name]
            assert isinstance(field, AmountField)
            field.set_unit(unit)
        choose(self, "branch_ids", branches)
        choose(self, "category_ids", categories)
        choose(self, "tiers", tiers)
        choose(self, "weekdays", weekdays())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in _NEEDED.get(data.get("gives", ""), ()):
            if name not in self.errors and not data.get(name):
                self.add_error(name, _now("This is needed for what the rule gives."))
        for first, last in (("least", "most"), ("starts", "ends")):
            begin, end = data.get(first), data.get(last)
            if begin and end and end < begin:
                self.add_error(last, _now("The end lies before the beginning."))
        if data.get("since") is not None and data.get("since") == data.get("until"):
            self.add_error("until", _now("The two times are the same."))
        return data

    def build(self, rule_id: str, is_active: bool, old: Rule | None = None) -> Rule:
        data = self.cleaned_data
        kept = [c for c in old.conditions if not _is_shown(c)] if old else []
        try:
            return Rule(
                id=rule_id,
                name=self.named(),
                is_active=is_active,
                on=old.on if old else "purchase",
                conditions=(*self._conditions(), *kept),
                gives=self._effect(),
                group=old.group if old else "",
                order=old.order if old else 100,
                starts=data.get("starts"),
                ends=data.get("ends"),
            )
        except RuleError as error:
            # What a joining cannot have: the form does not know what the rule is about.
            raise InvalidProgram(where=rule_id, why=error.errors()[0]["msg"]) from error

    @classmethod
    def values_of(cls, rule: Rule) -> dict[str, Any]:
        values = {**cls.name_of(rule.name), **rule.gives.model_dump(exclude={"kind"})}
        total, minute = _between(rule, "total"), _between(rule, "minute")
        near = [c.days for c in rule.conditions if isinstance(c, NearBirthday)]
        return values | {
            "gives": rule.gives.kind,
            "weekdays": chosen_in(rule, "weekday"),
            "branch_ids": chosen_in(rule, "branch"),
            "category_ids": chosen_in(rule, "category"),
            "channels": chosen_in(rule, "channel"),
            "tiers": chosen_in(rule, "tier"),
            "least": total.least if total else None,
            "most": total.most if total else None,
            "since": minute.least if minute else None,
            "until": minute.most if minute else None,
            "birthday": near[0] if near else None,
            "starts": rule.starts,
            "ends": rule.ends,
        }

    def _conditions(self) -> list[Condition]:
        data = self.cleaned_data
        found: list[Condition] = [
            OneOf(fact=fact, values=tuple(data[name])) for fact, name in _CHOSEN if data.get(name)
        ]
        if data.get("category_ids"):
            found.append(Lines(fact="category", values=tuple(data["category_ids"])))
        if data.get("least") or data.get("most"):
            found.append(Between(fact="total", least=data["least"], most=data["most"]))
        if data.get("since") is not None or data.get("until") is not None:
            found.append(Between(fact="minute", least=data["since"], most=data["until"]))
        if data.get("birthday") is not None:
            found.append(NearBirthday(days=data["birthday"]))
        return found

    def _effect(self) -> PerStep | Times | PerItem | Fixed:
        data = self.cleaned_data
        if data["gives"] == "times":
            return Times(percent=data["percent"])
        if data["gives"] == "per_step":
            return PerStep(points=data["points"], step=data["step"])
        if data["gives"] == "per_item":
            return PerItem(points=data["points"])
        return Fixed(points=data["points"])


def _is_shown(condition: Condition) -> bool:
    if isinstance(condition, NearBirthday):
        return True
    return condition.fact in _SHOWN and not getattr(condition, "but", False)


def _between(rule: Rule, fact: str) -> Between | None:
    found = (c for c in rule.conditions if isinstance(c, Between) and c.fact == fact)
    return next(found, None)
