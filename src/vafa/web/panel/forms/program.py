"""Forms for the parts of a programme. ``build`` makes the part out of a valid form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.program.rules.rule import Text
from vafa.web.panel.forms.fields import EnglishNameField
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


class PublishForm(forms.Form):
    """A note for those who read the revisions later, and the draft that was on the screen."""

    note = TextField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Why this change? Only the staff sees it."),
    )
    stamp = forms.CharField(max_length=32, widget=forms.HiddenInput())
