"""How it is typed when a rule is about something else than a purchase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.core.text import normalize, parse_int
from vafa.program.rules.moments import MEMBER_DATES, MOST_SHIFT, Schedule
from vafa.program.rules.rule import Rule
from vafa.web.panel.forms.rule_fields import only_for
from vafa.web.panel.forms.rule_parts import Data, Problems
from vafa.web.panel.forms.rules import weekdays
from vafa.web.panel.rule_offer import Choices, Offer
from vafa.web.shared.context import local_digits
from vafa.web.shared.forms import DigitsField, TextField

# What of a rule says when it happens, by the rule's own names.
Said = dict[str, Any]


@dataclass(frozen=True)
class Happens:
    """Something that has nothing more to say."""

    name: str
    label: Any
    group: str = ""

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        return {}

    def usable(self, offer: Offer) -> bool:
        return True

    def sample(self, offer: Offer) -> Said:
        return {"on": self.name}

    def check(self, data: Data) -> Problems:
        return {}

    def build(self, data: Data) -> Said:
        return {"on": self.name}

    def values(self, part: Any) -> dict[str, Any] | None:
        return {} if isinstance(part, Rule) and part.on == self.name else None


@dataclass(frozen=True)
class Named(Happens):
    """One of several, by code: which occasion, event or challenge."""

    choices: Callable[[Offer], Choices] = lambda offer: ()

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        found = list(self.choices(offer))
        named = offer.editing.what if offer.editing and offer.editing.on == self.name else ""
        if named and named not in dict(found):
            found.append((named, _now("no longer there (%(n)s)") % {"n": named}))
        return {"what": forms.ChoiceField(label=_("Which one"), choices=found)}

    def usable(self, offer: Offer) -> bool:
        return bool(self.choices(offer))

    def sample(self, offer: Offer) -> Said:
        return {"on": self.name, "what": "x"}

    def build(self, data: Data) -> Said:
        return {"on": self.name, "what": data["what"]}

    def values(self, part: Any) -> dict[str, Any] | None:
        found = super().values(part)
        return None if found is None else {"what": part.what}


@dataclass(frozen=True)
class Known(Happens):
    """An event that every programme knows, by its name."""

    def sample(self, offer: Offer) -> Said:
        return {"on": "event", "what": self.name}

    def build(self, data: Data) -> Said:
        return {"on": "event", "what": self.name}

    def values(self, part: Any) -> dict[str, Any] | None:
        return {} if isinstance(part, Rule) and part.what == self.name else None


class YearsField(TextField):
    """Numbers of years with a comma between; none where it is empty."""

    def clean(self, value: Any) -> tuple[int, ...]:
        text = normalize(str(super().clean(value))).replace("،", ",")
        try:
            years = tuple(parse_int(part) for part in text.split(",") if part.strip())
        except ValueError as error:
            raise forms.ValidationError(_now("Write years like 1, 5, 10.")) from error
        if any(not 1 <= year <= 200 for year in years):
            raise forms.ValidationError(_now("Write years like 1, 5, 10."))
        return tuple(sorted(set(years)))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return local_digits(", ".join(str(year) for year in value))
        return value


def _years_field() -> YearsField:
    attrs = {"dir": "ltr", "inputmode": "numeric", "data-local-digits": True}
    return YearsField(
        label=_("Which years"),
        required=False,
        max_length=200,
        help_text=_("Numbers with a comma between. Empty: every year."),
        widget=forms.TextInput(attrs=attrs),
    )


@dataclass(frozen=True)
class Anniversary(Happens):
    """Each year of membership, or some of them."""

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        return {"years": _years_field()}

    def build(self, data: Data) -> Said:
        return {"on": self.name, "years": data["years"]}

    def values(self, part: Any) -> dict[str, Any] | None:
        found = super().values(part)
        return None if found is None else {"years": part.years}


@dataclass(frozen=True)
class DateOfHers(Named):
    """A date that the club knows of the member: each year on the day, or so many days around it."""

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        when = [("on", _("On the day")), ("before", _("Days before")), ("after", _("Days after"))]
        away = DigitsField(
            label=_("How many days"),
            min_value=1,
            max_value=MOST_SHIFT,
            required=False,
            initial=3,
        )
        return {
            **super().fields(offer),
            "when": forms.ChoiceField(label=_("On which day"), choices=when),
            "away": only_for(away, "when", "before", "after"),
            "years": _years_field(),
        }

    def sample(self, offer: Offer) -> Said:
        return {"on": self.name, "what": MEMBER_DATES[0]}

    def check(self, data: Data) -> Problems:
        if data["when"] != "on" and not data["away"]:
            return {"away": _now("Say how many days.")}
        return {}

    def build(self, data: Data) -> Said:
        sign = {"on": 0, "before": -1, "after": 1}[data["when"]]
        shift = sign * (data["away"] or 0)
        return {"on": self.name, "what": data["what"], "shift": shift, "years": data["years"]}

    def values(self, part: Any) -> dict[str, Any] | None:
        found = super().values(part)
        if found is None:
            return None
        when = "on" if not part.shift else "before" if part.shift < 0 else "after"
        away = {"away": abs(part.shift)} if part.shift else {}
        return found | away | {"when": when, "years": part.years}


@dataclass(frozen=True)
class Scheduled(Happens):
    """Every day, week or month at an hour."""

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        every = [("day", _("Every day")), ("week", _("Every week")), ("month", _("Every month"))]
        weekday = forms.TypedChoiceField(
            label=_("Day of the week"), coerce=int, choices=weekdays(), required=False
        )
        month = DigitsField(
            label=_("Day of the month"), min_value=1, max_value=31, required=False, initial=1
        )
        return {
            "every": forms.ChoiceField(label=_("How often"), choices=every),
            "weekday": only_for(weekday, "every", "week"),
            "month_day": only_for(month, "every", "month"),
            "hour": DigitsField(label=_("At what hour"), min_value=0, max_value=23, initial=9),
        }

    def sample(self, offer: Offer) -> Said:
        return {"on": self.name, "schedule": Schedule(every="day")}

    def check(self, data: Data) -> Problems:
        if data["every"] == "month" and not data["month_day"]:
            return {"month_day": _now("Say on which day of the month.")}
        return {}

    def build(self, data: Data) -> Said:
        days = {"day": 0, "week": data["weekday"] or 0, "month": data["month_day"]}
        every = data["every"]
        return {
            "on": self.name,
            "schedule": Schedule(every=every, day=days[every], hour=data["hour"]),
        }

    def values(self, part: Any) -> dict[str, Any] | None:
        if super().values(part) is None or part.schedule is None:
            return None
        said = part.schedule
        day = {"week": "weekday", "month": "month_day"}.get(said.every)
        found = {"every": said.every, "hour": said.hour}
        return found | ({day: said.day} if day else {})
