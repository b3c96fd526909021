"""What members type in the portal."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vafa.core.jalali import Calendar
from vafa.web.shared.context import local_digits
from vafa.web.shared.forms import JalaliDateField, MobileField, TextField

_OLDEST_BIRTH = date(1900, 1, 1)


class LoginForm(forms.Form):
    mobile = MobileField(label=_("Mobile"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mobile"].widget.attrs |= {
            "autofocus": True,
            "placeholder": local_digits("0912 345 6789"),
        }


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The six digits that you received"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "dir": "ltr",
                "data-local-digits": True,
                "class": "text-center! text-2xl! tracking-[0.4em]",
                "autofocus": True,
            }
        ),
    )


class PersonForm(forms.Form):
    """A person's own details; the calendar is the one that the club keeps."""

    name = TextField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    birth_date = JalaliDateField(
        label=_("Date of birth"),
        required=False,
        help_text=_("So that your birthday brings you its gifts."),
    )

    def __init__(self, *args: Any, calendar: Calendar = "jalali", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth_date"] = JalaliDateField(
            label=_("Date of birth"),
            required=False,
            calendar=calendar,
            min_date=_OLDEST_BIRTH,
            max_date=timezone.localdate(),
            help_text=_("So that your birthday brings you its gifts."),
        )


class JoinForm(PersonForm):
    """What a new member says of herself."""


class ProfileForm(PersonForm):
    """What a member may change of herself."""

    gender = forms.ChoiceField(
        label=_("Gender"),
        required=False,
        choices=[("", _("Not said")), ("female", _("Woman")), ("male", _("Man"))],
    )
