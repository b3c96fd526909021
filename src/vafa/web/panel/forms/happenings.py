"""Occasions, events and challenges as forms."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.core.jalali import Calendar, month_name
from vafa.program.actions.occasions import OccasionFields
from vafa.program.models import Occasion
from vafa.program.rules.document import Challenge, EventKind, ProfileTerms, Program
from vafa.program.rules.hijri import HIJRI_MONTHS_EN, HIJRI_MONTHS_FA
from vafa.program.rules.moments import DETAILS
from vafa.program.rules.occasions import OccasionDay, is_day, next_occasion
from vafa.web.panel.forms.fields import EnglishNameField, PartForm
from vafa.web.panel.forms.program import NamedForm
from vafa.web.panel.forms.rules import boxes
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import DigitsField, JalaliDateField, TextField

# An announced day that is farther from the computed one is a slip of the pen.
_NEAR = timedelta(days=3)


def calendar_choices() -> list[tuple[str, str]]:
    """The calendars in which occasions are kept."""
    return [
        ("jalali", _now("Solar (Jalali)")),
        ("hijri", _now("Lunar (Hijri)")),
        ("gregorian", _now("Gregorian")),
    ]


def month_of(calendar: str, month: int) -> str:
    """The name of a month of a calendar in the page's language."""
    lang = current_lang()
    if calendar == "hijri":
        return (HIJRI_MONTHS_FA if lang == "fa" else HIJRI_MONTHS_EN)[month - 1]
    return month_name(month, lang, "gregorian" if calendar == "gregorian" else "jalali")


class OccasionForm(forms.Form):
    """A yearly day; ``next_official`` is the announced day of the next time, where it is lunar."""

    name = TextField(label=_("Name in Persian"), max_length=120)
    name_en = EnglishNameField()
    calendar = forms.ChoiceField(label=_("Calendar"))
    month = DigitsField(
        label=_("Month of the calendar"), min_value=1, max_value=12, help_text=_("1 to 12")
    )
    day = DigitsField(label=_("Day of that month"), min_value=1, max_value=31)
    next_official = JalaliDateField(
        label=_("Announced day of the next time"),
        required=False,
        help_text=_(
            "Lunar days are computed and may be a day off. Enter the day once it is announced."
        ),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(
        self,
        *args: Any,
        calendar: Calendar,
        today: date,
        known: Collection[date] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["calendar"]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = calendar_choices()
        old = self.fields["next_official"]
        self.fields["next_official"] = JalaliDateField(
            label=old.label, required=False, help_text=old.help_text, calendar=calendar
        )
        widget = self.fields["next_official"].widget
        widget.attrs["data-only-for"] = "calendar hijri"
        self._today, self._known = today, known

    def clean(self) -> dict[str, Any]:
        """A day that the calendar has, and an announced one that is near the computed one."""
        data: dict[str, Any] = super().clean() or {}
        calendar, month, day = data.get("calendar"), data.get("month"), data.get("day")
        if not (calendar and month and day):
            return data
        if not is_day(calendar, month, day):
            self.add_error("day", _now("The calendar has no such day."))
        elif calendar == "hijri" and (announced := data.get("next_official")):
            computed = next_occasion(OccasionDay("hijri", month, day), announced - _NEAR).day
            if abs(computed - announced) > _NEAR:
                self.add_error("next_official", _now("This is far from the computed day."))
        return data

    def fields_of_occasion(self) -> OccasionFields:
        """What was typed; earlier announced days stay."""
        data = self.cleaned_data
        official = {day for day in self._known if day < self._today}
        if data["calendar"] == "hijri" and data["next_official"]:
            official.add(data["next_official"])
        return OccasionFields(
            name=data["name"],
            name_en=data["name_en"],
            calendar=data["calendar"],
            month=data["month"],
            day=data["day"],
            official=tuple(sorted(official)),
            is_active=data["is_active"],
        )

    @staticmethod
    def values_of(occasion: Occasion, today: date) -> dict[str, Any]:
        """Initial values out of an occasion."""
        coming = [day for day in occasion.official if day >= today]
        return {
            "name": occasion.name,
            "name_en": occasion.name_en,
            "calendar": occasion.calendar,
            "month": occasion.month,
            "day": occasion.day,
            "next_official": coming[0] if coming else None,
            "is_active": occasion.is_active,
        }


class EventForm(NamedForm):
    """An event that other programs report; ``taken`` are the codes of the others."""

    code = forms.SlugField(
        label=_("Name in the API"),
        max_length=40,
        help_text=_("Small Latin letters, digits and dashes. Other programs send it."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, taken: Collection[str] = (), fixed: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._taken = taken
        if fixed:
            del self.fields["code"]

    def clean_code(self) -> str:
        """In small letters, and not taken."""
        code: str = self.cleaned_data["code"].lower()
        if not code[0].isalnum():
            raise forms.ValidationError(_now("Begin with a letter or a digit."))
        if code in self._taken:
            raise forms.ValidationError(_now("Another event has this name."))
        return code

    def build(self, code: str = "") -> EventKind:
        """The event that was typed."""
        return EventKind(code=code or self.cleaned_data["code"], name=self.named())


class ChallengeForm(NamedForm):
    """Something to be met in some days."""

    kind = forms.ChoiceField(
        label=_("What is to be done"),
        choices=[
            ("purchases", _("Buy so many times")),
            ("categories", _("Buy out of so many categories")),
        ],
    )
    count = DigitsField(label=_("How many"), min_value=2, max_value=100)
    days = DigitsField(label=_("Within how many days"), min_value=1, max_value=366)

    def build(self, code: str) -> Challenge:
        """The challenge that was typed."""
        data = self.cleaned_data
        return Challenge(
            code=code, name=self.named(), kind=data["kind"], count=data["count"], days=data["days"]
        )

    @staticmethod
    def values_of(challenge: Challenge) -> dict[str, Any]:
        """Initial values out of a challenge."""
        return {
            **NamedForm.name_of(challenge.name),
            **challenge.model_dump(include={"kind", "count", "days"}),
        }


class ProfileForm(PartForm):
    """What belongs to a complete profile."""

    details = forms.MultipleChoiceField(
        label=_("A profile is complete with"),
        choices=[
            ("name", _("Name")),
            ("gender", _("Gender")),
            ("birth_date", _("Date of birth")),
            ("mobile", _("Mobile")),
        ],
        widget=boxes(),
        initial=list(DETAILS),
    )

    def build(self, old: Program) -> ProfileTerms:
        return ProfileTerms(details=tuple(self.cleaned_data["details"]))

    @staticmethod
    def values_of(program: Program) -> dict[str, Any]:
        """Initial values out of a programme."""
        return {"details": list(program.profile.details)}
