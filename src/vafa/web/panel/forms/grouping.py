"""The fields of a long form under headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django import forms
from django.forms import BoundField


class FieldGroup(NamedTuple):
    """Fields under one heading, "" for those that need none."""

    title: str
    fields: list[BoundField]

    @property
    def is_open(self) -> bool:
        """Whether something in it is typed, must be, or is wrong; a choice has a value always."""
        typed = [f for f in self.fields if not isinstance(f.field.widget, forms.Select)]
        return any(f.errors for f in self.fields) or any(
            f.field.required or f.value() for f in typed
        )


def grouped(form: forms.BaseForm, groups: Sequence[tuple[str, Sequence[str]]]) -> list[FieldGroup]:
    """The form's fields by ``groups`` (a heading, names of fields); what no group names comes
    first, without a heading, and names that the form does not have are passed over."""
    named = {name for _title, names in groups for name in names}
    first = [field for field in form if field.name not in named]
    rest = [
        FieldGroup(title, [form[name] for name in names if name in form.fields])
        for title, names in groups
    ]
    return [FieldGroup("", first), *(group for group in rest if group.fields)]
