"""The form of a club's quiet hours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.core.money import format_number
from vafa.web.shared.context import current_lang


class QuietForm(forms.Form):
    """Whether there are any, and from which hour until which."""

    has = forms.BooleanField(
        label=_("Leave members in peace for some hours"),
        required=False,
        help_text=_("What is written meanwhile goes out in the hour after. Login codes always go."),
    )
    begins = forms.TypedChoiceField(label=_("From"), coerce=int)
    ends = forms.TypedChoiceField(
        label=_("Until"), coerce=int, help_text=_("An earlier hour is that of the next day.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang = current_lang()
        hours = [(hour, _clock(hour, lang)) for hour in range(24)]
        for name in ("begins", "ends"):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = hours

    @property
    def hours(self) -> tuple[int, int]:
        """From which hour until which; the same twice for none."""
        data = self.cleaned_data
        return (data["begins"], data["ends"]) if data["has"] else (0, 0)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("has") and "begins" in data and data["begins"] == data.get("ends"):
            self.add_error("ends", _now("Choose another hour than the one they begin at."))
        return data


def _clock(hour: int, lang: str) -> str:
    number = format_number(hour, lang)
    return f"{number.rjust(2, '۰' if lang == 'fa' else '0')}:{'۰۰' if lang == 'fa' else '00'}"
