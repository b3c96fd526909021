"""Forms of orders, invoices, and of who sells."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.club.models import Branch
from vafa.commerce.actions.orders import OrderTerms
from vafa.commerce.models import Order, SellerDetails
from vafa.commerce.rules.documents import SELLER
from vafa.core.jalali import Calendar
from vafa.core.text import normalize, to_latin_digits
from vafa.web.panel.forms.grouping import FieldGroup, grouped
from vafa.web.panel.forms.rule_kinds import CHANNELS
from vafa.web.shared.context import local_digits
from vafa.web.shared.forms import AmountField, JalaliDateField, TextField
from vafa.web.shared.widgets import DatePicker

PAYMENTS = [
    ("", _("Not known yet")),
    ("cash", _("Cash")),
    ("card", _("Card")),
    ("online", _("Online")),
    ("credit", _("On account")),
    ("other", _("Other")),
]
_THOUSAND = 1000
_MOST = 1_000_000
_LATIN = {"dir": "ltr", "autocomplete": "off"}


class QuantityField(forms.CharField):
    """How many, or how much, to three decimals, in any digits; cleans to thousandths."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(
            attrs={**_LATIN, "inputmode": "decimal", "data-local-digits": True}
        )
        super().__init__(max_length=16, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return local_digits(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> int:
        text = to_latin_digits(normalize(str(super().clean(value)))).replace("٫", ".")
        try:
            thousandths = Decimal(text.replace(",", "").replace("٬", "")) * _THOUSAND
        except InvalidOperation as error:
            raise ValidationError(_now("Enter a number like 2 or 0.5.")) from error
        is_in_reach = thousandths.is_finite() and 0 < thousandths <= _MOST * _THOUSAND
        if not is_in_reach or thousandths != int(thousandths):
            raise ValidationError(_now("Enter a number above zero, with three decimals at most."))
        return int(thousandths)


_FOLDED = ("vouchers", "wanted_on", "recipient", "phone", "address", "note")


class OrderForm(forms.Form):
    """Whose order it is, where and how it is sold, and where it goes."""

    member = TextField(
        label=_("Member"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={**_LATIN, "inputmode": "tel", "data-local-digits": True}),
        help_text=_("Mobile, card or customer number. Empty: somebody who is no member."),
    )
    branch = forms.TypedChoiceField(label=_("Sold by"), coerce=int)
    channel = forms.ChoiceField(label=_("How it was ordered"), choices=CHANNELS)
    payment = forms.ChoiceField(label=_("How it is paid"), choices=PAYMENTS, required=False)
    vouchers = TextField(
        label=_("Voucher codes"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=_LATIN),
        help_text=_("Several with a space between them."),
    )
    wanted_on = JalaliDateField(label=_("Wanted on"), required=False)
    recipient = TextField(
        label=_("Who receives it"),
        max_length=120,
        required=False,
        help_text=_("Empty: the member."),
    )
    phone = TextField(
        label=_("Telephone of who receives it"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**_LATIN, "inputmode": "tel", "data-local-digits": True}),
    )
    address = TextField(
        label=_("Where to"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = TextField(label=_("Note for the delivery"), max_length=400, required=False)

    def __init__(
        self,
        *args: Any,
        branches: Sequence[Branch],
        calendar: Calendar,
        old: Order | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        branch = self.fields["branch"]
        assert isinstance(branch, forms.TypedChoiceField)
        branch.choices = [(b.pk, b.name) for b in branches]
        if len(branches) == 1:
            branch.widget = forms.HiddenInput()
            branch.initial = branches[0].pk
        self.fields["wanted_on"].widget = DatePicker(None, calendar, None, None)
        if old is not None:
            del self.fields["member"]

    @property
    def groups(self) -> list[FieldGroup]:
        """What is asked; what only a delivery needs is folded up."""
        return grouped(self, ((_now("Vouchers and delivery"), _FOLDED),))

    def terms(self) -> OrderTerms:
        """What was typed."""
        data = self.cleaned_data
        rest = {name: data[name] for name in OrderTerms._fields if name != "branch_id"}
        return OrderTerms(data["branch"], **rest)

    @staticmethod
    def values_of(order: Order) -> dict[str, Any]:
        """What the form of a known order begins with."""
        values = {name: getattr(order, name) for name in OrderTerms._fields}
        return {**values, "branch": values.pop("branch_id")}


class LineForm(forms.Form):
    """One more line of an order."""

    item = TextField(
        label=_("Product"),
        max_length=160,
        widget=forms.TextInput(attrs={"list": "products", "autocomplete": "off"}),
        help_text=_("Its code or its whole name; anything else is written as it is."),
    )
    quantity = QuantityField(label=_("Quantity"), initial="1")
    price = AmountField(
        label=_("Price of one"),
        required=False,
        min_amount=0,
        help_text=_("Empty: as the list of products has it."),
    )
    kind = forms.ChoiceField(
        label=_("What it is"),
        required=False,
        choices=[
            ("", _("Goods or a service")),
            ("delivery", _("Delivery cost")),
            ("tax", _("Tax")),
        ],
    )

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        price = self.fields["price"]
        assert isinstance(price, AmountField)
        price.set_unit(unit)


class BuyerForm(forms.Form):
    """To whom an invoice is made out."""

    name = TextField(label=_("Name"), max_length=120, required=False)
    mobile = TextField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**_LATIN, "inputmode": "tel", "data-local-digits": True}),
    )
    national_id = TextField(
        label=_("National ID"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={**_LATIN, "inputmode": "numeric"}),
    )
    economic_code = TextField(
        label=_("Economic code"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={**_LATIN, "inputmode": "numeric"}),
        help_text=_("For a buyer that is a business."),
    )
    address = TextField(
        label=_("Address"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    postcode = TextField(
        label=_("Postcode"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={**_LATIN, "inputmode": "numeric"}),
    )


class SellerForm(forms.Form):
    """What documents say of who sells."""

    name = TextField(
        label=_("Name on invoices"),
        max_length=120,
        required=False,
        help_text=_("As it is registered. Empty: the merchant's name here."),
    )
    address = TextField(
        label=_("Address"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    postcode = TextField(
        label=_("Postcode"), max_length=20, required=False, widget=forms.TextInput(attrs=_LATIN)
    )
    phone = TextField(
        label=_("Telephone"), max_length=60, required=False, widget=forms.TextInput(attrs=_LATIN)
    )
    economic_code = TextField(
        label=_("Economic code"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs=_LATIN),
    )
    national_id = TextField(
        label=_("National ID"), max_length=20, required=False, widget=forms.TextInput(attrs=_LATIN)
    )
    registration_no = TextField(
        label=_("Registration number"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs=_LATIN),
    )
    note = TextField(
        label=_("At the foot of every document"),
        max_length=300,
        required=False,
        help_text=_("For example until when goods may come back."),
    )

    @staticmethod
    def values_of(found: SellerDetails | None) -> dict[str, Any]:
        """What the form of known details begins with."""
        return {name: getattr(found, name) for name in SELLER} if found else {}
