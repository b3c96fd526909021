"""A form field for each attribute of a club's own."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from vafa.club.models import MemberAttribute
from vafa.club.rules.attributes import LONGEST_TEXT, Kind, Stored, read_value
from vafa.core.day_numbers import day_of_number
from vafa.core.jalali import Calendar
from vafa.web.shared.context import local_digits
from vafa.web.shared.forms import JalaliDateField, TextField


class WholeNumberField(TextField):
    """A whole number in any digits, or nothing."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return read_value("number", (), text)
        except ValueError as error:
            raise ValidationError(gettext("Enter a whole number.")) from error


def attribute_field(
    attribute: MemberAttribute, lang: str, calendar: Calendar, *, required: bool = False
) -> forms.Field:
    """The field in which an attribute is typed; what it gives ``set_attributes`` understands."""
    label, kind = attribute.said(lang), cast(Kind, attribute.kind)
    if kind == "date":
        return JalaliDateField(label=label, required=required, calendar=calendar)
    if kind == "number":
        numeric = forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr"})
        return WholeNumberField(label=label, required=required, max_length=20, widget=numeric)
    if kind == "text":
        return TextField(label=label, required=required, max_length=LONGEST_TEXT)
    options = [(choice, choice) for choice in attribute.choices]
    if kind == "yes_no":
        options = [("yes", gettext("Yes")), ("no", gettext("No"))]
    return forms.ChoiceField(label=label, required=required, choices=[("", "—"), *options])


def attribute_shown(kind: str, stored: Stored | None) -> Any:
    """What is known already, as the field shows it."""
    if stored is None:
        return None
    if kind == "date":
        return day_of_number(int(stored))
    if kind == "yes_no":
        return "yes" if stored else "no"
    return local_digits(str(stored)) if kind == "number" else stored
