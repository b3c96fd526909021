"""Forms for the parts of a programme. ``build`` makes the part out of a valid form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.core.jalali import WEEKDAYS_FA
from vafa.program.rules.document import (
    AnyRule,
    Birthday,
    Multiplier,
    PerAmount,
    Text,
    Tier,
    Welcome,
)
from vafa.web.panel.forms.fields import EnglishNameField
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import AmountField, DigitsField, TextField

MOST_POINTS = 1_000_000_000
_DAYS_EN = ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
Choices = Sequence[tuple[int, str]]


def _boxes() -> forms.CheckboxSelectMultiple:
    return forms.CheckboxSelectMultiple(attrs={"class": "checkbox checkbox-primary"})


def _percent_field(**kwargs: Any) -> DigitsField:
    return DigitsField(
        min_value=100,
        max_value=10_000,
        help_text=_("100 is the usual, 150 one and a half times, 200 double."),
        **kwargs,
    )


class NamedForm(forms.Form):
    """A name in both languages."""

    name_fa = TextField(label=_("Name in Persian"), max_length=120)
    name_en = EnglishNameField()

    def named(self) -> Text:
        """The name that was typed."""
        return Text(fa=self.cleaned_data["name_fa"], en=self.cleaned_data["name_en"])

    @staticmethod
    def name_of(text: Text) -> dict[str, str]:
        """Initial values out of a name."""
        return {"name_fa": text.fa, "name_en": text.en}


class RuleForm(NamedForm):
    """What all kinds of rules share."""

    kind: ClassVar[str] = ""

    def __init__(
        self, *args: Any, unit: str, branches: Choices, categories: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)

    def build(self, rule_id: str, is_active: bool) -> AnyRule:
        """The rule that was typed."""
        raise NotImplementedError

    @classmethod
    def values_of(cls, rule: AnyRule) -> dict[str, Any]:
        """Initial values out of a rule of this kind."""
        return {**rule.model_dump(exclude={"id", "name", "kind"}), **cls.name_of(rule.name)}


class PerAmountForm(RuleForm):
    kind = "per_amount"
    points = DigitsField(label=_("Points"), min_value=1, max_value=MOST_POINTS)
    step = AmountField(label=_("For every"))

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        step = self.fields["step"]
        assert isinstance(step, AmountField)
        step.set_unit(unit)

    def build(self, rule_id: str, is_active: bool) -> PerAmount:
        return PerAmount(
            id=rule_id,
            name=self.named(),
            is_active=is_active,
            points=self.cleaned_data["points"],
            step=self.cleaned_data["step"],
        )


class MultiplierForm(RuleForm):
    kind = "multiplier"
    percent = _percent_field(label=_("Percent of the usual points"), initial=200)
    branch_ids = forms.TypedMultipleChoiceField(
        label=_("Only at these branches"), coerce=int, required=False, widget=_boxes()
    )
    category_ids = forms.TypedMultipleChoiceField(
        label=_("Only for these categories"), coerce=int, required=False, widget=_boxes()
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Only on these days"), coerce=int, required=False, widget=_boxes()
    )

    def __init__(
        self, *args: Any, unit: str, branches: Choices, categories: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, unit=unit, branches=branches, categories=categories, **kwargs)
        self._choose("branch_ids", branches)
        self._choose("category_ids", categories)
        self._choose("weekdays", _weekdays())

    def _choose(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = list(choices)

    def build(self, rule_id: str, is_active: bool) -> Multiplier:
        data = self.cleaned_data
        return Multiplier(
            id=rule_id,
            name=self.named(),
            is_active=is_active,
            percent=data["percent"],
            branch_ids=tuple(data["branch_ids"]),
            category_ids=tuple(data["category_ids"]),
            weekdays=tuple(data["weekdays"]),
        )


class WelcomeForm(RuleForm):
    kind = "welcome"
    points = DigitsField(label=_("Points for joining"), min_value=1, max_value=MOST_POINTS)

    def build(self, rule_id: str, is_active: bool) -> Welcome:
        return Welcome(
            id=rule_id,
            name=self.named(),
            is_active=is_active,
            points=self.cleaned_data["points"],
        )


class BirthdayForm(RuleForm):
    kind = "birthday"
    percent = _percent_field(label=_("Percent of the usual points"), initial=200)
    days = DigitsField(
        label=_("Days before and after the birthday"), min_value=0, max_value=30, initial=3
    )

    def build(self, rule_id: str, is_active: bool) -> Birthday:
        return Birthday(
            id=rule_id,
            name=self.named(),
            is_active=is_active,
            percent=self.cleaned_data["percent"],
            days=self.cleaned_data["days"],
        )


RULE_FORMS: dict[str, type[RuleForm]] = {
    form.kind: form for form in (PerAmountForm, MultiplierForm, BirthdayForm, WelcomeForm)
}


class TierForm(NamedForm):
    """A tier; ``others`` are the programme's other tiers, which it may not equal."""

    from_points = DigitsField(
        label=_("From how many points"),
        min_value=0,
        max_value=10**12,
        help_text=_("Points earned in the last 12 months. 0 for a tier that every member has."),
    )
    percent = _percent_field(label=_("Percent of the usual points"), initial=100)

    def __init__(self, *args: Any, others: Sequence[Tier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = others

    def clean_from_points(self) -> int:
        value = int(self.cleaned_data["from_points"])
        for tier in self.others:
            if tier.from_points == value:
                name = tier.name.said(current_lang())
                raise ValidationError(
                    _now("The tier “%(name)s” begins there already.") % {"name": name}
                )
        return value

    def build(self, code: str) -> Tier:
        """The tier that was typed."""
        return Tier(
            code=code,
            name=self.named(),
            from_points=self.cleaned_data["from_points"],
            percent=self.cleaned_data["percent"],
        )

    @classmethod
    def values_of(cls, tier: Tier) -> dict[str, Any]:
        """Initial values out of a tier."""
        return {
            **cls.name_of(tier.name),
            "from_points": tier.from_points,
            "percent": tier.percent,
        }


class PublishForm(forms.Form):
    """A note for those who read the revisions later, and the draft that was on the screen."""

    note = TextField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Why this change? Only the staff sees it."),
    )
    stamp = forms.CharField(max_length=32, widget=forms.HiddenInput())


def _weekdays() -> list[tuple[int, str]]:
    if current_lang() != "fa":
        return list(enumerate(_DAYS_EN))
    # The names' own order begins on Monday; a rule's week begins on Saturday.
    return [(day, WEEKDAYS_FA[(day + 5) % 7]) for day in range(7)]
