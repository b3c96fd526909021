"""Form fields that take what people here type: Persian digits, toman, Jalali dates, mobiles."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from vafa.core.errors import DomainError
from vafa.core.jalali import Calendar, parse_date
from vafa.core.money import display_unit, format_amount, format_plain, parse_amount
from vafa.core.phones import display_mobile, parse_mobile
from vafa.core.text import normalize, parse_int
from vafa.web.shared.context import current_lang, local_digits
from vafa.web.shared.widgets import AmountInput, DatePicker


def _refused(error: DomainError) -> ValidationError:
    return ValidationError(error.message(current_lang()), code=error.code)


class TextField(forms.CharField):
    """Text in the one stored form (``core.text.normalize``), shown from where its own script starts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("dir", "auto")

    def to_python(self, value: Any) -> str:
        return str(super().to_python(normalize(str(value)) if value else value))


class NewPasswordField(forms.CharField):
    """A password for a new login, held to ``AUTH_PASSWORD_VALIDATORS``."""

    # Django's own Persian for these calls a password by another name than our pages do.
    weaknesses: ClassVar = {
        "password_too_common": gettext_lazy("Too many people use this password."),
        "password_entirely_numeric": gettext_lazy("A password needs letters too."),
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"})
        super().__init__(max_length=128, strip=False, widget=widget, **kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        try:
            validate_password(value)
        except ValidationError as error:
            raise ValidationError(
                [
                    self.weaknesses.get(weakness.code or "", weakness)
                    for weakness in error.error_list
                ]
            ) from error


class MobileField(forms.CharField):
    """A mobile number in any spelling; cleans to E.164, or "" when optional and empty."""

    def __init__(self, *, region: str = "IR", **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Mobile"))
        kwargs.setdefault(
            "widget",
            forms.TextInput(
                attrs={
                    "inputmode": "tel",
                    "autocomplete": "tel",
                    "dir": "ltr",
                    "data-local-digits": True,
                }
            ),
        )
        super().__init__(max_length=40, **kwargs)
        self.region = region

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if not text:
            return ""
        try:
            return parse_mobile(text, self.region)
        except DomainError as error:
            raise _refused(error) from error

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("+"):
            return local_digits(display_mobile(value))
        return value


class DigitsField(forms.IntegerField):
    """A whole number in digits of any script, thousands separated or not."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {
            "inputmode": "numeric",
            "dir": "ltr",
            "autocomplete": "off",
            "data-local-digits": True,
        }

    def prepare_value(self, value: Any) -> Any:
        return local_digits(str(value)) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        try:
            return parse_int(str(value))
        except ValueError as error:
            raise ValidationError(gettext("Enter a whole number."), code="invalid") from error


class AmountField(forms.CharField):
    """An amount typed in a display unit; cleans to whole smallest units, None when empty.

    ``unit`` is a code of ``DISPLAY_UNITS``; a form sets it for its club with ``set_unit``.
    ``min_amount`` and ``max_amount`` are in smallest units.
    """

    def __init__(
        self,
        *,
        unit: str = "toman",
        min_amount: int | None = 1,
        max_amount: int | None = 10**13,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", AmountInput())
        super().__init__(max_length=40, **kwargs)
        self.min_amount = min_amount
        self.max_amount = max_amount
        self.set_unit(unit)

    def set_unit(self, unit: str) -> None:
        """Makes the field show and read amounts in ``unit``."""
        self.unit = display_unit(unit).code

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        if isinstance(self.widget, AmountInput):
            self.widget.unit_label = display_unit(self.unit).label(current_lang())
        return super().get_bound_field(form, field_name)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return format_plain(value, self.unit)
        return value

    def clean(self, value: Any) -> int | None:
        text = str(super().clean(value))
        if not text:
            return None
        try:
            amount = parse_amount(text, self.unit)
        except DomainError as error:
            raise _refused(error) from error
        self._check_limits(amount)
        return amount

    def _check_limits(self, amount: int) -> None:
        lang = current_lang()
        if self.min_amount is not None and amount < self.min_amount:
            if self.min_amount == 1:
                raise ValidationError(gettext("Enter an amount above zero."), code="min_amount")
            limit = format_amount(self.min_amount, self.unit, lang)
            raise ValidationError(
                gettext("Enter %(limit)s or more.") % {"limit": limit}, code="min_amount"
            )
        if self.max_amount is not None and amount > self.max_amount:
            limit = format_amount(self.max_amount, self.unit, lang)
            raise ValidationError(
                gettext("Enter %(limit)s or less.") % {"limit": limit}, code="max_amount"
            )


class JalaliDateField(forms.DateField):
    """A date of either calendar, picked or typed; cleans to a Gregorian ``date``.

    ``calendar`` is the one that the picker shows; the language's own when None.
    """

    def __init__(
        self,
        *,
        calendar: Calendar | None = None,
        min_date: date | None = None,
        max_date: date | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", DatePicker(None, calendar, min_date, max_date))
        super().__init__(**kwargs)
        self.min_date = min_date
        self.max_date = max_date

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        try:
            day = parse_date(str(value))
        except ValueError as error:
            raise ValidationError(
                gettext("Enter a date like %(example)s.")
                % {"example": "۱۴۰۵/۰۸/۳۰" if current_lang() == "fa" else "2026-11-21"},
                code="invalid",
            ) from error
        return day

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and self.min_date and value < self.min_date:
            raise ValidationError(gettext("This date is too early."), code="min_date")
        if value and self.max_date and value > self.max_date:
            raise ValidationError(gettext("This date is too late."), code="max_date")
