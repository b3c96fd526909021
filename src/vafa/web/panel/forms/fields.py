"""Fields that several forms of the panel share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vafa.program.rules.document import Program
from vafa.program.rules.frozen import Frozen
from vafa.web.shared.forms import TextField


class PartForm(forms.Form):
    """A form of one of the smaller parts of a programme; ``unit`` is the display unit of money,
    ``attributes`` are the members' attributes that hold a number: key and name."""

    def __init__(
        self,
        *args: Any,
        unit: str,
        attributes: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.attributes = attributes

    def build(self, old: Program) -> Frozen:
        """The part that was typed, in the place of that of ``old``."""
        raise NotImplementedError

    @staticmethod
    def values_of(program: Program) -> dict[str, Any]:
        """Initial values out of a programme."""
        raise NotImplementedError


def show_only_for(form: forms.Form, field: str, chooser: str, values: Iterable[str]) -> None:
    """Show ``field`` only while ``chooser``, another field of the form, has one of ``values``."""
    widget = form.fields[field].widget
    widget.attrs["data-only-for"] = " ".join([chooser, *values])
    # While it is shown it is needed, so its label does not call it optional.
    setattr(widget, "is_conditional", True)  # noqa: B010 - Widget declares no such attribute


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
