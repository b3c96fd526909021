"""Forms of merchants, branches, categories and products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.club.models import Branch, Merchant
from vafa.commerce.actions.brands import LONGEST_BRAND
from vafa.commerce.models import Category, Product
from vafa.web.shared.forms import AmountField, TextField

_LATIN = {"dir": "ltr", "autocomplete": "off", "autocapitalize": "none"}


class MerchantForm(forms.Form):
    """A business of the club."""

    name = TextField(label=_("Name"), max_length=120)


class BranchForm(forms.Form):
    """A place of sale; its code is asked once."""

    name = TextField(label=_("Name"), max_length=120)
    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9_-]{0,31}$",
        label=_("Code"),
        max_length=32,
        widget=forms.TextInput(attrs=_LATIN),
        help_text=_(
            "Shop programs and files know the branch by it. Small Latin letters, digits and hyphens; it cannot be changed later."
        ),
        error_messages={"invalid": _("Use small Latin letters, digits and hyphens.")},
    )
    merchant = forms.TypedChoiceField(label=_("Merchant"), coerce=int)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("store", _("Shop")), ("online", _("Online"))]
    )
    city = TextField(label=_("City"), max_length=60, required=False)
    is_active = forms.BooleanField(
        label=_("Open"),
        required=False,
        help_text=_("At a closed branch nothing is recorded any more; its history stays."),
    )

    def __init__(
        self,
        *args: Any,
        merchants: Sequence[Merchant],
        old: Branch | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["merchant"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(m.pk, m.name) for m in merchants]
        # A club of one business need not choose.
        if len(merchants) == 1:
            field.widget = forms.HiddenInput()
            field.initial = merchants[0].pk
        del self.fields["is_active" if old is None else "code"]

    @staticmethod
    def values_of(branch: Branch) -> dict[str, Any]:
        """What the form of a known branch begins with."""
        names = ("name", "kind", "city", "is_active")
        return {**{n: getattr(branch, n) for n in names}, "merchant": branch.merchant_id}


class CategoryForm(forms.Form):
    """A kind of goods; its code is asked once."""

    name = TextField(label=_("Name"), max_length=80)
    code = TextField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs=_LATIN),
        help_text=_("Files and shop programs know it by this; it cannot be changed later."),
    )

    def __init__(self, *args: Any, old: Category | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if old is not None:
            del self.fields["code"]


class ProductForm(forms.Form):
    """A good or service; its code is asked once."""

    name = TextField(label=_("Name"), max_length=160)
    sku = TextField(
        label=_("Code (SKU)"),
        max_length=64,
        widget=forms.TextInput(attrs=_LATIN),
        help_text=_("As the shop's program or the barcode has it; it cannot be changed later."),
    )
    category = forms.TypedChoiceField(
        label=_("Category"), coerce=int, empty_value=None, required=False
    )
    brand = TextField(
        label=_("Brand"),
        max_length=LONGEST_BRAND,
        required=False,
        help_text=_("Rules can ask for it. The same brand must be written in the same way."),
    )
    price = AmountField(
        label=_("Price"),
        required=False,
        min_amount=0,
        help_text=_("A suggestion at the till; what was really paid is what counts."),
    )
    is_active = forms.BooleanField(label=_("On sale"), required=False)

    def __init__(
        self,
        *args: Any,
        unit: str,
        categories: Sequence[tuple[int, str]],
        old: Product | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        price, category = self.fields["price"], self.fields["category"]
        assert isinstance(price, AmountField)
        assert isinstance(category, forms.TypedChoiceField)
        price.set_unit(unit)
        category.choices = [("", _now("None")), *categories]
        del self.fields["is_active" if old is None else "sku"]

    @staticmethod
    def values_of(product: Product) -> dict[str, Any]:
        """What the form of a known product begins with."""
        names = ("name", "brand", "price", "is_active")
        return {**{n: getattr(product, n) for n in names}, "category": product.category_id}
