"""What is said about a file that is brought in: what it holds, which column is what, and the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.jalali import Calendar
from vafa.core.money import display_unit
from vafa.flows.imports.asking import MOST_BYTES
from vafa.flows.imports.plan import units_of
from vafa.web.panel.forms.fields import show_only_for
from vafa.web.panel.import_words import KINDS as KIND_WORDS
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import AmountField, JalaliDateField, TextField

ACCEPTED = ".csv,.txt,.gz,.xlsx,.xls,.ods,.parquet"


class UploadForm(forms.Form):
    """What the file holds, and the file."""

    kind = forms.ChoiceField(
        label=_("What is in the file"),
        widget=forms.RadioSelect(attrs={"class": "radio radio-primary"}),
        initial="members",
    )
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"class": "file-input w-full", "accept": ACCEPTED}),
        help_text=_(
            "CSV or Excel, with the names of the columns in the first row; up to 50 MB. Excel files with macros are not taken, and of formulas only their values."
        ),
    )
    is_too_large = False

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind, KIND_WORDS[kind][0]) for kind in kinds]

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for a file that is too large."""
        if self.is_too_large:
            self.errors.pop("file", None)
            limit = MOST_BYTES // 1_000_000
            said = _now("The file is larger than %(limit)s MB. Split it, or pack it as CSV.gz.")
            self.add_error("file", ValidationError(said % {"limit": limit}))
        return self.cleaned_data


class ChoicesForm(forms.Form):
    """How a file is to be read; only the fields that its kind needs are there."""

    unit = forms.ChoiceField(label=_("Amounts of the file are in"))
    branch = forms.ChoiceField(label=_("Branch of rows that name none"), required=False)
    calendar = forms.ChoiceField(
        label=_("Calendar of the dates"),
        required=False,
        choices=[("", _("As it seems")), ("jalali", _("Jalali")), ("gregorian", _("Gregorian"))],
    )
    day_order = forms.ChoiceField(
        label=_("Dates such as 03/04/2024"),
        required=False,
        choices=[("", _("As it seems")), ("dmy", _("Day first")), ("mdy", _("Month first"))],
    )
    grant_points = forms.BooleanField(label=_("Grant points"), required=False)
    series_name = TextField(label=_("What you call these codes"), max_length=120)
    series_kind = forms.ChoiceField(
        label=_("What a code gives"),
        choices=[
            ("voucher", _("Money off a bill here")),
            ("partner", _("Something of a partner")),
        ],
    )
    text = TextField(label=_("What the member reads"), max_length=200, required=False)
    value = AmountField(label=_("Money off"), required=False)
    min_basket = AmountField(label=_("Smallest bill"), required=False)
    last_day = JalaliDateField(label=_("Last day"))

    def __init__(
        self,
        *args: Any,
        kind: str,
        club: ClubContext,
        calendar: Calendar,
        branches: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.club = kind, club
        units = units_of(club.currency)
        lang = current_lang()
        self._choose("unit", [(code, display_unit(code).label(lang)) for code in units])
        self._choose("branch", [("", _now("None")), *branches])
        for name in ("value", "min_basket"):
            amount = self.fields[name]
            assert isinstance(amount, AmountField)
            amount.set_unit(club.display_unit)
        setattr(self.fields["last_day"].widget, "calendar", calendar)  # noqa: B010 - the date picker's
        show_only_for(self, "text", "series_kind", ["partner"])
        show_only_for(self, "value", "series_kind", ["voucher"])
        show_only_for(self, "min_basket", "series_kind", ["voucher"])
        self.fields["grant_points"].label = (
            _now("Grant points by the rules of today")
            if kind == "purchases"
            else _now("Grant the points for joining")
        )
        self.fields["grant_points"].help_text = (
            _now(
                "Points for the past are a gift with a price. Without them the club knows the purchases, and points begin today."
            )
            if kind == "purchases"
            else ""
        )
        for name in [*self.fields]:
            if name not in _FIELDS[kind]:
                del self.fields[name]

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError at what the chosen kind of codes needs."""
        data = self.cleaned_data
        if self.kind != "codes":
            return data
        needed = "text" if data.get("series_kind") == "partner" else "value"
        if not data.get(needed) and needed not in self.errors:
            self.add_error(needed, _now("This field is required."))
        last = data.get("last_day")
        if last is not None and last < self.club.local_date(now()):
            self.add_error("last_day", _now("This day is over."))
        return data

    def said(self, columns: Mapping[str, str]) -> dict[str, Any]:
        """The choices of a valid form as an import keeps them (see ``running.choices_of``)."""
        data = self.cleaned_data
        kept = ("unit", "branch", "calendar", "day_order", "grant_points")
        said: dict[str, Any] = {name: data[name] for name in kept if name in data}
        said["columns"] = dict(columns)
        if self.kind == "codes":
            said["series"] = {
                "name": data["series_name"],
                "kind": data["series_kind"],
                "text": data["text"] if data["series_kind"] == "partner" else "",
                "value": data["value"] or 0 if data["series_kind"] == "voucher" else 0,
                "min_basket": data["min_basket"] or 0,
                "last_day": data["last_day"].isoformat(),
            }
        return said

    @staticmethod
    def values_of(said: Mapping[str, Any]) -> dict[str, Any]:
        """Initial values out of kept choices."""
        series: dict[str, Any] = dict(said.get("series", {}))
        names = {"name": "series_name", "kind": "series_kind"}
        return {**said, **{names.get(name, name): value for name, value in series.items()}}


_DATES = ("calendar", "day_order")
_FIELDS: dict[str, tuple[str, ...]] = {
    "members": ("branch", *_DATES, "grant_points"),
    "products": ("unit",),
    "purchases": ("unit", "branch", *_DATES, "grant_points"),
    "balances": ("unit", *_DATES),
    "codes": ("series_name", "series_kind", "text", "value", "min_basket", "last_day"),
}
