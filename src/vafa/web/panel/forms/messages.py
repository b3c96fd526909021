"""The forms of the account that sends text messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.core.text import to_latin_digits
from vafa.engage.actions.accounts import SmsChoice
from vafa.engage.models import SmsSettings
from vafa.web.shared.forms import AmountField, DigitsField, MobileField, TextField

_KINDS = [("kavenegar", _("Kavenegar")), ("smsir", _("SMS.ir"))]
_LATIN = {"dir": "ltr", "autocomplete": "off"}
_MOST = 1_000_000


class SmsForm(forms.Form):
    """What ``save_sms`` takes. An empty key keeps the stored one."""

    kind = forms.ChoiceField(label=_("Provider"), choices=_KINDS)
    key = forms.CharField(
        label=_("API key"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"}),
    )
    sender = forms.CharField(
        label=_("Sender line"),
        max_length=20,
        widget=forms.TextInput(attrs={**_LATIN, "inputmode": "numeric"}),
        help_text=_("The number of your line, as the provider's panel shows it."),
    )
    template = forms.CharField(
        label=_("Template for codes"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs=_LATIN),
        help_text=_(
            "Codes by a template arrive sooner, also where advertising is blocked. At Kavenegar its name, with %token in it; at SMS.ir its number, with #CODE# in it."
        ),
    )
    footer = TextField(
        label=_("Last line of texts"),
        required=False,
        max_length=40,
        help_text=_("What advertising lines must end with, such as «لغو۱۱». Codes do not get it."),
    )
    part_price = AmountField(
        label=_("Price of a part"),
        required=False,
        max_amount=1_000_000,
        help_text=_(
            "With it, costs are counted before the provider names them, or where it does not."
        ),
    )
    hour_limit = DigitsField(
        label=_("Most messages in an hour"), required=False, min_value=1, max_value=_MOST
    )
    day_limit = DigitsField(
        label=_("Most messages in a day"), required=False, min_value=1, max_value=_MOST
    )
    month_limit = AmountField(
        label=_("Most spent in a month"),
        required=False,
        help_text=_("Empty fields are no limit. The last tenth of every limit is kept for codes."),
    )
    is_on = forms.BooleanField(label=_("Send messages by this account"), required=False)

    def __init__(
        self, data: Mapping[str, Any] | None, *, unit: str, stored: SmsSettings | None
    ) -> None:
        super().__init__(data, initial=_initial(stored))
        self._stored = stored
        for name in ("part_price", "month_limit"):
            amount = self.fields[name]
            assert isinstance(amount, AmountField)
            amount.set_unit(unit)
        key = self.fields["key"]
        if stored is None:
            key.required = True
            key.help_text = _now("It is stored sealed, and never shown again.")
        else:
            key.help_text = _now(
                "Leave it empty to keep the one that ends in %(end)s. It is never shown again."
            ) % {"end": f"\u2068{stored.key_end}\u2069"}

    @property
    def choice(self) -> SmsChoice:
        """What a valid form says."""
        data = self.cleaned_data
        return SmsChoice(
            kind=data["kind"],
            sender=data["sender"],
            template=data["template"],
            footer=data["footer"],
            part_price=data["part_price"] or 0,
            hour_limit=data["hour_limit"] or 0,
            day_limit=data["day_limit"] or 0,
            month_limit=data["month_limit"] or 0,
            is_on=data["is_on"],
        )

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"]).strip()
        if not key.isascii() or not key.isprintable():
            raise ValidationError(_now("A key has Latin letters and digits only."))
        return key

    def clean_sender(self) -> str:
        sender = "".join(to_latin_digits(self.cleaned_data["sender"]).split()).removeprefix("+")
        if not sender.isdigit():
            raise ValidationError(_now("Digits only, please."))
        return sender

    def clean_template(self) -> str:
        return to_latin_digits(self.cleaned_data["template"]).strip()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, template = data.get("kind"), data.get("template", "")
        if kind == "smsir" and template and not template.isdigit():
            self.add_error("template", _now("At SMS.ir the template is a number."))
        if self._stored is not None and kind != self._stored.kind and not data.get("key"):
            self.add_error("key", _now("Another provider needs its own key."))
        if data.get("month_limit") and not data.get("part_price"):
            self.add_error("part_price", _now("A limit of money needs the price of a part."))
        return data


class TryForm(forms.Form):
    """Where the test goes."""

    mobile = MobileField(label=_("Your own mobile"))


def _initial(stored: SmsSettings | None) -> dict[str, Any]:
    if stored is None:
        return {"is_on": True}
    names = ("kind", "sender", "template", "footer", "is_on")
    numbers = ("part_price", "hour_limit", "day_limit", "month_limit")
    return {name: getattr(stored, name) for name in names} | {
        name: getattr(stored, name) or None for name in numbers
    }
