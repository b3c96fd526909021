"""Fields of which the parts of a rule are made."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.commerce.models import Product
from vafa.core.day_numbers import day_of_number, number_of_day
from vafa.core.jalali import month_name
from vafa.core.text import normalize, to_latin_digits
from vafa.program.rules.conditions import LONGEST_EXPRESSION
from vafa.web.panel.rule_offer import Choices, Offer
from vafa.web.shared.context import current_lang, local_digits
from vafa.web.shared.forms import DigitsField, JalaliDateField, TextField

MOST_POINTS = 1_000_000_000
_CLOCK = re.compile(r"([01]?\d|2[0-3])(?::([0-5]\d))?")
_BETWEEN_CODES = re.compile(r"[\s,،;؛]+")
_COMMA = re.compile(r"[,،]")


class ClockField(forms.CharField):
    """A time of day («۱۰» or «۱۰:۳۰»); cleans to minutes since midnight, None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {
            "dir": "ltr",
            "inputmode": "numeric",
            "autocomplete": "off",
            "placeholder": _("10:30"),
        }
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> Any:
        text = to_latin_digits(normalize(str(value or ""))).strip()
        if not text:
            return None
        found = _CLOCK.fullmatch(text)
        if found is None:
            raise ValidationError(_now("Write a time like 10:30."))
        return int(found[1]) * 60 + int(found[2] or 0)

    def validate(self, value: Any) -> None:
        """Nothing may be left out: the field is optional."""

    def run_validators(self, value: Any) -> None:
        """The pattern was the only one."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return local_digits(f"{value // 60}:{value % 60:02d}")
        return value


class PiecesField(DigitsField):
    """A number of whole pieces; cleans to thousandths, in which quantities are counted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=10**9, **kwargs)

    def clean(self, value: Any) -> int | None:
        pieces = super().clean(value)
        return None if pieces is None else int(pieces) * 1000

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(value // 1000 if isinstance(value, int) else value)


class DayField(JalaliDateField):
    """A day; cleans to it as a number like 20260321, as attributes hold it."""

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return number_of_day(day) if day else None

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(day_of_number(value) if isinstance(value, int) else value)


class WordsField(TextField):
    """Texts with a comma between; cleans to them, each once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2000, **kwargs)

    def clean(self, value: Any) -> tuple[str, ...]:
        words = (word.strip() for word in _COMMA.split(str(super().clean(value))))
        return tuple(dict.fromkeys(word for word in words if word))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return ("، " if current_lang() == "fa" else ", ").join(str(word) for word in value)
        return value


class ProductsField(TextField):
    """Codes of products with a comma between; cleans to their numbers."""

    def __init__(self, offer: Offer, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"})
        super().__init__(max_length=4000, widget=widget, **kwargs)
        self.club_id = offer.club.id

    def clean(self, value: Any) -> tuple[int, ...]:
        text = to_latin_digits(str(super().clean(value)))
        codes = list(dict.fromkeys(code for code in _BETWEEN_CODES.split(text) if code))
        rows = Product.objects.filter(club_id=self.club_id, sku__in=codes)
        found = dict(rows.values_list("sku", "id"))
        for code in codes:
            if code not in found:
                raise ValidationError(_now("No product has the code “%(sku)s”.") % {"sku": code})
        return tuple(found[code] for code in codes)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, tuple):
            rows = Product.objects.filter(club_id=self.club_id, pk__in=value).order_by("sku")
            return ", ".join(rows.values_list("sku", flat=True))
        return value


def but_field() -> forms.ChoiceField:
    """Whether it must be one of those that are named, or none of them."""
    choices = [("", _("is one of these")), ("but", _("is none of these"))]
    field = forms.ChoiceField(label=_("Comparison"), choices=choices, required=False)
    # One of the two always holds, so its label does not call it optional.
    setattr(field.widget, "is_conditional", True)  # noqa: B010 - Widget declares no such attribute
    return field


def boxes(choices: Choices, coerce: type[int] | type[str]) -> forms.TypedMultipleChoiceField:
    """Check boxes of which at least one must be chosen."""
    return forms.TypedMultipleChoiceField(
        label=_("Of these"),
        choices=list(choices),
        coerce=coerce,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox checkbox-primary"}),
        error_messages={"required": _("Choose at least one.")},
    )


def points_field(**kwargs: Any) -> DigitsField:
    """A number of points."""
    return DigitsField(**{"label": _("Points"), "min_value": 1, "max_value": MOST_POINTS, **kwargs})


def birthday_fields(offer: Offer) -> dict[str, forms.Field]:
    """How near to the birthday."""
    label = _("Days before and after the birthday")
    return {"days": DigitsField(label=label, min_value=0, max_value=30, initial=3)}


def expression_fields(offer: Offer) -> dict[str, forms.Field]:
    """An expression in CEL; what is wrong with it is told when it is saved."""
    text = TextField(
        label=_("Expression"),
        max_length=LONGEST_EXPRESSION,
        widget=forms.Textarea(attrs={"dir": "ltr", "rows": 3, "spellcheck": "false"}),
        help_text=_("In CEL, for example: total > 5000000 && visits_30 >= 2"),
    )
    return {"text": text}


def months(offer: Offer) -> Choices:
    """The months of the club's calendar."""
    return [(n, month_name(n, current_lang(), offer.club.calendar)) for n in range(1, 13)]


def only_for(field: forms.Field, chooser: str, *values: str) -> forms.Field:
    """Show ``field`` only while ``chooser``, another field of the same part, has one of
    ``values``."""
    field.widget.attrs["data-only-for"] = " ".join([chooser, *values])
    # While it is shown it is needed, so its label does not call it optional.
    setattr(field.widget, "is_conditional", True)  # noqa: B010 - Widget declares no such attribute
    return field
