"""What the club types about a draw: its conditions, the public value, and why something ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.club.models import Branch
from vafa.core.jalali import Calendar
from vafa.core.phones import InvalidMobile, display_mobile, parse_mobile
from vafa.core.text import normalize, to_latin_digits
from vafa.program.models import Draw
from vafa.program.rules.draws import Prize
from vafa.web.panel.forms.fields import EnglishNameField
from vafa.web.shared.context import current_lang, local_digits
from vafa.web.shared.forms import AmountField, DigitsField, JalaliDateField, TextField

PRIZE_ROWS = 6
_AMOUNTS = ("from_amount", "step_amount")
_MOST_BARRED = 200


class ClockField(forms.TimeField):
    """A time of day in digits of any script: 18:30."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(
            attrs={
                "dir": "ltr",
                "inputmode": "numeric",
                "autocomplete": "off",
                "placeholder": _("18:30"),
            }
        )
        super().__init__(
            widget=widget,
            input_formats=["%H:%M"],
            error_messages={"invalid": _("Enter a time like 18:30.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python(to_latin_digits(value) if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return local_digits(value) if isinstance(value, str) else value


class DrawForm(forms.Form):
    """The conditions; ``fields_of_draw`` are those of ``flows.draws.make_draw``."""

    name = TextField(label=_("Name in Persian"), max_length=120)
    name_en = EnglishNameField()
    permit = TextField(
        label=_("Permit number"),
        min_length=3,
        max_length=60,
        help_text=_("A draw needs the permit of the authorities; the number stands on its page."),
        error_messages={"required": _("Without a permit number no draw can be held.")},
    )
    starts_on = JalaliDateField(label=_("First day"))
    ends_on = JalaliDateField(label=_("Last day"))
    from_amount = AmountField(
        label=_("One chance for each purchase from this amount on"),
        required=False,
        help_text=_("After returns. Empty: chances do not come this way."),
    )
    step_amount = AmountField(
        label=_("One chance for every so much bought in all"),
        required=False,
        help_text=_("All purchases together, after returns."),
    )
    step_points = DigitsField(
        label=_("One chance for every so many points"),
        required=False,
        min_value=1,
        max_value=10**9,
        help_text=_("Points that purchases earned."),
    )
    free_chances = DigitsField(
        label=_("Free chances"),
        min_value=1,
        max_value=10**6,
        help_text=_(
            "A draw must be open to who buys nothing: so many chances, once, in the portal."
        ),
    )
    free_words = TextField(label=_("How to take part without buying"), min_length=3, max_length=400)
    free_words_en = TextField(
        label=_("The same in English"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "lang": "en"}),
    )
    cap = DigitsField(
        label=_("At most, chances of one member"), required=False, min_value=1, max_value=10**9
    )
    branches = forms.MultipleChoiceField(
        label=_("Purchases at these branches"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox checkbox-primary"}),
        help_text=_("None: at all of them."),
    )
    excludes_staff = forms.BooleanField(
        label=_("Staff do not take part"),
        required=False,
        help_text=_("Whoever has a mobile as user name of a login here."),
    )
    barred = forms.CharField(
        label=_("Others who do not take part"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        help_text=_("Mobiles of staff and organisers, one a line."),
    )
    reserves = DigitsField(
        label=_("Reserves"),
        min_value=0,
        max_value=1_000,
        help_text=_("They come in the place of winners who cannot be reached."),
    )
    draws_on = JalaliDateField(label=_("Day of the draw"))
    draws_time = ClockField(
        label=_("Time of the draw"),
        help_text=_(
            "Not later than the public value becomes known. The list is closed an hour before at the latest."
        ),
    )
    public_value_is = TextField(
        label=_("The public value that is mixed in"),
        min_length=3,
        max_length=300,
        help_text=_(
            "Something that nobody knows before and everybody can look up, such as the closing index of the exchange on that day."
        ),
    )
    public_value_is_en = TextField(
        label=_("The public value in English"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "lang": "en"}),
    )

    def __init__(
        self,
        *args: Any,
        unit: str,
        zone: ZoneInfo,
        branches: Sequence[Branch],
        calendar: Calendar,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._zone = zone
        for name in _AMOUNTS:
            amount = self.fields[name]
            assert isinstance(amount, AmountField)
            amount.set_unit(unit)
        for name in ("starts_on", "ends_on", "draws_on"):
            setattr(self.fields[name].widget, "calendar", calendar)  # noqa: B010 - the date picker's
        chosen = self.fields["branches"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = [(str(branch.id), branch.name) for branch in branches]
        for row in range(1, PRIZE_ROWS + 1):
            self.fields[f"prize_{row}"] = TextField(
                label=_now("Prize %(n)s") % {"n": local_digits(str(row))},
                max_length=120,
                required=row == 1,
                error_messages={"required": _("Name at least one prize.")},
            )
            self.fields[f"prize_{row}_en"] = EnglishNameField()
            self.fields[f"prize_{row}_count"] = DigitsField(
                label=_("How many"), min_value=1, max_value=1_000, required=False
            )

    @property
    def prize_rows(self) -> list[tuple[Any, Any, Any]]:
        """The bound fields of each prize: name, English name, count."""
        rows = [f"prize_{row}" for row in range(1, PRIZE_ROWS + 1)]
        return [(self[row], self[f"{row}_en"], self[f"{row}_count"]) for row in rows]

    def clean_barred(self) -> list[str]:
        """The mobiles, in their stored form."""
        found: set[str] = set()
        for line in normalize(self.cleaned_data["barred"].replace("\n", ",")).split(","):
            if not line.strip():
                continue
            try:
                found.add(parse_mobile(line.strip()))
            except InvalidMobile as error:
                raise ValidationError(error.message(current_lang())) from error
        if len(found) > _MOST_BARRED:
            raise ValidationError(_now("These are too many."))
        return sorted(found)

    def clean(self) -> dict[str, Any]:
        """What fits each by itself must fit together."""
        data = super().clean() or {}
        first, last, day = (data.get(name) for name in ("starts_on", "ends_on", "draws_on"))
        if first and last and last < first:
            self.add_error("ends_on", _now("The last day is before the first."))
        elif last and day and day <= last:
            self.add_error("draws_on", _now("Draw on a day after the last one."))
        cap, free = data.get("cap"), data.get("free_chances")
        if cap and free and cap < free:
            self.add_error("cap", _now("This is less than the free chances."))
        return data

    def fields_of_draw(self) -> dict[str, Any]:
        """The fields of a valid form."""
        data = self.cleaned_data
        same = (
            *("name", "name_en", "permit", "starts_on", "ends_on", "from_amount", "step_amount"),
            *("step_points", "free_chances", "free_words", "free_words_en", "cap"),
            *("excludes_staff", "reserves", "public_value_is", "public_value_is_en"),
        )
        moment = datetime.combine(data["draws_on"], data["draws_time"], self._zone)
        return {
            **{name: data[name] for name in same},
            "branches": [int(number) for number in data["branches"]],
            "excluded_mobiles": data["barred"],
            "prizes": self._prizes(),
            "draws_at": moment.astimezone(UTC),
        }

    def _prizes(self) -> list[Prize]:
        data, found = self.cleaned_data, []
        for row in range(1, PRIZE_ROWS + 1):
            name = data[f"prize_{row}"]
            if name:
                count = data[f"prize_{row}_count"] or 1
                found.append(Prize(name=name, name_en=data[f"prize_{row}_en"], count=count))
        return found

    @staticmethod
    def values_of(draw: Draw, zone: ZoneInfo) -> dict[str, Any]:
        """Initial values out of a draft."""
        local = draw.draws_at.astimezone(zone)
        values = {name: getattr(draw, name) for name in DrawForm.base_fields if hasattr(draw, name)}
        values |= {
            "branches": [str(number) for number in draw.branches],
            "barred": "\n".join(display_mobile(mobile) for mobile in draw.excluded_mobiles),
            "draws_on": local.date(),
            "draws_time": f"{local:%H:%M}",
        }
        for row, prize in enumerate(draw.prizes, 1):
            values |= {
                f"prize_{row}": prize["name"],
                f"prize_{row}_en": prize["name_en"],
                f"prize_{row}_count": prize["count"],
            }
        return values


class PublicValueForm(forms.Form):
    """The public value, typed twice: it is used once and for ever."""

    public_value = TextField(
        label=_("The public value"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        error_messages={"required": _("Enter the value.")},
    )
    again = TextField(
        label=_("The same once more"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        help_text=_("Drawn once, it cannot be drawn again with another value."),
    )

    def clean_again(self) -> str:
        """The same in both fields, whatever digits it was typed in."""
        again = to_latin_digits(self.cleaned_data["again"])
        if again != to_latin_digits(self.cleaned_data.get("public_value", "")):
            raise ValidationError(_now("The two values are not the same."))
        return again


class WhyForm(forms.Form):
    """Why a draw is cancelled, or a winner replaced."""

    reason = TextField(
        label=_("Reason"),
        min_length=3,
        max_length=300,
        error_messages={"required": _("Say why.")},
    )
