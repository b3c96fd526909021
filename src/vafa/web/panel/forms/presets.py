"""What is asked before a ready-made programme becomes the draft."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


class PresetForm(forms.Form):
    """The goods that it is about (where ``choices`` has any), and that nothing is replaced by
    mistake."""

    category = forms.TypedChoiceField(
        label=_("For which goods"), coerce=int, empty_value=None, required=False
    )
    sure = forms.BooleanField(
        label=_("Yes, replace the draft"),
        error_messages={"required": _("Say that the draft may be replaced.")},
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["category"]
        assert isinstance(field, forms.TypedChoiceField)
        if choices:
            field.choices = [("", _now("All goods")), *choices]
        else:
            del self.fields["category"]
