"""What a voucher gives and what it is bound to, as fields that rewards and series of codes share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.club.models import Branch
from vafa.club.reads.context import ClubContext
from vafa.commerce.models import Category, Product
from vafa.core.text import to_latin_digits
from vafa.program.rules.offers import ON_BILLS, OfferTerms
from vafa.web.panel.forms.fields import show_only_for
from vafa.web.panel.forms.rules import boxes
from vafa.web.shared.forms import AmountField, DigitsField, TextField

_MOST_PRODUCTS = 200
KIND_CHOICES = (
    ("voucher", _("An amount off a purchase")),
    ("percent", _("A percentage off")),
    ("buy_get", _("Something free, or cheaper, with a purchase")),
    ("delivery", _("Free delivery")),
    ("gift", _("A gift card")),
    ("product", _("A product at the counter")),
    ("text", _("Something to do or to have, in words")),
    ("partner", _("A code of a partner")),
)
# What only a reward may be.
CHANCES_CHOICE = ("chances", _("Chances in a draw"))
# Fields that say which purchases an offer counts for.
OF_PURCHASES = ("skus", "categories", "min_basket", "channels", "branches", "alone")
_SOME_LINES = ("voucher", "percent", "buy_get")
_ONLY_FOR = {
    "value": ("voucher", "gift"),
    "percent": ("percent", "buy_get"),
    "cap": ("percent",),
    "skus": _SOME_LINES,
    "categories": _SOME_LINES,
    "buy": ("buy_get",),
    "get": ("buy_get",),
    "get_skus": ("buy_get",),
    "text": ("text", "partner"),
    "min_basket": ON_BILLS,
    "channels": ON_BILLS,
    "branches": ON_BILLS,
    "alone": ("voucher", "percent", "buy_get"),
    "max_uses": ("voucher", "percent", "buy_get", "delivery"),
}


class OfferHouse(NamedTuple):
    """What forms of offers choose from: one club's branches, categories and products by SKU."""

    unit: str
    branches: Sequence[Branch]
    categories: Sequence[Category]
    products: dict[str, Product]


def offer_house(club: ClubContext, posted: Sequence[str]) -> OfferHouse:
    """The club's; of its products those whose codes were ``posted``."""
    named = {sku for text in posted for sku in skus_of(text)}
    products = Product.objects.filter(club_id=club.id, sku__in=named) if named else []
    return OfferHouse(
        club.display_unit,
        list(Branch.objects.filter(club_id=club.id, is_active=True).order_by("id")),
        list(Category.objects.filter(club_id=club.id).order_by("sort_key", "id")),
        {product.sku: product for product in products},
    )


def skus_of(text: str) -> list[str]:
    """Product codes as people list them, between commas or spaces."""
    cleaned = to_latin_digits(text).replace("،", " ").replace(",", " ").replace("\x00", " ")
    return list(dict.fromkeys(cleaned.split()))


def sku_field(label: Any, help_text: Any) -> TextField:
    """A field for several product codes."""
    widget = forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"})
    return TextField(
        label=label, max_length=4000, required=False, widget=widget, help_text=help_text
    )


class OfferForm(forms.Form):
    """The fields of an offer; which of them count, ``kind`` says."""

    kind = forms.ChoiceField(label=_("What it is"), choices=KIND_CHOICES)
    value = AmountField(label=_("Worth"), required=False)
    percent = DigitsField(
        label=_("Percent off"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("100 means free."),
    )
    cap = AmountField(
        label=_("At most"), required=False, help_text=_("Empty: as much as the percentage is.")
    )
    buy = DigitsField(
        label=_("How many must be bought"),
        min_value=0,
        max_value=1000,
        required=False,
        help_text=_("0: nothing need be bought for it."),
    )
    get = DigitsField(
        label=_("How many are given then"), min_value=1, max_value=1000, required=False
    )
    skus = sku_field(
        _("Only these products"), _("Product codes (SKU) between commas. Empty: all products.")
    )
    categories = forms.MultipleChoiceField(
        label=_("Only these categories"), required=False, widget=boxes()
    )
    get_skus = sku_field(_("What is given"), _("Product codes (SKU). Empty: the same products."))
    text = TextField(
        label=_("What the member reads"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    min_basket = AmountField(
        label=_("Smallest purchase"),
        min_amount=0,
        required=False,
        help_text=_("The voucher works from this amount on. Empty: on any purchase."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Only for purchases"),
        choices=[("store", _("in a shop")), ("online", _("online")), ("phone", _("by phone"))],
        required=False,
        widget=boxes(),
    )
    branches = forms.MultipleChoiceField(
        label=_("Only at these branches"), required=False, widget=boxes()
    )
    alone = forms.BooleanField(label=_("Not together with other discounts"), required=False)
    max_uses = DigitsField(
        label=_("How often each code works"), min_value=1, max_value=10**6, required=False
    )

    def __init__(self, *args: Any, house: OfferHouse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.house = house
        for name in ("value", "cap", "min_basket"):
            field = self.fields[name]
            assert isinstance(field, AmountField)
            field.set_unit(house.unit)
        self._choose("branches", [(str(b.id), b.name) for b in house.branches])
        self._choose("categories", [(str(c.pk), c.name) for c in house.categories])
        for name, kinds in _ONLY_FOR.items():
            if name in self.fields:
                show_only_for(self, name, "kind", kinds)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("kind", "")
        for name in ("value", "percent", "text"):
            needed = kind in _ONLY_FOR[name] and not (kind == "buy_get" and name == "percent")
            if needed and not data.get(name) and name not in self.errors:
                self.add_error(name, ValidationError(self.fields[name].error_messages["required"]))
        for name in ("skus", "get_skus"):
            if kind in _ONLY_FOR[name] and name in data:
                data[f"{name}_found"] = self._products(name, data[name])
        bound = data.get("skus") or data.get("categories") or data.get("get_skus")
        if kind == "buy_get" and not bound and "skus" not in self.errors:
            self.add_error("skus", ValidationError(_now("Which products is it about?")))
        return data

    def terms(self, **more: Any) -> dict[str, Any]:
        """The terms as ``OfferTerms`` knows them, without those that the kind has no use for."""
        data, kind = self.cleaned_data, self.cleaned_data["kind"]
        found: dict[str, Any] = {
            "percent": data["percent"] or (100 if kind == "buy_get" else None),
            "cap": data["cap"],
            "products": data.get("skus_found"),
            "categories": [int(n) for n in self.chosen("categories")],
            "get_products": data.get("get_skus_found"),
            "buy": data["buy"],
            "get": data["get"],
            "text": data["text"],
            "channels": data["channels"],
            "branches": [int(n) for n in self.chosen("branches")],
            "alone": data["alone"],
            **more,
        }
        names = {"products": "skus", "get_products": "get_skus"}
        return {
            name: value
            for name, value in found.items()
            if value and kind in _ONLY_FOR.get(names.get(name, name), (kind,))
        }

    def of_kind(self, name: str, otherwise: Any) -> Any:
        """What was typed in a field, where the kind has a use for it."""
        typed = self.cleaned_data.get(name)
        return typed if typed and self.cleaned_data["kind"] in _ONLY_FOR[name] else otherwise

    def chosen(self, name: str) -> list[str]:
        """What was chosen in a field that is only there while there is something to choose."""
        found: list[str] = self.cleaned_data.get(name) or []
        return found

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Give a field its choices; without any it is taken out."""
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices
        if not choices:
            del self.fields[name]

    def _products(self, name: str, text: str) -> list[int]:
        listed = skus_of(text)
        unknown = [sku for sku in listed if sku not in self.house.products]
        if unknown:
            words = _now("No product has the code “%(sku)s”.") % {"sku": unknown[0]}
            self.add_error(name, ValidationError(words))
        if len(listed) > _MOST_PRODUCTS:
            words = _now("That is too many codes: choose categories instead.")
            self.add_error(name, ValidationError(words))
        return [self.house.products[sku].pk for sku in listed if sku not in unknown]


def offer_values(terms: OfferTerms, skus: dict[int, str]) -> dict[str, Any]:
    """Initial values of the fields out of terms; ``skus`` are the codes of products by number."""
    return {
        "percent": terms.percent,
        "cap": terms.cap,
        "skus": ", ".join(skus[n] for n in terms.products if n in skus),
        "categories": [str(n) for n in terms.categories],
        "get_skus": ", ".join(skus[n] for n in terms.get_products if n in skus),
        "buy": terms.buy,
        "get": terms.get,
        "text": terms.text,
        "channels": list(terms.channels),
        "branches": [str(n) for n in terms.branches],
        "alone": terms.alone,
    }


def day_begins(club: ClubContext, day: Any) -> datetime | None:
    """The moment at which a day of the club begins, for what lasts from it on."""
    return datetime.combine(day, time(), club.tz) if day else None


def day_is_over(club: ClubContext, day: Any) -> datetime | None:
    """The moment at which a day of the club is over, for what lasts through it."""
    return datetime.combine(day + timedelta(days=1), time(), club.tz) if day else None
