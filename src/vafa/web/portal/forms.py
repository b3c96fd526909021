"""What members type in the portal."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.club.models import Member
from vafa.club.reads.context import ClubContext
from vafa.club.reads.profile import profile_fields
from vafa.commerce.reads.interests import interest_choices
from vafa.core.jalali import Calendar
from vafa.core.money import format_number
from vafa.core.text import search_key
from vafa.flows.gifts import MAX_MESSAGE
from vafa.web.shared.context import current_lang, local_digits
from vafa.web.shared.details import DetailsForm
from vafa.web.shared.forms import AmountField, DigitsField, MobileField, TextField

HINTS = {
    "birth_date": _("So that your birthday brings you its gifts."),
    "wedding_date": _("So that the day brings you its gifts."),
}
# What who leaves types, in either language.
LEAVE_WORDS = {"fa": "خداحافظ", "en": "goodbye"}


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


class JoinForm(DetailsForm):
    """What a new member says of herself, as her club asks it; ``asked`` are the fields that open a
    closed club."""

    joining_code = TextField(
        label=_("Joining code"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    receipt_no = TextField(
        label=_("Number of your receipt"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    receipt_total = AmountField(label=_("Its sum"), required=False)

    def __init__(
        self,
        *args: Any,
        club: ClubContext,
        calendar: Calendar,
        asked: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        total = self.fields["receipt_total"]
        assert isinstance(total, AmountField)
        total.set_unit(club.display_unit)
        self.ask_details(
            profile_fields(club.id).asked("joining"),
            calendar=calendar,
            interests=interest_choices(club.id),
            hints=HINTS,
        )
        self.ask_consents(club.id)
        self.ask_terms(club.id)
        for name in ("joining_code", "receipt_no", "receipt_total"):
            if name not in asked:
                del self.fields[name]


class ProfileForm(DetailsForm):
    """What a member may change of herself, as her club asks it, and how she is spoken to."""

    def ask_manners(self, member: Member) -> None:
        """Which language and calendar are hers."""
        calendars = {"jalali": _("Jalali"), "gregorian": _("Gregorian")}
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of pages and messages"),
            required=False,
            choices=[("", _("As the club speaks")), ("fa", "فارسی"), ("en", "English")],
            initial=member.language,
        )
        self.fields["calendar"] = forms.ChoiceField(
            label=_("Calendar"),
            required=False,
            choices=[("", _("As usual in the language")), *calendars.items()],
            initial=member.calendar,
        )


class LeaveForm(forms.Form):
    """The word that says that it is meant."""

    word = TextField(max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = LEAVE_WORDS[current_lang()]
        self.fields["word"].label = _("Type “%(word)s”") % {"word": self.wanted}

    def clean_word(self) -> str:
        """The word, in either language."""
        typed = search_key(self.cleaned_data["word"])
        if typed not in {search_key(word) for word in LEAVE_WORDS.values()}:
            raise forms.ValidationError(_("Type “%(word)s”") % {"word": self.wanted})
        return typed
