"""Forms of what members accept, allow and tell, and of one who is to be forgotten."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.club.actions.terms import MOST_CHARACTERS
from vafa.club.models import ConsentPurpose
from vafa.club.reads.profile import AskedField
from vafa.club.rules.consents import CHANNELS, channel_words
from vafa.core.jalali import Calendar
from vafa.core.text import search_key
from vafa.web.panel.forms.fields import EnglishNameField
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import JalaliDateField, TextField

# What whoever erases a person types, in either language.
ERASE_WORDS = {"fa": "پاک شود", "en": "erase"}
_FA = {"dir": "rtl", "lang": "fa"}
_EN = {"dir": "ltr", "lang": "en"}


class TermsForm(forms.Form):
    """The draft of the terms, by the names of ``save_draft``."""

    text = forms.CharField(
        label=_("Terms in Persian"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 14, **_FA}),
        help_text=_("An empty line begins a new paragraph."),
    )
    text_en = forms.CharField(
        label=_("Terms in English"),
        max_length=MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, **_EN}),
    )
    changes = TextField(
        label=_("What is new in them, in Persian"),
        max_length=300,
        required=False,
        help_text=_("Members who are asked again read this first."),
        widget=forms.TextInput(attrs=_FA),
    )
    changes_en = TextField(
        label=_("What is new in them, in English"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs=_EN),
    )


class PublishTermsForm(forms.Form):
    """From which day the terms hold, and who is asked."""

    starts_on = JalaliDateField(
        label=_("Hold from"), required=False, help_text=_("Empty: from now on.")
    )
    asks_again = forms.BooleanField(
        label=_("Ask members who accepted earlier terms to accept these too"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"] = JalaliDateField(
            label=_("Hold from"),
            required=False,
            calendar=calendar,
            help_text=_("Empty: from now on."),
        )


class PurposeForm(forms.Form):
    """A purpose of messages that members are asked for, by the names of ``write_purpose``."""

    name = TextField(label=_("Name"), max_length=80)
    name_en = EnglishNameField()
    text = TextField(
        label=_("What members are asked, in Persian"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, **_FA}),
    )
    text_en = TextField(
        label=_("What members are asked, in English"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, **_EN}),
    )
    channels = forms.MultipleChoiceField(
        label=_("By which way"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox checkbox-primary"}),
    )
    code = forms.RegexField(
        regex=r"^[a-z][a-z0-9_]{0,19}$",
        label=_("Code for other programs"),
        help_text=_("Latin letters, digits and _, the first a letter."),
        widget=forms.TextInput(attrs={"dir": "ltr", "lang": "en"}),
    )
    is_active = forms.BooleanField(label=_("Members are asked for it"), required=False)

    def __init__(self, data: Any = None, *, old: ConsentPurpose | None = None) -> None:
        initial: dict[str, Any] = {"channels": ["sms"], "is_active": True}
        if old is not None:
            initial = {name: getattr(old, name) for name in ("name", "name_en", "text", "text_en")}
            initial |= {"channels": old.channels, "is_active": old.is_active}
        super().__init__(data, initial=initial)
        lang = current_lang()
        channels = self.fields["channels"]
        assert isinstance(channels, forms.MultipleChoiceField)
        channels.choices = [(code, channel_words(code, lang)) for code in CHANNELS]
        if old is not None:
            del self.fields["code"]


class ProfileFieldsForm(forms.Form):
    """For each detail when it is asked, and whether one must answer."""

    def __init__(self, *args: Any, asked: list[AskedField], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        lang = current_lang()
        for place, field in enumerate(asked):
            self.fields[f"ask{place}"] = forms.ChoiceField(
                label=field.said(lang),
                choices=[
                    ("never", _("Not asked")),
                    ("profile", _("In the profile")),
                    ("joining", _("When joining")),
                ],
                initial=field.ask,
            )
            self.fields[f"must{place}"] = forms.BooleanField(
                label=_("Required"), required=False, initial=field.is_required
            )

    @property
    def rows(self) -> list[tuple[AskedField, Any, Any]]:
        """Each detail with its two controls."""
        return [(one, self[f"ask{n}"], self[f"must{n}"]) for n, one in enumerate(self.asked)]

    @property
    def wanted(self) -> dict[str, tuple[Any, bool]]:
        """What was chosen, by code."""
        data = self.cleaned_data
        return {
            one.code: (data[f"ask{n}"], bool(data[f"must{n}"])) for n, one in enumerate(self.asked)
        }


class EraseForm(forms.Form):
    """Why a person is forgotten, and the word that says that it is meant."""

    reason = TextField(
        label=_("Why"),
        max_length=200,
        help_text=_("Without her name or number: this line stays in the audit."),
        error_messages={"required": _("Say why.")},
    )
    word = TextField(max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = ERASE_WORDS[current_lang()]
        self.fields["word"].label = _("Type “%(word)s”") % {"word": self.wanted}
        self.fields["word"].widget.attrs["autocomplete"] = "off"

    def clean_word(self) -> str:
        """The word, in either language."""
        typed = search_key(self.cleaned_data["word"])
        if typed not in {search_key(word) for word in ERASE_WORDS.values()}:
            raise forms.ValidationError(_("Type “%(word)s”") % {"word": self.wanted})
        return typed
