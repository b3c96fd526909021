"""Forms of what a club wants to know of its members."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vafa.club.models import MemberAttribute
from vafa.club.rules.attributes import KINDS, Stored
from vafa.core.jalali import Calendar
from vafa.core.text import normalize
from vafa.web.panel.forms.fields import EnglishNameField, show_only_for
from vafa.web.shared.attribute_fields import attribute_field, attribute_shown
from vafa.web.shared.forms import TextField

KIND_WORDS = {
    "text": _("Text"),
    "number": _("Whole number"),
    "yes_no": _("Yes or no"),
    "date": _("Date"),
    "choice": _("One of several"),
}


class AttributeForm(forms.Form):
    """An attribute by the names of ``define_attribute``; kind and key are fixed once it is there."""

    name = TextField(label=_("Name"), max_length=80)
    name_en = EnglishNameField()
    kind = forms.ChoiceField(label=_("Kind"), choices=[(k, KIND_WORDS[k]) for k in KINDS])
    choices = forms.CharField(
        label=_("Choices, each on a line of its own"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    key = forms.RegexField(
        regex=r"^[a-z][a-z0-9_]{0,39}$",
        label=_("Key for other programs"),
        help_text=_("Latin letters, digits and _, the first a letter. Made up if left empty."),
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "lang": "en"}),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, old: MemberAttribute | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kind = old.kind if old else ""
        if old is None:
            del self.fields["is_active"]
            show_only_for(self, "choices", "kind", ["choice"])
            return
        del self.fields["kind"], self.fields["key"]
        if old.kind != "choice":
            del self.fields["choices"]

    def clean_choices(self) -> list[str]:
        """The lines that hold anything."""
        lines = self.cleaned_data["choices"].splitlines()
        return [text for line in lines if (text := normalize(line))]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        kind = self._kind or found.get("kind")
        if kind != "choice":
            found["choices"] = []
        elif not found.get("choices") and "choices" not in self.errors:
            self.add_error("choices", gettext("Write at least one choice."))
        return found

    @staticmethod
    def values_of(attribute: MemberAttribute) -> dict[str, Any]:
        """Initial values."""
        return {
            "name": attribute.name,
            "name_en": attribute.name_en,
            "choices": "\n".join(attribute.choices),
            "is_active": attribute.is_active,
        }


class MemberAttributesForm(forms.Form):
    """What is known of one member, a field for each attribute by its key."""

    def __init__(
        self,
        *args: Any,
        attributes: list[MemberAttribute],
        known: dict[str, Stored],
        lang: str,
        calendar: Calendar,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for attribute in attributes:
            stored = known.get(attribute.key)
            self.fields[attribute.key] = attribute_field(attribute, lang, calendar)
            self.initial[attribute.key] = attribute_shown(attribute.kind, stored)
