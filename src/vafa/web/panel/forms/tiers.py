"""Tiers and their terms as forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vafa.audience.models import Segment
from vafa.audience.reads.segments import definition_of
from vafa.core.text import normalize
from vafa.program.reads.tier_segments import asks_for_tiers
from vafa.program.rules.deeds import GiveVoucher
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.rule import Fixed, Text
from vafa.program.rules.tier_terms import BirthdayGift, TierTerms
from vafa.program.rules.tier_words import tier_terms_words
from vafa.web.panel.forms.fields import PartForm, show_only_for
from vafa.web.panel.forms.program import NamedForm, percent_field
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import AmountField, DigitsField

_MOST = 10**15
_MOST_BENEFITS = 10
_BETWEEN = "|"  # Persian and English of one benefit
GIFT_CHOICES = [
    ("", _("None")),
    ("points", _("Points")),
    ("credit", _("Credit")),
    ("series", _("A voucher")),
]
Choices = Sequence[tuple[int | str, Any]]


class TierForm(NamedForm):
    """A tier; ``others`` are the programme's other tiers, which it may not equal, ``terms`` what
    its threshold counts, ``unit`` the display unit of money, ``series`` those of which fresh codes
    may be given, ``segments`` those of the club."""

    least = DigitsField(min_value=0, max_value=_MOST)
    percent = percent_field(label=_("Percent of the usual points"), initial=100)
    free_delivery = forms.BooleanField(
        label=_("Free delivery"),
        required=False,
        help_text=_("The till and the online shop are told; they do the rest."),
    )
    benefits = forms.CharField(
        label=_("More benefits"),
        required=False,
        help_text=_("One on each line, as members will read it; English after a |."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    segment = forms.ChoiceField(
        label=_("Only for the segment"),
        required=False,
        help_text=_("Who is not in it has the next tier below. The segment may not ask for tiers."),
    )
    birthday = forms.ChoiceField(
        label=_("Birthday gift"),
        choices=GIFT_CHOICES,
        required=False,
        help_text=_("Whoever is in the tier on her birthday gets it, once a year."),
    )
    gift_points = DigitsField(
        label=_("How many points"), min_value=1, max_value=10**9, required=False
    )
    gift_credit = AmountField(label=_("How much credit"), required=False, max_amount=10**9)
    gift_series = forms.TypedChoiceField(
        label=_("Out of which series"), required=False, coerce=int, empty_value=None
    )

    def __init__(
        self,
        *args: Any,
        others: Sequence[Tier],
        terms: TierTerms,
        unit: str,
        series: Choices,
        segments: Sequence[Segment],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.others, self.terms = others, terms
        self._offer_gifts(series, unit)
        self.segments = segments
        self._offer_segments()
        if terms.basis == "spend":
            amount = AmountField(min_amount=0, max_amount=_MOST)
            amount.set_unit(unit)
            self.fields["least"] = amount
        field = self.fields["least"]
        field.label = _least_label(terms)
        counted = tier_terms_words(terms, current_lang())[0]
        field.help_text = gettext("%(counted)s. 0 for a tier that every member has.") % {
            "counted": counted
        }

    def clean_least(self) -> int:
        """Two tiers that begin at the same place could not be told apart, and one that nobody can
        reach is none."""
        value, most = int(self.cleaned_data["least"]), self.terms.most_visits
        if most is not None and value > most:
            raise ValidationError(
                gettext("Nobody reaches that: what counts has at most %(n)s days.") % {"n": most}
            )
        for tier in self.others:
            if tier.least == value:
                name = tier.name.said(current_lang())
                raise ValidationError(
                    gettext("The tier “%(name)s” begins there already.") % {"name": name}
                )
        return value

    def clean_segment(self) -> str:
        """A tier for those who have a tier would be for nobody."""
        code = str(self.cleaned_data["segment"])
        if asks_for_tiers(code, {one.code: definition_of(one) for one in self.segments}):
            raise ValidationError(gettext("This segment asks for tiers itself."))
        return code

    def clean_benefits(self) -> tuple[Text, ...]:
        """A text for each line."""
        lines = [normalize(line) for line in self.cleaned_data["benefits"].splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > _MOST_BENEFITS:
            raise ValidationError(gettext("At most %(n)s lines.") % {"n": _MOST_BENEFITS})
        found = []
        for line in lines:
            fa, _sign, en = line.partition(_BETWEEN)
            if not fa.strip() or max(len(fa), len(en)) > 120:
                raise ValidationError(
                    gettext("Each line is a Persian text of at most 120 letters: “%(line)s”.")
                    % {"line": line[:40]}
                )
            found.append(Text(fa=fa.strip(), en=en.strip()))
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen gift needs."""
        data = super().clean() or {}
        needed = f"gift_{data.get('birthday')}"
        if needed in self.fields and not data.get(needed) and needed not in self.errors:
            self.add_error(needed, gettext("This is needed for what you chose above."))
        return data

    def build(self, code: str) -> Tier:
        """The tier that was typed."""
        data = self.cleaned_data
        fields = ("least", "percent", "free_delivery", "benefits", "segment")
        typed = {name: data[name] for name in fields}
        return Tier(code=code, name=self.named(), birthday=self._gift(), **typed)

    @classmethod
    def values_of(cls, tier: Tier) -> dict[str, Any]:
        """Initial values out of a tier."""
        lines = [
            f"{text.fa} {_BETWEEN} {text.en}" if text.en else text.fa for text in tier.benefits
        ]
        return {
            **cls.name_of(tier.name),
            "least": tier.least,
            "percent": tier.percent,
            "free_delivery": tier.free_delivery,
            "benefits": "\n".join(lines),
            "segment": tier.segment,
            **_gift_values(tier.birthday),
        }

    def _gift(self) -> BirthdayGift | None:
        data = self.cleaned_data
        kind = data["birthday"]
        if kind == "series":
            return GiveVoucher(series=data["gift_series"])
        return Fixed(points=data[f"gift_{kind}"], unit=kind) if kind else None

    def _offer_segments(self) -> None:
        chosen = self.fields["segment"]
        assert isinstance(chosen, forms.ChoiceField)
        lang = current_lang()
        chosen.choices = [
            ("", gettext("All members")),
            *((s.code, s.said(lang)) for s in self.segments),
        ]
        if not self.segments:
            chosen.widget = forms.HiddenInput()

    def _offer_gifts(self, series: Choices, unit: str) -> None:
        chosen, kind, credit = (self.fields[n] for n in ("gift_series", "birthday", "gift_credit"))
        assert isinstance(chosen, forms.TypedChoiceField)
        assert isinstance(kind, forms.ChoiceField) and isinstance(credit, AmountField)
        credit.set_unit(unit)
        chosen.choices = list(series)
        if not series:
            kind.choices = [choice for choice in GIFT_CHOICES if choice[0] != "series"]
            del self.fields["gift_series"]
        for name in ("points", "credit", "series"):
            if f"gift_{name}" in self.fields:
                show_only_for(self, f"gift_{name}", "birthday", [name])


def _gift_values(gift: BirthdayGift | None) -> dict[str, Any]:
    if gift is None:
        return {}
    if isinstance(gift, GiveVoucher):
        return {"birthday": "series", "gift_series": gift.series}
    return {"birthday": gift.unit, f"gift_{gift.unit}": gift.points}


def _least_label(terms: TierTerms) -> str:
    return {
        "points": gettext("From how many points"),
        "spend": gettext("From purchases of"),
        "visits": gettext("From how many days with a purchase"),
        "attribute": gettext("From which number of the attribute"),
    }[terms.basis]


class TierTermsForm(PartForm):
    """What counts for tiers, how long, and how they are lost."""

    basis = forms.ChoiceField(
        label=_("Tiers go by"),
        choices=[
            ("points", _("Points earned")),
            ("spend", _("Amount of purchases")),
            ("visits", _("Days with a purchase")),
            ("attribute", _("A number among the member's attributes")),
        ],
        help_text=_("When you change this, change the thresholds of the tiers too."),
    )
    attribute = forms.ChoiceField(
        label=_("Which attribute"),
        required=False,
        help_text=_("Only attributes that hold a number."),
    )
    window = forms.ChoiceField(
        label=_("What counts"),
        choices=[
            ("rolling", _("The last months")),
            ("jalali_year", _("The current Jalali year")),
            ("gregorian_year", _("The current Gregorian year")),
            ("ever", _("Everything there ever was")),
        ],
    )
    months = DigitsField(label=_("How many months"), min_value=1, max_value=60, required=False)
    downgrade = forms.ChoiceField(
        label=_("When a tier is no longer reached"),
        choices=[
            ("earned", _("Down to what is earned")),
            ("one_step", _("One step down, and another with each further period")),
            ("none", _("It stays")),
        ],
        required=False,
    )
    grace_days = DigitsField(
        label=_("It is still kept for how many days"),
        min_value=0,
        max_value=730,
        required=False,
        help_text=_("366 keeps the tier of a year through the next one. 0: not at all."),
    )
    warn_days = DigitsField(
        label=_("Warn how many days before"), min_value=0, max_value=90, required=False
    )

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        attribute = self.fields["attribute"]
        assert isinstance(attribute, forms.ChoiceField)
        attribute.choices = [("", "—"), *self.attributes]
        show_only_for(self, "attribute", "basis", ["attribute"])
        show_only_for(self, "window", "basis", ["points", "spend", "visits"])
        show_only_for(self, "months", "window", ["rolling"])
        show_only_for(self, "downgrade", "window", ["rolling", "jalali_year", "gregorian_year"])
        show_only_for(self, "grace_days", "downgrade", ["earned", "one_step"])
        show_only_for(self, "warn_days", "downgrade", ["earned", "one_step"])

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen ways need."""
        data = super().clean() or {}
        needed = {"attribute": data.get("basis") == "attribute"}
        needed["months"] = not needed["attribute"] and data.get("window") == "rolling"
        for name, is_needed in needed.items():
            if is_needed and not data.get(name) and name not in self.errors:
                self.add_error(name, gettext("This is needed for what you chose above."))
        return data

    def build(self, old: Program) -> TierTerms:
        """The terms that were typed; what the chosen ways do not need is left out."""
        data = self.cleaned_data
        if data["basis"] == "attribute":
            return TierTerms(basis="attribute", attribute=data["attribute"], window="ever")
        if data["window"] == "ever":
            return TierTerms(basis=data["basis"], window="ever")
        terms = {"basis": data["basis"], "window": data["window"]}
        if data["window"] == "rolling":
            terms["months"] = data["months"]
        terms["downgrade"] = data["downgrade"] or "earned"
        if terms["downgrade"] != "none":
            terms["grace_days"] = data["grace_days"] or 0
            terms["warn_days"] = data["warn_days"] or 0
        return TierTerms(**terms)

    @staticmethod
    def values_of(program: Program) -> dict[str, Any]:
        """Initial values out of a programme."""
        return program.tier_terms.model_dump()
