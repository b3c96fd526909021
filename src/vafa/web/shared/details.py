"""Forms in which people tell of themselves, allow messages and accept the terms: each club asks
for other details, at other times."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vafa.club.models import Member
from vafa.club.reads.consents import Asked, asked_consents
from vafa.club.reads.profile import AskedField
from vafa.club.reads.terms import version_in_force
from vafa.club.rules.consents import channel_words
from vafa.club.rules.profile import ACQUAINTANCES, EDUCATIONS, choice_words
from vafa.core.jalali import Calendar
from vafa.web.shared.attribute_fields import attribute_field, attribute_shown
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import JalaliDateField, TextField

_OLDEST = date(1900, 1, 1)
_ATTRIBUTE = "attribute_"
_CONSENT = "consent_"
Choices = Sequence[tuple[str, str]]


class DetailsForm(forms.Form):
    """A form that can ask for details, consents and the terms; what is asked is said after
    ``__init__``. Fields of details bear the names of ``rules.profile.FIELDS``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._details: list[AskedField] = []
        self._consents: list[Asked] = []

    def ask_details(
        self,
        asked: Sequence[AskedField],
        *,
        calendar: Calendar,
        interests: Choices = (),
        known: Member | None = None,
        hints: dict[str, Any] | None = None,
    ) -> None:
        """Ask for these, in their order; ``known`` is who tells. ``interests`` are the club's
        categories: where there are none, nobody is asked for any."""
        lang = current_lang()
        for one in asked:
            if one.code == "interests" and not interests:
                continue
            name = field_name(one)
            if one.attribute is not None:
                field = attribute_field(one.attribute, lang, calendar, required=one.is_required)
                if known is not None:
                    stored = known.attributes.get(one.attribute.key)
                    self.initial.setdefault(name, attribute_shown(one.attribute.kind, stored))
            else:
                field = _field(one, lang, calendar, interests)
                if known is not None:
                    self.initial.setdefault(name, getattr(known, one.code))
            field.help_text = (hints or {}).get(one.code, "")
            self.fields[name] = field
            self._details.append(one)

    def ask_consents(self, club_id: int, *, given: Collection[str] = ()) -> None:
        """Ask for every consent of the club, in the words that hold; nothing is ticked already but
        what was given before."""
        lang = current_lang()
        self._consents = asked_consents(club_id)
        ways = {one.purpose.code: len(one.purpose.channels) for one in self._consents}
        for one in self._consents:
            words = one.purpose.words(lang)
            if ways[one.purpose.code] > 1:
                words = f"{words} ({channel_words(one.channel, lang)})"
            self.fields[_CONSENT + one.key] = forms.BooleanField(
                label=words, required=False, initial=one.key in given
            )

    def ask_terms(self, club_id: int) -> None:
        """Ask to accept the terms that hold, where the club has any."""
        version = version_in_force(club_id)
        if not version:
            return
        self.fields["terms"] = forms.BooleanField(
            label=_("I accept the terms of membership."),
            error_messages={"required": _("Please accept the terms to join.")},
        )
        self.fields["terms_version"] = forms.IntegerField(
            initial=version, widget=forms.HiddenInput, required=False
        )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        asked = self.fields.get("terms_version")
        if asked is not None and found.get("terms") and found["terms_version"] != asked.initial:
            # They changed while she was reading: she reads the new ones.
            told = {key: value for key, value in self.data.items() if key != "terms"}
            self.data = {**told, "terms_version": str(asked.initial)}
            self.add_error("terms", gettext("The terms have just changed. Please read them again."))
        return found

    @property
    def detail_fields(self) -> list[forms.BoundField]:
        """The details that are asked, to be drawn."""
        return [self[field_name(one)] for one in self._details]

    @property
    def consent_fields(self) -> list[forms.BoundField]:
        """The consents that are asked, to be drawn."""
        return [self[_CONSENT + one.key] for one in self._consents]

    @property
    def told(self) -> dict[str, Any]:
        """The details of a valid form by their names, without the club's attributes."""
        names = [one.code for one in self._details if one.attribute is None]
        found = {name: self.cleaned_data[name] for name in names}
        if "interests" in found:
            found["interests"] = tuple(found["interests"])
        return {name: value for name, value in found.items() if value is not None or _is_day(name)}

    @property
    def told_attributes(self) -> dict[str, Any]:
        """The club's attributes of a valid form, by key."""
        attributes = [one.attribute for one in self._details if one.attribute is not None]
        return {one.key: self.cleaned_data[_ATTRIBUTE + one.key] for one in attributes}

    @property
    def consents(self) -> dict[str, bool]:
        """What a valid form allows, and what not."""
        return {one.key: self.cleaned_data[_CONSENT + one.key] for one in self._consents}

    @property
    def given(self) -> tuple[str, ...]:
        """The consents that a valid form gives."""
        return tuple(key for key, yes in self.consents.items() if yes)

    @property
    def accepted(self) -> int:
        """The version of the terms that a valid form accepts; 0 where none were asked."""
        return int(self.cleaned_data.get("terms_version") or 0)


def field_name(asked: AskedField) -> str:
    """The name of the form field of a detail."""
    return _ATTRIBUTE + asked.attribute.key if asked.attribute is not None else asked.code


def _is_day(name: str) -> bool:
    return name in ("birth_date", "wedding_date")


def _field(one: AskedField, lang: str, calendar: Calendar, interests: Choices) -> forms.Field:
    label, must = one.said(lang), one.is_required
    if _is_day(one.code):
        return JalaliDateField(
            label=label,
            required=must,
            calendar=calendar,
            min_date=_OLDEST,
            max_date=timezone.localdate(),
        )
    if one.code == "gender":
        choices = [
            ("", gettext("Not said")),
            ("female", gettext("Woman")),
            ("male", gettext("Man")),
        ]
        return forms.ChoiceField(label=label, required=must, choices=choices)
    if one.code == "email":
        attrs = {"dir": "ltr", "autocomplete": "email", "inputmode": "email"}
        return forms.EmailField(
            label=label, required=must, max_length=254, widget=forms.EmailInput(attrs=attrs)
        )
    if one.code == "interests":
        return forms.MultipleChoiceField(
            label=label, required=must, choices=interests, widget=forms.CheckboxSelectMultiple
        )
    lists = {"education": EDUCATIONS, "acquaintance": ACQUAINTANCES}
    if one.code in lists:
        choices = [("", gettext("Not said")), *choice_words(lists[one.code], lang)]
        return forms.ChoiceField(label=label, required=must, choices=choices)
    longest = {"name": 120, "city": 60}[one.code]
    complete = {"name": "name", "city": "address-level2"}[one.code]
    widget = forms.TextInput(attrs={"autocomplete": complete})
    return TextField(label=label, required=must, max_length=longest, widget=widget)
