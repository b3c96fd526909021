"""What earns beside goods, and the budgets that rules share, as forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.program.rules.document import Program
from vafa.program.rules.limits import Budget, Limit
from vafa.program.rules.what_earns import EarningTerms
from vafa.web.panel.forms.fields import PartForm
from vafa.web.panel.forms.grouping import FieldGroup, grouped
from vafa.web.panel.forms.rule_effects import PERIODS, SCOPES
from vafa.web.shared.forms import DigitsField, TextField

_MOST_LIMITS = 3
_COUNTS = [("points", _("points, or rials of credit")), ("times", _("times"))]


class EarningForm(PartForm):
    """What of a bill earns, and how much one purchase may earn."""

    ceiling = DigitsField(
        label=_("Most points that one purchase may earn"),
        min_value=0,
        max_value=10**9,
        help_text=_("0: without a ceiling."),
    )
    on_points = forms.BooleanField(
        label=_("What points paid of a bill earns points too"), required=False
    )
    on_credit = forms.BooleanField(
        label=_("What credit paid of a bill earns points too"), required=False
    )
    on_delivery = forms.BooleanField(label=_("Delivery fees earn"), required=False)
    on_tax = forms.BooleanField(label=_("Tax earns"), required=False)
    on_gift_cards = forms.BooleanField(
        label=_("Gift cards earn when they are bought"),
        required=False,
        help_text=_("What a gift card pays later earns nothing in any case."),
    )

    def build(self, old: Program) -> EarningTerms:
        return EarningTerms(**self.cleaned_data)

    @staticmethod
    def values_of(program: Program) -> dict[str, Any]:
        """Initial values out of a programme."""
        return program.earning.model_dump()


class BudgetForm(forms.Form):
    """A budget: its name and one to three limits, all of which hold."""

    groups_in_columns = True
    name = TextField(label=_("Name of the budget"), max_length=120)

    def __init__(self, *args: Any, used: dict[tuple[str, str], int], **kwargs: Any) -> None:
        """``used``: by scope and period, how much of the budget is drawn already."""
        super().__init__(*args, **kwargs)
        self.used = used
        for n in range(_MOST_LIMITS):
            first = n == 0
            self.fields[f"most{n}"] = DigitsField(
                label=_("At most"),
                min_value=1,
                max_value=10**13,
                required=first,
            )
            self.fields[f"counts{n}"] = forms.ChoiceField(
                label=_("What is counted"), choices=_COUNTS
            )
            self.fields[f"per{n}"] = forms.ChoiceField(
                label=_("In what time"), choices=PERIODS, initial="ever"
            )
            self.fields[f"scope{n}"] = forms.ChoiceField(
                label=_("For whom"), choices=SCOPES, initial="total"
            )

    def clean(self) -> dict[str, Any]:
        """No limit twice, and none below what is spent."""
        data: dict[str, Any] = super().clean() or {}
        seen = set()
        for n in self._typed(data):
            kind = (data.get(f"scope{n}"), data.get(f"per{n}"), data.get(f"counts{n}"))
            spent = self.used.get((str(kind[0]), str(kind[1])), 0)
            if kind in seen:
                self.add_error(f"most{n}", _now("Another limit counts the same."))
            elif kind[2] == "points" and data[f"most{n}"] < spent:
                told = _now("%(spent)s of it are spent already.") % {"spent": spent}
                self.add_error(f"most{n}", told)
            seen.add(kind)
        return data

    @property
    def groups(self) -> list[FieldGroup]:
        """Each limit under a heading of its own."""
        return grouped(
            self,
            [
                (
                    _now("Limit") if n == 0 else _now("Another limit, if there is one"),
                    [f"{name}{n}" for name in ("most", "counts", "per", "scope")],
                )
                for n in range(_MOST_LIMITS)
            ],
        )

    def build(self, code: str) -> Budget:
        """The budget that was typed."""
        data = self.cleaned_data
        limits = [
            Limit(**{name: data[f"{name}{n}"] for name in ("scope", "per", "counts", "most")})
            for n in self._typed(data)
        ]
        return Budget(code=code, name=data["name"], limits=tuple(limits))

    @staticmethod
    def _typed(data: dict[str, Any]) -> list[int]:
        return [n for n in range(_MOST_LIMITS) if data.get(f"most{n}")]

    @staticmethod
    def values_of(budget: Budget) -> dict[str, Any]:
        """Initial values out of a budget."""
        values: dict[str, Any] = {"name": budget.name}
        for n, limit in enumerate(budget.limits[:_MOST_LIMITS]):
            values |= {f"{name}{n}": value for name, value in limit.model_dump().items()}
        return values
