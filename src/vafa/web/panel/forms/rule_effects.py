"""How it is typed what a rule gives, and how much of it at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.program.rules.limits import Limit
from vafa.program.rules.rule import Effect, Fixed, Given, PerItem, PerStep, Times
from vafa.web.panel.forms.program import percent_field
from vafa.web.panel.forms.rule_fields import only_for, points_field
from vafa.web.panel.forms.rule_parts import Data, Problems
from vafa.web.panel.rule_offer import Offer
from vafa.web.shared.forms import AmountField, DigitsField

_USUAL = {"200": _("Double"), "300": _("Triple"), "150": _("One and a half times")}
SCOPES = [
    ("member", _("for each member")),
    ("household", _("for each household")),
    ("branch", _("at each branch")),
    ("total", _("for everybody together")),
]
PERIODS = [
    ("day", _("a day")),
    ("week", _("a week")),
    ("month", _("a month")),
    ("year", _("a year")),
    ("ever", _("in all")),
]


@dataclass(frozen=True)
class Multiplying:
    """What is given for amounts, times so much: the usual ones are chosen, others typed in
    percent."""

    name: str
    label: Any
    group: str
    unit: Given = "points"

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        times = forms.ChoiceField(
            label=_("How many times"), choices=[*_USUAL.items(), ("other", _("Another percentage"))]
        )
        percent = percent_field(
            label=_("Percent of the usual points"), least=101, required=False, initial=250
        )
        return {"times": times, "percent": only_for(percent, "times", "other")}

    def usable(self, offer: Offer) -> bool:
        return True

    def sample(self, offer: Offer) -> Effect:
        return Times(percent=200, unit=self.unit)

    def check(self, data: Data) -> Problems:
        if data["times"] != "other" or data["percent"]:
            return {}
        return {"percent": _now("This is needed for what the rule gives.")}

    def build(self, data: Data) -> Effect:
        percent = data["percent"] if data["times"] == "other" else int(data["times"])
        return Times(percent=percent, unit=self.unit)

    def values(self, part: Any) -> dict[str, Any] | None:
        if not isinstance(part, Times) or part.unit != self.unit:
            return None
        usual = str(part.percent) if str(part.percent) in _USUAL else "other"
        return {"times": usual, "percent": part.percent}


@dataclass(frozen=True)
class Giving:
    """So much of ``example``'s unit: for every amount, for every item, or once."""

    name: str
    label: Any
    group: str
    example: PerStep | PerItem | Fixed

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        money = offer.club.display_unit
        if self.example.unit == "credit":
            found: dict[str, forms.Field] = {"points": AmountField(label=_("Credit"), unit=money)}
        else:
            found = {"points": points_field()}
        if isinstance(self.example, PerStep):
            found["step"] = AmountField(label=_("For every"), unit=money)
        return found

    def usable(self, offer: Offer) -> bool:
        return True

    def sample(self, offer: Offer) -> Effect:
        return self.example

    def check(self, data: Data) -> Problems:
        return {}

    def build(self, data: Data) -> Effect:
        return type(self.example)(unit=self.example.unit, **data)

    def values(self, part: Any) -> dict[str, Any] | None:
        if not isinstance(part, type(self.example)) or part.unit != self.example.unit:
            return None
        return part.model_dump(exclude={"kind", "unit"})


@dataclass(frozen=True)
class Limiting:
    """At most so much, or so often, in a time; ``unit`` is what the rule gives, None where that is
    no amount."""

    name: str
    label: Any
    group: str
    unit: Given | None = "points"

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        counts = [("points", _("of credit") if self.unit == "credit" else _("points"))]
        counts = [*(counts if self.unit else []), ("times", _("times"))]
        most: forms.Field = DigitsField(label=_("At most"), min_value=1, max_value=10**13)
        found = {"most": most}
        if self.unit == "credit":
            amount = AmountField(label=_("At most"), unit=offer.club.display_unit, required=False)
            most.required = False
            found = {
                "amount": only_for(amount, "counts", "points"),
                "most": only_for(most, "counts", "times"),
            }
        return found | {
            "counts": forms.ChoiceField(label=_("Of what"), choices=counts),
            "per": forms.ChoiceField(label=_("In which time"), choices=PERIODS, initial="week"),
            "scope": forms.ChoiceField(label=_("For whom"), choices=SCOPES),
        }

    def usable(self, offer: Offer) -> bool:
        return True

    def sample(self, offer: Offer) -> Limit:
        return Limit(most=1)

    def check(self, data: Data) -> Problems:
        field = self._counted(data)
        return {} if data[field] else {field: _now("Say how much at most.")}

    def build(self, data: Data) -> Limit:
        most = data[self._counted(data)]
        return Limit(most=most, counts=data["counts"], per=data["per"], scope=data["scope"])

    def values(self, part: Any) -> dict[str, Any] | None:
        if not isinstance(part, Limit):
            return None
        return {**part.model_dump(), "amount": part.most}

    def _counted(self, data: Data) -> str:
        return "amount" if self.unit == "credit" and data["counts"] == "points" else "most"
