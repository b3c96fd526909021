"""What earns beside goods, and the budgets that rules share, as forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.core.money import display_unit, format_amount, format_number, format_plain
from vafa.program.rules.document import Program
from vafa.program.rules.limits import Budget, BudgetUnit, Limit
from vafa.program.rules.what_earns import EarningTerms
from vafa.web.panel.forms.fields import PartForm
from vafa.web.panel.forms.grouping import FieldGroup, grouped
from vafa.web.panel.forms.rule_effects import PERIODS, SCOPES
from vafa.web.shared.context import current_lang, local_digits
from vafa.web.shared.forms import AmountField, DigitsField, TextField

_MOST_LIMITS = 3


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


class _MostField(TextField):
    """A number; the form reads it, since what is counted beside it says of what."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.widget.attrs |= {
            "inputmode": "numeric",
            "dir": "ltr",
            "autocomplete": "off",
            "data-local-digits": True,
        }

    def prepare_value(self, value: Any) -> Any:
        return local_digits(str(value)) if isinstance(value, int) else value


_NUMBER = DigitsField(min_value=1, max_value=10**13)


class BudgetForm(forms.Form):
    """A budget: its name and one to three limits, all of which hold."""

    groups_in_columns = True
    name = TextField(label=_("Name of the budget"), max_length=120)

    def __init__(
        self, *args: Any, used: dict[tuple[str, str], int], money: str, **kwargs: Any
    ) -> None:
        """``used``: by scope and period, how much of the budget is drawn already; ``money``: the
        unit in which the club shows amounts."""
        super().__init__(*args, **kwargs)
        self.used, self.money = used, money
        credit = _now("credit, in %(unit)s") % {"unit": display_unit(money).label(current_lang())}
        counts = [("points", _now("points")), ("credit", credit), ("times", _now("times"))]
        for n in range(_MOST_LIMITS):
            first = n == 0
            self.fields[f"most{n}"] = _MostField(label=_("At most"), required=first)
            self.fields[f"counts{n}"] = forms.ChoiceField(
                label=_("What is counted"), choices=counts
            )
            self.fields[f"per{n}"] = forms.ChoiceField(
                label=_("In what time"), choices=PERIODS, initial="ever"
            )
            self.fields[f"scope{n}"] = forms.ChoiceField(
                label=_("For whom"), choices=SCOPES, initial="total"
            )

    def clean(self) -> dict[str, Any]:
        """No limit twice, none below what is spent, and points or credit, not both."""
        data: dict[str, Any] = super().clean() or {}
        self._read_amounts(data)
        seen, units = set(), set[str]()
        for n in self._typed(data):
            counts = str(data.get(f"counts{n}"))
            kind = (data.get(f"scope{n}"), data.get(f"per{n}"), counts)
            spent = self.used.get((str(kind[0]), str(kind[1])), 0)
            units |= {counts} - {"times"}
            if kind in seen:
                self.add_error(f"most{n}", _now("Another limit counts the same."))
            elif len(units) > 1:
                told = _now("A budget counts points or credit. Make another one for the other.")
                self.add_error(f"counts{n}", told)
            elif counts != "times" and data[f"most{n}"] < spent:
                said = self._said(spent, counts)
                told = _now("%(spent)s of it are spent already.") % {"spent": said}
                self.add_error(f"most{n}", told)
            seen.add(kind)
        return data

    def _read_amounts(self, data: dict[str, Any]) -> None:
        """What was typed as a number: of credit in the unit of the club."""
        for n in self._typed(data):
            is_money = data.get(f"counts{n}") == "credit"
            field: forms.Field = AmountField(unit=self.money) if is_money else _NUMBER
            try:
                data[f"most{n}"] = field.clean(data[f"most{n}"])
            except forms.ValidationError as error:
                self.add_error(f"most{n}", error)

    def _said(self, amount: int, counts: str) -> str:
        if counts == "credit":
            return format_amount(amount, self.money, current_lang())
        return format_number(amount, current_lang())

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
        counted = {n: data[f"counts{n}"] for n in self._typed(data)}
        limits = [
            Limit(
                counts="times" if counts == "times" else "points",
                **{name: data[f"{name}{n}"] for name in ("scope", "per", "most")},
            )
            for n, counts in counted.items()
        ]
        unit: BudgetUnit = "credit" if "credit" in counted.values() else "points"
        return Budget(code=code, name=data["name"], unit=unit, limits=tuple(limits))

    @staticmethod
    def _typed(data: dict[str, Any]) -> list[int]:
        return [n for n in range(_MOST_LIMITS) if data.get(f"most{n}")]

    @staticmethod
    def values_of(budget: Budget, unit: BudgetUnit, money: str) -> dict[str, Any]:
        """Initial values out of a budget whose amounts are of ``unit``, in a club that shows money in
        ``money``."""
        values: dict[str, Any] = {"name": budget.name}
        for n, limit in enumerate(budget.limits[:_MOST_LIMITS]):
            values |= {f"{name}{n}": value for name, value in limit.model_dump().items()}
            if limit.counts == "points" and unit == "credit":
                values |= {f"counts{n}": "credit", f"most{n}": format_plain(limit.most, money)}
        return values
