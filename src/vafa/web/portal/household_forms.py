"""What members type about their household."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.web.shared.forms import MobileField

_SPENDERS = [("all", _("Every member of the household")), ("head", _("Only the head"))]


class StartForm(forms.Form):
    """Who may spend from the household that she makes."""

    spenders = forms.ChoiceField(label=_("Who may spend"), choices=_SPENDERS)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class InviteForm(forms.Form):
    """The number of whoever shall come into it."""

    mobile = MobileField(label=_("Mobile"))
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mobile"].widget.attrs["autocomplete"] = "off"


class LeadForm(forms.Form):
    """Who leads it, of its ``people``, and who may spend."""

    head = forms.TypedChoiceField(label=_("Head of the household"), coerce=int)
    spenders = forms.ChoiceField(label=_("Who may spend"), choices=_SPENDERS)

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        head = self.fields["head"]
        assert isinstance(head, forms.ChoiceField)
        head.choices = people
