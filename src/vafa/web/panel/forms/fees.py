"""Forms of the membership fee."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.club.models import Branch
from vafa.club.rules.fees import MOST_DAYS, MOST_MONTHS, Fee
from vafa.web.panel.forms.corrections import KeyedForm
from vafa.web.panel.forms.orders import PAYMENTS
from vafa.web.shared.forms import AmountField, DigitsField, TextField


class FeeForm(forms.Form):
    """What membership costs; 0 is free."""

    amount = AmountField(label=_("Amount"), min_amount=0, help_text=_("0: membership is free."))
    months = DigitsField(
        label=_("For how many months"),
        min_value=1,
        max_value=MOST_MONTHS,
        help_text=_("By the club's calendar: 12 is a year."),
    )
    first_free_days = DigitsField(
        label=_("Free days at the beginning"),
        min_value=0,
        max_value=MOST_DAYS,
        help_text=_("So long who joins, and who was a member when the fee began, owes nothing."),
    )
    grace_days = DigitsField(
        label=_("Days of grace"),
        min_value=0,
        max_value=MOST_DAYS,
        help_text=_(
            "So long after the end purchases still earn. What members have is never touched."
        ),
    )
    remind_days = DigitsField(
        label=_("Reminder, days before the end"),
        min_value=0,
        max_value=MOST_DAYS,
        help_text=_("0: no reminder."),
    )

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        assert isinstance(amount, AmountField)
        amount.set_unit(unit)

    @property
    def fee(self) -> Fee:
        """What was typed."""
        return Fee(**{name: self.cleaned_data[name] for name in self.fields})

    @staticmethod
    def values_of(fee: Fee) -> dict[str, Any]:
        """What the form of a known fee begins with."""
        return {name: getattr(fee, name) for name in FeeForm.base_fields}


class PayFeeForm(forms.Form):
    """A fee that was paid: where, and how."""

    branch = forms.TypedChoiceField(label=_("Paid at"), coerce=int)
    payment = forms.ChoiceField(label=_("How it is paid"), choices=PAYMENTS, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=lambda: str(uuid4()))

    def __init__(self, *args: Any, branches: Sequence[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branch = self.fields["branch"]
        assert isinstance(branch, forms.TypedChoiceField)
        branch.choices = [(b.pk, b.name) for b in branches]


class GiveBackFeeForm(KeyedForm):
    """Why a fee that was registered is given back."""

    reason = TextField(
        label=_("Reason"),
        max_length=200,
        help_text=_("It is kept with the order and in the audit."),
        error_messages={"required": _("Say why.")},
    )
