"""What is typed to test a draft, or to publish it at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.core.jalali import Calendar
from vafa.web.panel.forms.draws import ClockField
from vafa.web.shared.forms import JalaliDateField, TextField


class BacktestForm(forms.Form):
    """Over which days' purchases; ``segments`` are (code, name)."""

    first = JalaliDateField(label=_("First day"))
    last = JalaliDateField(label=_("Last day"))
    segments = forms.MultipleChoiceField(
        label=_("Count these segments too"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox checkbox-primary"}),
        help_text=_("A member counts where she is today."),
    )

    def __init__(
        self, *args: Any, calendar: Calendar, segments: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "last"):
            setattr(self.fields[name].widget, "calendar", calendar)  # noqa: B010 - the date picker's
        chosen = self.fields["segments"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = list(segments)
        if not segments:
            del self.fields["segments"]


class PlanForm(forms.Form):
    """The moment at which the draft goes live; ``stamp`` says which draft was on the screen."""

    on = JalaliDateField(label=_("Day of publishing"))
    time = ClockField(label=_("At what time"))
    note = TextField(label=_("Note"), max_length=200, required=False)
    stamp = forms.CharField(max_length=32, widget=forms.HiddenInput())

    def __init__(self, *args: Any, calendar: Calendar, zone: ZoneInfo, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "plan_%s")
        super().__init__(*args, **kwargs)
        self._zone = zone
        setattr(self.fields["on"].widget, "calendar", calendar)  # noqa: B010 - the date picker's

    @property
    def moment(self) -> datetime:
        """The moment of a valid form, in UTC."""
        local = datetime.combine(self.cleaned_data["on"], self.cleaned_data["time"], self._zone)
        return local.astimezone(UTC)
