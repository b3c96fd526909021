"""What members type in the portal."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vafa.core.jalali import Calendar
from vafa.core.money import format_number
from vafa.flows.gifts import MAX_MESSAGE
from vafa.web.shared.context import current_lang, local_digits
from vafa.web.shared.forms import DigitsField, JalaliDateField, MobileField, TextField

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


class GiftForm(forms.Form):
    """To whom, how many points (``most`` today), and a few words."""

    mobile = MobileField(label=_("Your friend's mobile"))
    points = DigitsField(label=_("Points"), min_value=1)
    message = TextField(
        label=_("A few words"),
        max_length=MAX_MESSAGE,
        required=False,
        help_text=_("Your friend sees them beside the points."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mobile"].widget.attrs["autocomplete"] = "off"
        self._most = most

    def clean_points(self) -> int:
        """No more than may still be given today."""
        points: int = self.cleaned_data["points"]
        # A gift that is sent again is answered as the first time, whatever is left by now.
        if points > self._most and self.data.get("step") != "give":
            most = format_number(self._most, current_lang())
            raise forms.ValidationError(_("%(most)s points at most.") % {"most": most})
        return points


class JoinForm(PersonForm):
    """What a new member says of herself."""


class ProfileForm(PersonForm):
    """What a member may change of herself."""

    gender = forms.ChoiceField(
        label=_("Gender"),
        required=False,
        choices=[("", _("Not said")), ("female", _("Woman")), ("male", _("Man"))],
    )
