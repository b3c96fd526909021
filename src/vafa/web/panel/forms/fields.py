"""Fields that several forms of the panel share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.web.shared.forms import TextField


class EnglishNameField(TextField):
    """The English name of what has a Persian one; runs from left to right on either page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Name in English"),
            max_length=120,
            required=False,
            widget=forms.TextInput(attrs={"dir": "ltr", "lang": "en"}),
            **kwargs,
        )
