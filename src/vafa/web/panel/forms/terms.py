"""The terms of points and credit as forms: how long they wait and last, what they are worth."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vafa.program.rules.document import CreditTerms, PointTerms, Program, ValueTerms
from vafa.program.rules.expiry import After, Expiry, Never, OnDate, PeriodEnd, Sliding
from vafa.web.panel.forms.fields import PartForm, show_only_for
from vafa.web.shared.forms import AmountField, DigitsField, JalaliDateField

# Which of the fields each way of expiring needs.
_NEEDS = {
    "never": (),
    "days": ("expiry_count",),
    "months": ("expiry_count",),
    "month": ("expiry_count",),
    "quarter": ("expiry_count",),
    "year": ("expiry_count",),
    "date": ("expiry_day",),
    "sliding": ("expiry_count", "activities"),
}
_PERIODS = ("month", "quarter", "year")


class ValueTermsForm(forms.Form):
    """Dates of what a unit counts."""

    expiry = forms.ChoiceField(
        label=_("When points expire"),
        choices=[
            ("never", _("Never")),
            ("days", _("A number of days after earning")),
            ("months", _("A number of months after earning")),
            ("month", _("At the end of a month")),
            ("quarter", _("At the end of a quarter")),
            ("year", _("At the end of a year")),
            ("date", _("On a date")),
            ("sliding", _("A number of months after the last activity")),
        ],
        help_text=_("Points that members have already keep the date that they were given."),
    )
    expiry_count = DigitsField(
        label=_("How many"),
        min_value=0,
        max_value=3650,
        required=False,
        help_text=_("Days, months, or periods after the one of earning (0: the end of that one)."),
    )
    expiry_calendar = forms.ChoiceField(
        label=_("Calendar of the period"),
        choices=[
            ("club", _("The club's own")),
            ("jalali", _("Solar Hijri")),
            ("gregorian", _("Gregorian")),
        ],
        required=False,
    )
    expiry_day = JalaliDateField(label=_("The date"), required=False)
    activities = forms.MultipleChoiceField(
        label=_("What counts as activity"),
        choices=[("purchase", _("Buying")), ("spend", _("Spending points"))],
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox checkbox-primary"}),
    )
    warn_days = DigitsField(
        label=_("Warn how many days before"),
        min_value=0,
        max_value=90,
        help_text=_("What a member was not warned about waits. 0: no warning."),
    )
    revive_days = DigitsField(
        label=_("May be given back for how many days after"),
        min_value=0,
        max_value=3650,
        help_text=_("What has expired can be given back by the staff, with a reason. 0: never."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("expiry_count", "expiry_day", "activities"):
            show_only_for(self, name, "expiry", [k for k, need in _NEEDS.items() if name in need])
        show_only_for(self, "expiry_calendar", "expiry", _PERIODS)
        show_only_for(self, "warn_days", "expiry", [kind for kind in _NEEDS if kind != "never"])
        show_only_for(self, "revive_days", "expiry", [kind for kind in _NEEDS if kind != "never"])

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way of expiring needs."""
        data = super().clean() or {}
        kind = data.get("expiry", "never")
        for name in _NEEDS[kind]:
            if data.get(name) in (None, "", []) and name not in self.errors:
                self.add_error(name, gettext("This is needed for the expiry that you chose."))
        count = data.get("expiry_count")
        least, most = _bounds(kind)
        if "expiry_count" in _NEEDS[kind] and count is not None and not least <= count <= most:
            self.add_error(
                "expiry_count",
                gettext("Between %(least)s and %(most)s.") % {"least": least, "most": most},
            )
        return data

    def dates(self) -> dict[str, Any]:
        """The dates that were typed, by the names of ``ValueTerms``."""
        data = self.cleaned_data
        return {
            "expiry": _expiry(data),
            "warn_days": data["warn_days"],
            "revive_days": data["revive_days"],
        }


class TermsForm(ValueTermsForm):
    """Dates and worth of the points."""

    pending_until = forms.ChoiceField(
        label=_("Points of a purchase can be spent"),
        choices=[
            ("days", _("After some days")),
            ("delivery", _("When the purchase is delivered")),
        ],
    )
    pending_days = DigitsField(
        label=_("Points wait for how many days"),
        min_value=0,
        max_value=365,
        help_text=_("While a purchase may still be returned. 0: none, or only for the delivery."),
    )
    worth = AmountField(
        label=_("One point pays"),
        min_amount=1,
        max_amount=10**9,
        required=False,
        help_text=_("Of a later purchase. Empty: points do not pay for purchases."),
    )
    max_share = DigitsField(
        label=_("Most of a purchase that points may pay (percent)"), min_value=0, max_value=100
    )

    judges = forms.ChoiceField(
        label=_("A purchase dated before these rules is counted"),
        choices=[
            ("today", _("By these rules")),
            ("then", _("By the rules that were in force on its date")),
        ],
        help_text=_("Such as one that a till sends after it was offline."),
    )

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worth = self.fields["worth"]
        assert isinstance(worth, AmountField)
        worth.set_unit(unit)

    def build(self) -> PointTerms:
        """The terms that were typed."""
        data = self.cleaned_data
        return PointTerms(
            **self.dates(),
            pending_days=data["pending_days"],
            pending_until=data["pending_until"],
            worth=data["worth"] or 0,
            max_share=data["max_share"],
            judges=data["judges"],
        )

    @staticmethod
    def values_of(terms: PointTerms) -> dict[str, Any]:
        """Initial values out of a programme's terms."""
        return {**value_terms(terms), "worth": terms.worth or None}


class CreditForm(ValueTermsForm, PartForm):
    """Dates of credit."""

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        self.fields["expiry"].label = gettext("When credit expires")
        self.fields["expiry"].help_text = gettext(
            "Credit that members have already keeps the date that it was given."
        )

    def build(self, old: Program) -> CreditTerms:
        """The terms that were typed; how credit of a purchase waits stays as it is."""
        return old.credit.model_copy(update=self.dates())

    @staticmethod
    def values_of(program: Program) -> dict[str, Any]:
        """Initial values out of a programme."""
        return value_terms(program.credit)


def value_terms(terms: ValueTerms) -> dict[str, Any]:
    """Initial values out of a unit's terms."""
    return {**terms.model_dump(exclude={"expiry"}), **_values(terms.expiry)}


def _bounds(kind: str) -> tuple[int, int]:
    if kind == "days":
        return 1, 3650
    return (1, 120) if kind in ("months", "sliding") else (0, 120)


def _expiry(data: dict[str, Any]) -> Expiry:
    kind, count = data["expiry"], data["expiry_count"]
    if kind in ("days", "months"):
        return After(count=count, each=kind)
    if kind in _PERIODS:
        return PeriodEnd(period=kind, after=count, calendar=data["expiry_calendar"] or "club")
    if kind == "date":
        return OnDate(day=data["expiry_day"])
    if kind == "sliding":
        return Sliding(months=count, activities=tuple(data["activities"]))
    return Never()


def _values(expiry: Expiry) -> dict[str, Any]:
    if isinstance(expiry, After):
        return {"expiry": expiry.each, "expiry_count": expiry.count}
    if isinstance(expiry, PeriodEnd):
        return {
            "expiry": expiry.period,
            "expiry_count": expiry.after,
            "expiry_calendar": expiry.calendar,
        }
    if isinstance(expiry, OnDate):
        return {"expiry": "date", "expiry_day": expiry.day}
    if isinstance(expiry, Sliding):
        return {
            "expiry": "sliding",
            "expiry_count": expiry.months,
            "activities": list(expiry.activities),
        }
    return {"expiry": "never"}
