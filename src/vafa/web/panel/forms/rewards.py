"""The form of a reward: a voucher of an amount, or a product."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.commerce.models import Product
from vafa.core.text import to_latin_digits
from vafa.program.models import Reward
from vafa.web.panel.forms.fields import EnglishNameField
from vafa.web.shared.forms import AmountField, DigitsField, TextField


class RewardForm(forms.Form):
    """The fields of ``create_reward``; which of ``value`` and ``product`` counts, ``kind`` says.

    ``products`` are the club's by SKU.
    """

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[("voucher", _("A voucher of an amount")), ("product", _("A product"))],
    )
    name = TextField(label=_("Name in Persian"), max_length=120)
    name_en = EnglishNameField()
    points = DigitsField(label=_("Points that it costs"), min_value=1, max_value=10**9)
    value = AmountField(
        label=_("Worth"), required=False, help_text=_("What the voucher takes off a purchase.")
    )
    min_basket = AmountField(
        label=_("Smallest purchase"),
        min_amount=0,
        required=False,
        help_text=_("The voucher works from this amount on. Empty: on any purchase."),
    )
    sku = TextField(
        label=_("Product code"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"list": "products", "dir": "ltr", "autocomplete": "off"}),
        help_text=_("The code (SKU) of the product that the member gets."),
    )
    valid_days = DigitsField(
        label=_("Valid for how many days"), min_value=1, max_value=3650, initial=90
    )
    stock = DigitsField(
        label=_("In stock"),
        min_value=0,
        max_value=10**9,
        required=False,
        help_text=_("How many may still be redeemed. Empty: without limit."),
    )
    is_active = forms.BooleanField(label=_("Offer it to members"), required=False, initial=True)

    def __init__(self, *args: Any, unit: str, products: dict[str, Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.products = products
        for name in ("value", "min_basket"):
            field = self.fields[name]
            assert isinstance(field, AmountField)
            field.set_unit(unit)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == "voucher" and not data.get("value") and "value" not in self.errors:
            self.add_error("value", ValidationError(_now("How much is the voucher worth?")))
        sku = to_latin_digits(data.get("sku") or "")
        data["product"] = self.products.get(sku)
        if data.get("kind") == "product" and data["product"] is None and "sku" not in self.errors:
            text = (
                _now("No product has the code “%(sku)s”.") % {"sku": sku}
                if sku
                else _now("Which product does the member get?")
            )
            self.add_error("sku", ValidationError(text))
        return data

    def fields_of_reward(self) -> dict[str, Any]:
        """What ``create_reward`` and ``update_reward`` take."""
        data = self.cleaned_data
        voucher = data["kind"] == "voucher"
        return {
            "kind": data["kind"],
            "name": data["name"],
            "name_en": data["name_en"],
            "points": data["points"],
            "value": data["value"] if voucher else 0,
            "min_basket": (data["min_basket"] or 0) if voucher else 0,
            "product": None if voucher else data["product"],
            "valid_days": data["valid_days"],
            "stock": data["stock"],
            "is_active": data["is_active"],
        }

    @staticmethod
    def values_of(reward: Reward) -> dict[str, Any]:
        """Initial values out of a reward."""
        return {
            "kind": reward.kind,
            "name": reward.name,
            "name_en": reward.name_en,
            "points": reward.points,
            "value": reward.value or None,
            "min_basket": reward.min_basket or None,
            "sku": reward.product.sku if reward.product else "",
            "valid_days": reward.valid_days,
            "stock": reward.stock,
            "is_active": reward.is_active,
        }
