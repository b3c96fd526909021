"""The form of a reward: what its voucher gives, what it costs, and who may have it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.audience.models import Segment
from vafa.club.reads.context import ClubContext
from vafa.core.text import to_latin_digits
from vafa.program.models import Draw, Reward, VoucherSeries
from vafa.program.reads.rewards import terms_of
from vafa.program.rules.document import Tier
from vafa.web.panel.forms.fields import EnglishNameField, show_only_for
from vafa.web.panel.forms.grouping import FieldGroup, grouped
from vafa.web.panel.forms.offers import (
    CHANCES_CHOICE,
    KIND_CHOICES,
    OF_PURCHASES,
    OfferForm,
    day_begins,
    day_is_over,
    offer_values,
)
from vafa.web.panel.forms.rules import boxes
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import DigitsField, JalaliDateField, TextField

_ORDER = (
    *("kind", "name", "name_en", "points", "value", "percent", "cap", "buy", "get", "skus"),
    *(
        "categories",
        "get_skus",
        "sku",
        "series",
        "chances",
        "draw",
        "text",
        "min_basket",
        "channels",
        "branches",
    ),
    *("alone", "max_uses", "valid_days", "stock", "per_member", "first_day", "last_day", "tiers"),
    *("segment", "is_active"),
)
_AMOUNTS_AND_DAYS = (*("valid_days", "max_uses", "stock", "per_member", "first_day", "last_day"),)
_LASTING = ("voucher", "percent", "buy_get", "delivery", "gift", "product", "text")


class RewardForm(OfferForm):
    """The fields of ``create_reward``; which of them count, ``kind`` says."""

    name = TextField(label=_("Name in Persian"), max_length=120)
    name_en = EnglishNameField()
    points = DigitsField(
        label=_("Points that it costs"),
        min_value=0,
        max_value=10**9,
        help_text=_("Only chances in a draw may cost nothing: then 0."),
    )
    sku = TextField(
        label=_("Product code"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"list": "products", "dir": "ltr", "autocomplete": "off"}),
        help_text=_("The code (SKU) of the product that the member gets."),
    )
    series = forms.ChoiceField(
        label=_("The partner's codes"),
        required=False,
        help_text=_("A list of codes that was brought in before, under Codes."),
    )
    chances = DigitsField(
        label=_("How many chances"), min_value=1, max_value=1_000_000, required=False
    )
    draw = forms.ChoiceField(
        label=_("In which draw"),
        required=False,
        help_text=_("While it is open; members may give them back until its list is closed."),
    )
    valid_days = DigitsField(
        label=_("Valid for how many days"), min_value=1, max_value=3650, initial=90, required=False
    )
    stock = DigitsField(
        label=_("In stock"),
        min_value=0,
        max_value=10**9,
        required=False,
        help_text=_("How many may still be redeemed. Empty: without limit."),
    )
    per_member = DigitsField(
        label=_("How often one member may have it"),
        min_value=1,
        max_value=10**6,
        required=False,
        help_text=_("Empty: without limit."),
    )
    first_day = JalaliDateField(label=_("First day"), required=False)
    last_day = JalaliDateField(label=_("Last day"), required=False)
    tiers = forms.MultipleChoiceField(label=_("Only for the tiers"), required=False, widget=boxes())
    segment = forms.ChoiceField(label=_("Only for the segment"), required=False)
    is_active = forms.BooleanField(label=_("Offer it to members"), required=False, initial=True)

    def __init__(
        self,
        *args: Any,
        club: ClubContext,
        tiers: Sequence[Tier],
        segments: Sequence[Segment],
        series: Sequence[VoucherSeries],
        draws: Sequence[Draw],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.club = club
        self.partners = {str(one.pk): one for one in series}
        lang = current_lang()
        self._choose("tiers", [(tier.code, tier.name.said(lang)) for tier in tiers])
        self._offer("segment", [(s.code, s.said(lang)) for s in segments], _now("All members"))
        self._offer("series", [(str(s.pk), s.name) for s in series], _now("Choose"))
        self._offer_draws(draws)
        self.fields["max_uses"].initial = 1
        show_only_for(self, "sku", "kind", ["product"])
        show_only_for(self, "series", "kind", ["partner"])
        show_only_for(self, "valid_days", "kind", _LASTING)
        for name in ("first_day", "last_day"):
            setattr(self.fields[name].widget, "calendar", club.calendar)  # noqa: B010 - the date picker's
        self.order_fields(_ORDER)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        kind = data.get("kind")
        sku = to_latin_digits(data.get("sku") or "")
        data["product"] = self.house.products.get(sku)
        if kind == "product" and data["product"] is None and "sku" not in self.errors:
            text = (
                _now("No product has the code “%(sku)s”.") % {"sku": sku}
                if sku
                else _now("Which product does the member get?")
            )
            self.add_error("sku", ValidationError(text))
        if kind == "partner" and not data.get("series") and "series" not in self.errors:
            self.add_error("series", ValidationError(_now("Whose codes does the member get?")))
        if kind == "chances":
            for name, words in (
                ("chances", _now("How many chances does the member get?")),
                ("draw", _now("Which draw are they in?")),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(words))
        elif data.get("points") == 0:
            self.add_error("points", ValidationError(_now("How many points does it cost?")))
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            text = _now("The last day lies before the first.")
            self.add_error("last_day", ValidationError(text))
        return data

    @property
    def groups(self) -> list[FieldGroup]:
        """What is asked, under headings; what it is and costs comes first."""
        return grouped(
            self,
            (
                (_now("Which purchases it counts for"), OF_PURCHASES),
                (_now("How many, and how long"), _AMOUNTS_AND_DAYS),
                (_now("Who sees it"), ("tiers", "segment", "is_active")),
            ),
        )

    def fields_of_reward(self) -> dict[str, Any]:
        """What ``create_reward`` and ``update_reward`` take."""
        data = self.cleaned_data
        kind = data["kind"]
        return {
            "kind": kind,
            "name": data["name"],
            "name_en": data["name_en"],
            "points": data["points"],
            "value": data["chances"] if kind == "chances" else self.of_kind("value", 0),
            "min_basket": self.of_kind("min_basket", 0),
            "max_uses": self.of_kind("max_uses", 1),
            "terms": {"draw": int(data["draw"])} if kind == "chances" else self.terms(),
            "product": data["product"] if kind == "product" else None,
            "series": self.partners[data["series"]] if kind == "partner" else None,
            "valid_days": data["valid_days"] or 90,
            "stock": data["stock"],
            "per_member": data["per_member"],
            "starts_at": day_begins(self.club, data["first_day"]),
            "ends_at": day_is_over(self.club, data["last_day"]),
            "tiers": self.chosen("tiers"),
            "segment": data["segment"],
            "is_active": data["is_active"],
        }

    @staticmethod
    def values_of(reward: Reward, club: ClubContext, skus: dict[int, str]) -> dict[str, Any]:
        """Initial values out of a reward."""
        first, end = reward.starts_at, reward.ends_at
        terms, is_chances = terms_of(reward.terms), reward.kind == "chances"
        return {
            **offer_values(terms, skus),
            "kind": reward.kind,
            "name": reward.name,
            "name_en": reward.name_en,
            "points": reward.points,
            "value": None if is_chances else reward.value or None,
            "chances": reward.value if is_chances else None,
            "draw": str(terms.draw or ""),
            "min_basket": reward.min_basket or None,
            "max_uses": reward.max_uses,
            "sku": reward.product.sku if reward.product else "",
            "series": str(reward.series_id or ""),
            "valid_days": reward.valid_days,
            "stock": reward.stock,
            "per_member": reward.per_member,
            "first_day": club.local_date(first) if first else None,
            "last_day": club.local_date(end - timedelta(seconds=1)) if end else None,
            "tiers": reward.tiers,
            "segment": reward.segment,
            "is_active": reward.is_active,
        }

    def _offer_draws(self, draws: Sequence[Draw]) -> None:
        kind, lang = self.fields["kind"], current_lang()
        assert isinstance(kind, forms.ChoiceField)
        if not draws:
            del self.fields["chances"], self.fields["draw"]
            return
        kind.choices = [*KIND_CHOICES, CHANCES_CHOICE]
        names = [(str(d.pk), (d.name_en if lang == "en" else "") or d.name) for d in draws]
        self._offer("draw", names, _now("Choose"))
        show_only_for(self, "chances", "kind", ["chances"])
        show_only_for(self, "draw", "kind", ["chances"])

    def _offer(self, name: str, choices: list[tuple[str, str]], none: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", none), *choices]
