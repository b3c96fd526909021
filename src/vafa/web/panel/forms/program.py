"""Forms for the parts of a programme. ``build`` makes the part out of a valid form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.program.rules.document import Tier
from vafa.program.rules.rule import Text
from vafa.web.panel.forms.fields import EnglishNameField
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import DigitsField, TextField


def percent_field(*, least: int = 100, **kwargs: Any) -> DigitsField:
    """Percent of the usual points, at least ``least``."""
    return DigitsField(
        min_value=least,
        max_value=10_000,
        help_text=_("100 is the usual, 150 one and a half times, 200 double."),
        **kwargs,
    )


class NamedForm(forms.Form):
    """A name in both languages."""

    name_fa = TextField(label=_("Name in Persian"), max_length=120)
    name_en = EnglishNameField()

    def named(self) -> Text:
        """The name that was typed."""
        return Text(fa=self.cleaned_data["name_fa"], en=self.cleaned_data["name_en"])

    @staticmethod
    def name_of(text: Text) -> dict[str, str]:
        """Initial values out of a name."""
        return {"name_fa": text.fa, "name_en": text.en}


class TierForm(NamedForm):
    """A tier; ``others`` are the programme's other tiers, which it may not equal."""

    from_points = DigitsField(
        label=_("From how many points"),
        min_value=0,
        max_value=10**12,
        help_text=_("Points earned in the last 12 months. 0 for a tier that every member has."),
    )
    percent = percent_field(label=_("Percent of the usual points"), initial=100)

    def __init__(self, *args: Any, others: Sequence[Tier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = others

    def clean_from_points(self) -> int:
        value = int(self.cleaned_data["from_points"])
        for tier in self.others:
            if tier.from_points == value:
                name = tier.name.said(current_lang())
                raise ValidationError(
                    _now("The tier “%(name)s” begins there already.") % {"name": name}
                )
        return value

    def build(self, code: str) -> Tier:
        """The tier that was typed."""
        return Tier(
            code=code,
            name=self.named(),
            from_points=self.cleaned_data["from_points"],
            percent=self.cleaned_data["percent"],
        )

    @classmethod
    def values_of(cls, tier: Tier) -> dict[str, Any]:
        """Initial values out of a tier."""
        return {
            **cls.name_of(tier.name),
            "from_points": tier.from_points,
            "percent": tier.percent,
        }


class PublishForm(forms.Form):
    """A note for those who read the revisions later, and the draft that was on the screen."""

    note = TextField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Why this change? Only the staff sees it."),
    )
    stamp = forms.CharField(max_length=32, widget=forms.HiddenInput())
