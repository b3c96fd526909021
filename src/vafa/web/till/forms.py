"""What the cashier types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.club.reads.joining import joining_terms
from vafa.club.reads.profile import profile_fields
from vafa.commerce.reads.interests import interest_choices
from vafa.flows.joining import Brought
from vafa.program.reads.revisions import live_program
from vafa.web.shared.details import DetailsForm
from vafa.web.shared.forms import (
    AmountField,
    DigitsField,
    MobileField,
    TextField,
)
from vafa.web.shared.joining import fee_words
from vafa.web.till.pages import TillRequest

# How a bill is paid, and the key of the keyboard that says so: its place, in any language.
PAYMENTS = (
    ("cash", _("Cash"), "C"),
    ("card", _("Card"), "K"),
    ("online", _("Online"), "O"),
    ("credit", _("On account"), "A"),
    ("other", _("Other"), "X"),
)


def payment_label(code: str) -> str:
    """How a bill was paid, in words; "" where nobody said."""
    return next((str(label) for known, label, _key in PAYMENTS if known == code), "")


class EnrolForm(DetailsForm):
    """Ten seconds: a mobile and what the club asks who joins, her consent and the terms, which the
    cashier reads out."""

    mobile = MobileField()
    referred_by = TextField(
        label=_("Invitation code"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )

    joining_code = TextField(
        label=_("Joining code"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    receipt_no = TextField(
        label=_("Number of her receipt"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    receipt_total = AmountField(label=_("Its sum"), required=False)

    def __init__(self, request: TillRequest, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="enrol_%s", **kwargs)
        self._ask_what_opens(request)
        if not live_program(request.club.id).program.referral.is_on:
            del self.fields["referred_by"]
        club = request.club
        self.ask_details(
            profile_fields(club.id).asked("joining"),
            calendar=club.calendar,
            interests=interest_choices(club.id),
        )
        for n, field in enumerate(self.detail_fields):
            field.field.widget.attrs |= {"autocomplete": "off"} | ({} if n else {"autofocus": True})
        self.ask_consents(club.id)
        self.ask_terms(club.id)
        if "terms" in self.fields:
            self.fields["terms"].label = _("She accepts the terms of membership.")
        self.fee = fee_words(club)

    def _ask_what_opens(self, request: TillRequest) -> None:
        """Only what opens this club is asked for."""
        terms = joining_terms(request.club.id)
        total = self.fields["receipt_total"]
        assert isinstance(total, AmountField)
        total.set_unit(request.club.display_unit)
        if not terms.by_code:
            del self.fields["joining_code"]
        if terms.by_receipt_of is None:
            del self.fields["receipt_no"], self.fields["receipt_total"]

    @property
    def brought(self) -> Brought:
        """What a valid form says opens the club."""
        data = self.cleaned_data
        return Brought(
            code=data.get("joining_code") or "",
            receipt_no=data.get("receipt_no") or "",
            receipt_total=data.get("receipt_total") or 0,
        )


class BillForm(forms.Form):
    """A bill but for its lines. ``key`` is the one-time key made when the form was shown;
    ``reservation`` is what is set aside for it."""

    amount = AmountField(label=_("Amount of the bill"), required=False)
    pay_points = DigitsField(
        label=_("Pay with points"), required=False, min_value=0, max_value=10**13
    )
    pay_credit = AmountField(label=_("Pay with credit"), required=False, min_amount=0)
    voucher = TextField(label=_("Voucher codes"), required=False, max_length=400)
    receipt_no = TextField(label=_("Receipt number"), required=False, max_length=64)
    payment = forms.ChoiceField(
        label=_("Paid"),
        required=False,
        choices=[("", "")] + [(code, label) for code, label, _key in PAYMENTS],
    )
    key = forms.CharField(max_length=128, widget=forms.HiddenInput)
    branch = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    member = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    reservation = forms.IntegerField(
        min_value=1, max_value=2**63 - 1, required=False, widget=forms.HiddenInput
    )

    def __init__(self, unit: str, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="bill_%s", **kwargs)
        for name in ("amount", "pay_credit"):
            amount = self.fields[name]
            assert isinstance(amount, AmountField)
            amount.set_unit(unit)

    @property
    def payments(self) -> Sequence[tuple[str, Any, str]]:
        """The ways of paying: code, label, key."""
        return PAYMENTS


class ReturnForm(forms.Form):
    """A return but for its lines; ``amount`` serves bills that were known only by their amount."""

    amount = AmountField(label=_("Amount returned"), required=False)
    reason = TextField(label=_("Reason"), required=False, max_length=200)
    key = forms.CharField(max_length=128, widget=forms.HiddenInput)

    def __init__(self, unit: str, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="return_%s", **kwargs)
        amount = self.fields["amount"]
        assert isinstance(amount, AmountField)
        amount.set_unit(unit)
        amount.widget.attrs["data-keypad"] = True
        self.fields["reason"].widget.attrs["autocomplete"] = "off"
