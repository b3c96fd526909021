"""Form controls in our look."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.safestring import SafeString

from vafa.core.jalali import (
    WEEKDAYS_EN,
    WEEKDAYS_FA,
    Calendar,
    default_calendar,
    format_date,
)
from vafa.web.shared.context import current_lang


def _css_class(widget: forms.Widget) -> str:
    match widget:
        case forms.CheckboxInput():
            return "toggle toggle-primary"
        case forms.CheckboxSelectMultiple():
            return "checkbox checkbox-primary"
        case forms.RadioSelect():
            return "radio radio-primary"
        case forms.SelectMultiple():
            return "select w-full h-auto"
        case forms.Select():
            return "select w-full"
        case forms.Textarea():
            return "textarea w-full"
        case forms.ClearableFileInput() | forms.FileInput():
            return "file-input w-full"
        case _:
            return "input w-full"


def _weekdays(lang: str, calendar: Calendar) -> list[tuple[str, str]]:
    """(short, full) names in the order of the grid: Saturday or Monday first."""
    names = WEEKDAYS_FA if lang == "fa" else WEEKDAYS_EN
    first = 5 if calendar == "jalali" else 0
    return [(n[0] if lang == "fa" else n[:2], n) for n in names[first:] + names[:first]]


def render_field_widget(field: BoundField) -> SafeString:
    """The control of a bound field, with the classes of its kind and its error state."""
    widget = field.field.widget
    css = f"{_css_class(widget)} {widget.attrs.get('class', '')}".strip()
    attrs: dict[str, Any] = {"class": css}
    if field.errors:
        attrs["class"] = f"{css} is-invalid"
        attrs["aria-invalid"] = "true"
    described = [f"{field.auto_id}_error"] if field.errors else []
    described += [f"{field.auto_id}_helptext"] if field.help_text else []
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return SafeString(field.as_widget(attrs=attrs))


class AmountInput(forms.TextInput):
    """An amount, grouped while it is typed, with its unit printed in the box."""

    template_name = "shared/widgets/amount.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"inputmode": "decimal", "autocomplete": "off", "dir": "ltr", **(attrs or {})}
        )
        self.unit_label = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["unit_label"] = self.unit_label
        return context


class DatePicker(forms.TextInput):
    """A date typed or picked in the club's calendar; the browser posts ISO, or what was typed."""

    template_name = "shared/widgets/date_picker.html"

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        calendar: Calendar | None = None,
        min_date: date | None = None,
        max_date: date | None = None,
    ) -> None:
        super().__init__({"autocomplete": "off", "dir": "ltr", **(attrs or {})})
        self.calendar = calendar
        self.min_date = min_date
        self.max_date = max_date

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, date):
            return value.isoformat()
        return str(value) if value else None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        lang = current_lang()
        calendar = self.calendar or default_calendar(lang)
        iso = context["widget"]["value"] or ""
        try:
            shown = format_date(date.fromisoformat(iso), lang, "short", calendar)
        except ValueError:
            shown = iso
        context["widget"] |= {
            "calendar": calendar,
            "lang": lang,
            "shown": shown,
            "weekdays": _weekdays(lang, calendar),
            "today": timezone.localdate().isoformat(),
            "min": self.min_date.isoformat() if self.min_date else "",
            "max": self.max_date.isoformat() if self.max_date else "",
        }
        return context
