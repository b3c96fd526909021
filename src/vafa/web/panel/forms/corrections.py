"""What staff type when they correct something; every correction says why."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vafa.flows.entries import MAX_AMOUNT, MAX_REASON
from vafa.web.panel.forms.fields import show_only_for
from vafa.web.shared.forms import AmountField, DigitsField, TextField

SPENDERS = [("all", _("Every member of the household")), ("head", _("Only its head"))]


class KeyedForm(forms.Form):
    """A form that does its work once, however often it is sent."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    @property
    def key_text(self) -> str:
        """The key of a valid form."""
        return str(self.cleaned_data["key"])


class ReasonForm(KeyedForm):
    """Why."""

    reason = TextField(
        label=_("Reason"),
        max_length=MAX_REASON,
        help_text=_("The member sees it in the history."),
        error_messages={"required": _("Say why.")},
    )


class AdjustForm(ReasonForm):
    """Points or credit to give or to take."""

    unit = forms.ChoiceField(
        label=_("What"), choices=[("points", _("Points")), ("credit", _("Credit"))]
    )
    direction = forms.ChoiceField(
        label=_("Give or take"), choices=[("1", _("Give")), ("-1", _("Take away"))]
    )
    points = DigitsField(label=_("Points"), min_value=1, max_value=MAX_AMOUNT, required=False)
    credit = AmountField(label=_("Amount"), max_amount=MAX_AMOUNT, required=False)
    field_order = ("unit", "direction", "points", "credit", "reason", "key")

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        credit = self.fields["credit"]
        assert isinstance(credit, AmountField)
        credit.set_unit(unit)
        for name in ("points", "credit"):
            show_only_for(self, name, "unit", [name])

    def clean(self) -> dict[str, Any]:
        """Ask for the amount of what was chosen."""
        data = super().clean() or {}
        name = data.get("unit", "points")
        if data.get(name) is None and name not in self.errors:
            self.add_error(name, gettext("How much?"))
        return data

    @property
    def amount(self) -> int:
        """The signed amount of a valid form."""
        found: int = self.cleaned_data[self.cleaned_data["unit"]]
        return found * int(self.cleaned_data["direction"])


class ReviveForm(ReasonForm):
    """For how many days expired points come back."""

    days = DigitsField(label=_("Good for how many days"), min_value=1, max_value=365, initial=30)
    field_order = ("days", "reason", "key")


class MergeForm(ReasonForm):
    """That two memberships become one."""

    sure = forms.BooleanField(
        label=_("I have compared both, and know that this cannot be undone"),
        error_messages={"required": _("Tick this when you are sure.")},
    )
    reason = TextField(
        label=_("Reason"),
        max_length=MAX_REASON,
        help_text=_("It is kept in the audit."),
        error_messages={"required": _("Say why.")},
    )
    field_order = ("reason", "sure", "key")


class SpendersForm(KeyedForm):
    """Who may spend from the shared account."""

    spenders = forms.ChoiceField(label=_("Who may spend"), choices=SPENDERS)


class HouseholdForm(SpendersForm):
    """Who leads a household, and who may spend."""

    head = forms.TypedChoiceField(label=_("Head of the household"), coerce=int)
    field_order = ("head", "spenders", "key")

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        head = self.fields["head"]
        assert isinstance(head, forms.ChoiceField)
        head.choices = people


class FindForm(forms.Form):
    """A member by mobile, card or the shop's own number."""

    who = forms.CharField(
        label=_("Mobile, card or customer number"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-local-digits": True}),
    )


class JoinForm(KeyedForm, FindForm):
    """Who joins a household."""

    field_order = ("who", "key")
