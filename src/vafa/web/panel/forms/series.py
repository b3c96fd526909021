"""The form of a series of codes: made here, or brought in from a partner's list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.club.reads.context import ClubContext
from vafa.program.actions.vouchers import LETTERS
from vafa.web.panel.forms.fields import show_only_for
from vafa.web.panel.forms.grouping import FieldGroup, grouped
from vafa.web.panel.forms.offers import (
    KIND_CHOICES,
    OF_PURCHASES,
    OfferForm,
    day_begins,
    day_is_over,
)
from vafa.web.shared.forms import DigitsField, JalaliDateField, TextField
from vafa.web.shared.uploads import MOST_UPLOADED

_ORDER = (
    *("name", "kind", "value", "percent", "cap", "buy", "get", "skus", "categories", "get_skus"),
    *("text", "min_basket", "channels", "branches", "alone", "source", "count", "look", "word"),
    *("file", "max_uses", "per_member", "first_day", "last_day"),
)
_USES_AND_DAYS = ("max_uses", "per_member", "first_day", "last_day")
_FORMS = (
    (str(LETTERS), _("Sixteen letters: nobody can guess them")),
    ("10", _("A word and ten letters")),
    ("8", _("A word and eight letters")),
    ("6", _("A word and six letters")),
)


class SeriesForm(OfferForm):
    """The fields of ``flows.voucher_series``: ``fields_of_series`` are those of both ways."""

    name = TextField(label=_("What you call it"), max_length=120)
    source = forms.ChoiceField(
        label=_("Where the codes come from"),
        choices=[("made", _("Vafa makes them")), ("file", _("They are in a file"))],
    )
    count = DigitsField(
        label=_("How many codes"),
        min_value=1,
        max_value=10**7,
        required=False,
        help_text=_("One code that many use is one."),
    )
    look = forms.ChoiceField(label=_("How a code looks"), choices=_FORMS)
    word = TextField(
        label=_("Word before the letters"),
        max_length=16,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        help_text=_("English letters and digits, like YALDA."),
    )
    file = forms.FileField(
        label=_("File of codes"),
        required=False,
        widget=forms.FileInput(
            attrs={"class": "file-input", "accept": ".csv,.txt,.gz,.xlsx,.xls,.ods"}
        ),
        help_text=_("CSV or Excel with a column called code. No code may be in it twice."),
    )
    per_member = DigitsField(
        label=_("How often one member may use it"),
        min_value=1,
        max_value=10**6,
        required=False,
        help_text=_("Empty: without limit."),
    )
    first_day = JalaliDateField(label=_("First day"), required=False)
    last_day = JalaliDateField(label=_("Last day"))
    is_too_large = False

    def __init__(self, *args: Any, club: ClubContext, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.club = club
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        # What is handed over at the counter needs the reward that it stands for.
        kind.choices = [c for c in KIND_CHOICES if c[0] not in ("product", "text")]
        self.fields["max_uses"].help_text = _now("Empty: without limit.")
        for name in ("count", "look"):
            show_only_for(self, name, "source", ["made"])
        show_only_for(self, "word", "look", [key for key, _words in _FORMS[1:]])
        show_only_for(self, "file", "source", ["file"])
        show_only_for(self, "per_member", "kind", ["voucher", "percent", "buy_get", "delivery"])
        for name in ("first_day", "last_day"):
            setattr(self.fields[name].widget, "calendar", club.calendar)  # noqa: B010 - the date picker's
        self.order_fields(_ORDER)

    def clean_word(self) -> str:
        """In capitals, as it will stand in the codes."""
        word: str = self.cleaned_data["word"].upper()
        if word and not (word.isascii() and word.isalnum()):
            raise ValidationError(_now("Only English letters and digits."))
        return word

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        is_made = data.get("source") == "made"
        if is_made and not data.get("count") and "count" not in self.errors:
            self.add_error("count", ValidationError(_now("How many codes are to be made?")))
        if self.is_too_large:
            self.errors.pop("file", None)
            said = _now("The file is larger than %(limit)s MB. Split it, or pack it as CSV.gz.")
            self.add_error("file", ValidationError(said % {"limit": MOST_UPLOADED // 1_000_000}))
        elif data.get("source") == "file" and not data.get("file") and "file" not in self.errors:
            self.add_error("file", ValidationError(_now("Choose the file.")))
        if is_made and data.get("kind") == "partner":
            words = _now("A partner's codes come in a file.")
            self.add_error("source", ValidationError(words))
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            text = _now("The last day lies before the first.")
            self.add_error("last_day", ValidationError(text))
        return data

    @property
    def groups(self) -> list[FieldGroup]:
        """What is asked, under headings; what a code gives comes first."""
        return grouped(
            self,
            (
                (_now("Which purchases it counts for"), OF_PURCHASES),
                (_now("The codes"), ("source", "count", "look", "word", "file")),
                (_now("How often, and how long"), _USES_AND_DAYS),
            ),
        )

    def fields_of_series(self) -> dict[str, Any]:
        """What ``plan_series`` and ``bring_codes`` both take."""
        data = self.cleaned_data
        limited = "per_member" if data["per_member"] and data["kind"] != "gift" else ""
        return {
            "name": data["name"],
            "kind": data["kind"],
            "value": self.of_kind("value", 0),
            "min_basket": self.of_kind("min_basket", 0),
            "max_uses": data["max_uses"],
            "terms": self.terms() | ({limited: data["per_member"]} if limited else {}),
            "starts_at": day_begins(self.club, data["first_day"]),
            "expires_at": day_is_over(self.club, data["last_day"]),
        }

    def how_made(self) -> dict[str, Any]:
        """What ``plan_series`` takes beside that."""
        letters = int(self.cleaned_data["look"])
        prefix = self.cleaned_data["word"] if letters != LETTERS else ""
        return {"count": self.cleaned_data["count"], "letters": letters, "prefix": prefix}


class GiveForm(forms.Form):
    """To whom the next code goes."""

    member = TextField(
        label=_("Mobile number or customer number"),
        max_length=64,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "tel", "autocomplete": "off"}),
    )
