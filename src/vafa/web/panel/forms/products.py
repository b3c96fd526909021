"""Forms of what is sold."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.commerce.actions.brands import LONGEST_BRAND
from vafa.web.shared.forms import TextField


class BrandForm(forms.Form):
    """The brand of a product."""

    brand = TextField(
        label=_("Brand"),
        max_length=LONGEST_BRAND,
        required=False,
        help_text=_("Rules can ask for it. The same brand must be written in the same way."),
    )
