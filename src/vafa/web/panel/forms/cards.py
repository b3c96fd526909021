"""A card for a member."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.web.shared.forms import TextField


class CardForm(forms.Form):
    """The number that is printed on a card; none for a fresh one."""

    number = TextField(
        label=_("Number on the card"),
        max_length=30,
        required=False,
        help_text=_("Leave it empty for a new number."),
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}),
    )
