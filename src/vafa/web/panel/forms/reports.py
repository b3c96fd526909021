"""The forms of saved reports, of their sending, and of the account for e-mail."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.core.jalali import Calendar
from vafa.core.money import format_number
from vafa.core.text import to_latin_digits, to_persian_digits
from vafa.engage.actions.email_accounts import EmailChoice, is_address
from vafa.engage.models import EmailSettings
from vafa.insight.actions.saved import MOST_RECEIVERS, Sending
from vafa.insight.models import ReportSchedule
from vafa.insight.reads.reports.hours import weekdays
from vafa.insight.rules.sending_times import Times
from vafa.web.panel.forms.fields import show_only_for
from vafa.web.panel.reports.words import weekday_words
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import DigitsField, TextField

_LATIN = {"dir": "ltr", "autocomplete": "off"}
_FORMATS = [("xlsx", _("Excel")), ("pdf", _("PDF"))]
_LANGUAGES = [("fa", _("Persian")), ("en", _("English"))]
_SECURITIES = [
    ("starttls", _("STARTTLS (usually port 587)")),
    ("tls", _("TLS (usually port 465)")),
    ("none", _("None, for a server in your own network")),
]
_RHYTHMS = [("daily", _("Every day")), ("weekly", _("Every week")), ("monthly", _("Every month"))]


class SaveForm(forms.Form):
    """Under which name, and for whom."""

    name = TextField(label=_("Name"), max_length=80)
    is_shared = forms.BooleanField(
        label=_("Colleagues who may see reports find it too"), required=False
    )


class ScheduleForm(forms.Form):
    """When and to whom a report is sent."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=_RHYTHMS)
    weekday = forms.TypedChoiceField(label=_("On which day"), coerce=int)
    day = forms.TypedChoiceField(
        label=_("On which day of the month"),
        coerce=int,
        help_text=_("Where a month is shorter, on its last day."),
    )
    hour = forms.TypedChoiceField(label=_("At which hour"), coerce=int)
    format = forms.ChoiceField(label=_("As which file"), choices=_FORMATS)
    language = forms.ChoiceField(label=_("In which language"), choices=_LANGUAGES)
    receivers = forms.CharField(
        label=_("To whom"),
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "autocomplete": "off"}),
        help_text=_("The e-mail addresses of your colleagues, one a line. They see the report."),
    )

    def __init__(self, data: Any, *, calendar: Calendar, stored: ReportSchedule | None) -> None:
        super().__init__(data, initial=_initial(stored))
        choices: dict[str, list[tuple[int, str]]] = {
            "weekday": [(day, weekday_words(day)) for day in weekdays(calendar)],
            "day": [(n, format_number(n, current_lang())) for n in range(1, 32)],
            "hour": [(n, _clock(n)) for n in range(24)],
        }
        choices["day"][-1] = (31, _now("The last"))
        for name, found in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = found
        show_only_for(self, "weekday", "rhythm", ["weekly"])
        show_only_for(self, "day", "rhythm", ["monthly"])

    def clean_receivers(self) -> tuple[str, ...]:
        found = [part for part in re.split(r"[\s,;،؛]+", self.cleaned_data["receivers"]) if part]
        for address in found:
            if not is_address(address):
                raise ValidationError(
                    _now("“%(address)s” is not an e-mail address.") % {"address": address[:80]}
                )
        if len(found) > MOST_RECEIVERS:
            raise ValidationError(
                _now("At most %(n)s addresses, please.")
                % {"n": format_number(MOST_RECEIVERS, current_lang())}
            )
        return tuple(found)

    @property
    def sending(self) -> Sending:
        """What a valid form says."""
        data = self.cleaned_data
        times = Times(data["rhythm"], data["hour"], data["weekday"], data["day"])
        return Sending(times, data["format"], data["language"], data["receivers"])


class EmailForm(forms.Form):
    """What ``save_email`` takes. An empty password keeps the stored one."""

    host = forms.CharField(
        label=_("Server"),
        max_length=120,
        widget=forms.TextInput(attrs=_LATIN),
        help_text=_("The SMTP server's name, as your e-mail provider gives it."),
    )
    port = DigitsField(label=_("Port"), min_value=1, max_value=65_535)
    security = forms.ChoiceField(label=_("Security"), choices=_SECURITIES)
    user = forms.CharField(
        label=_("User name"), max_length=120, required=False, widget=forms.TextInput(attrs=_LATIN)
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"}),
    )
    sender = forms.CharField(
        label=_("Sender's address"), max_length=120, widget=forms.TextInput(attrs=_LATIN)
    )
    sender_name = TextField(label=_("Sender's name"), max_length=80, required=False)
    is_on = forms.BooleanField(label=_("Send e-mail by this account"), required=False)

    def __init__(self, data: Any, *, stored: EmailSettings | None) -> None:
        names = ("host", "port", "security", "user", "sender", "sender_name", "is_on")
        initial = {name: getattr(stored, name) for name in names} if stored else {}
        super().__init__(data, initial=initial or {"port": 587, "is_on": True})
        self._stored = stored
        self.fields["password"].help_text = (
            _now("It is stored sealed, and never shown again.")
            if stored is None or not stored.sealed_password
            else _now("Leave it empty to keep the one that is there.")
        )

    def clean_host(self) -> str:
        host = str(self.cleaned_data["host"]).strip()
        if not re.fullmatch(r"[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]", host):
            raise ValidationError(
                _now("A server's name has Latin letters, digits, dots and hyphens.")
            )
        return host

    def clean_sender(self) -> str:
        sender = to_latin_digits(self.cleaned_data["sender"]).strip()
        if not is_address(sender):
            raise ValidationError(
                _now("“%(address)s” is not an e-mail address.") % {"address": sender[:80]}
            )
        return sender

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        known = self._stored
        is_same = (
            known is not None
            and bool(known.sealed_password)
            and (known.host, known.user) == (data.get("host"), data.get("user"))
        )
        if data.get("user") and not data.get("password") and not is_same:
            self.add_error("password", _now("This login needs its password."))
        return data

    @property
    def choice(self) -> EmailChoice:
        """What a valid form says."""
        data = self.cleaned_data
        return EmailChoice(
            host=data["host"],
            port=data["port"],
            security=data["security"],
            user=data["user"],
            sender=data["sender"],
            sender_name=data["sender_name"],
            is_on=data["is_on"],
        )


class TryEmailForm(forms.Form):
    """Where the test goes."""

    address = forms.CharField(
        label=_("Your own address"), max_length=120, widget=forms.TextInput(attrs=_LATIN)
    )

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).strip()
        if not is_address(address):
            raise ValidationError(
                _now("“%(address)s” is not an e-mail address.") % {"address": address[:80]}
            )
        return address


def _clock(hour: int) -> str:
    text = f"{hour:02d}:00"
    return to_persian_digits(text) if current_lang() == "fa" else text


def _initial(stored: ReportSchedule | None) -> dict[str, Any]:
    if stored is None:
        return {
            "rhythm": "monthly",
            "weekday": 5,
            "day": 1,
            "hour": 8,
            "format": "xlsx",
            "language": current_lang(),
        }
    names = ("rhythm", "weekday", "day", "hour", "format", "language")
    addresses = stored.receivers.filter(left_at__isnull=True).order_by("id")
    return {name: getattr(stored, name) for name in names} | {
        "receivers": "\n".join(addresses.values_list("address", flat=True))
    }
