"""How the parts of a rule are typed: what kinds of fields there are, for the table of kinds.

A kind makes the fields of its part, makes the part out of what was typed, and says what was typed
for a part that is there already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.program.rules.conditions import Between, Condition, Lines, OneOf, Sold
from vafa.program.rules.frozen import Frozen
from vafa.web.panel.forms.rule_fields import (
    ClockField,
    DayField,
    PiecesField,
    ProductsField,
    WordsField,
    boxes,
    but_field,
)
from vafa.web.panel.rule_offer import Choices, Offer
from vafa.web.shared.forms import AmountField, DigitsField

Data = Mapping[str, Any]
Problems = Mapping[str, str]
P_co = TypeVar("P_co", covariant=True)


class Kind(Protocol[P_co]):
    """One kind of part in a menu of the builder."""

    @property
    def name(self) -> str:
        """Its name in the page's form."""
        ...

    @property
    def label(self) -> Any:
        """What it is called."""
        ...

    @property
    def group(self) -> str:
        """Under which of the menu's headings it stands."""
        ...

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        """The fields of such a part."""
        ...

    def usable(self, offer: Offer) -> bool:
        """Whether there is anything to choose."""
        ...

    def sample(self, offer: Offer) -> P_co:
        """Some part of this kind, to ask what it goes with."""
        ...

    def check(self, data: Data) -> Problems:
        """What is wrong with the fields together, by field."""
        ...

    def build(self, data: Data) -> P_co:
        """The part that was typed."""
        ...

    def values(self, part: Any) -> dict[str, Any] | None:
        """Initial values out of a part; None for a part of another kind."""
        ...


class PartForm(forms.Form, Generic[P_co]):
    """One part of a rule, of the kind that its row says.

    Without ``data`` the fields show ``initial`` as it was typed.
    """

    def __init__(self, data: Any = None, *, kind: Kind[P_co], offer: Offer, **more: Any) -> None:
        super().__init__(data, **more)
        self.kind, self.offer = kind, offer
        self.fields |= kind.fields(offer)
        for field in self.fields.values():
            chooser = field.widget.attrs.get("data-only-for")
            if chooser:
                field.widget.attrs["data-only-for"] = self.add_prefix(chooser)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            for field, problem in self.kind.check(data).items():
                self.add_error(field, problem)
        return data

    def build(self) -> P_co:
        """The part that was typed into a valid form."""
        return self.kind.build(self.cleaned_data)

    def typed(self, query: Any) -> dict[str, Any]:
        """What was typed into these fields, as it was, for showing it again."""
        return {
            name: field.widget.value_from_datadict(query, {}, self.add_prefix(name))
            for name, field in self.fields.items()
        }


@dataclass(frozen=True)
class Choosing:
    """A fact is one of several, or none of them."""

    name: str
    label: Any
    group: str
    fact: Any
    choices: Callable[[Offer], Choices]
    coerce: type[int] | type[str] = int

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        found = list(self.choices(offer))
        offered = {value for value, _name in found}
        lost = sorted(offer.named_before(self.fact) - offered, key=str)
        found += [(value, _now("no longer there (%(n)s)") % {"n": value}) for value in lost]
        return {"but": but_field(), "values": boxes(found, self.coerce)}

    def usable(self, offer: Offer) -> bool:
        return bool(self.choices(offer))

    def sample(self, offer: Offer) -> Condition:
        value = next((value for value, _name in self.choices(offer)), self.coerce("1"))
        return OneOf(fact=self.fact, values=(value,))

    def check(self, data: Data) -> Problems:
        return {}

    def build(self, data: Data) -> Condition:
        return OneOf(fact=self.fact, values=tuple(data["values"]), but=data["but"] == "but")

    def values(self, part: Any) -> dict[str, Any] | None:
        if not isinstance(part, OneOf) or part.fact != self.fact:
            return None
        return {"but": "but" if part.but else "", "values": part.values}


@dataclass(frozen=True)
class Listing:
    """A text is one of several that are typed, or none of them."""

    name: str
    label: Any
    group: str
    fact: str

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        text = _("With a comma between.")
        return {"but": but_field(), "values": WordsField(label=_("Of these"), help_text=text)}

    def usable(self, offer: Offer) -> bool:
        return True

    def sample(self, offer: Offer) -> Condition:
        return OneOf(fact=self.fact, values=("x",))

    def check(self, data: Data) -> Problems:
        return {}

    def build(self, data: Data) -> Condition:
        return OneOf(fact=self.fact, values=data["values"], but=data["but"] == "but")

    def values(self, part: Any) -> dict[str, Any] | None:
        if not isinstance(part, OneOf) or part.fact != self.fact:
            return None
        return {"but": "but" if part.but else "", "values": part.values}


@dataclass(frozen=True)
class Sorting:
    """Only lines of some categories or products count, or only all others."""

    name: str
    label: Any
    group: str
    fact: Sold

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        if self.fact == "category":
            return {"but": but_field(), "values": boxes(offer.categories, int)}
        if self.fact == "brand":
            return {"but": but_field(), "values": boxes(offer.brands, str)}
        text = _("Codes (SKU), with a comma between.")
        values = ProductsField(offer, label=_("Codes of products"), help_text=text)
        return {"but": but_field(), "values": values}

    def usable(self, offer: Offer) -> bool:
        if self.fact == "product":
            return True
        return bool(offer.brands if self.fact == "brand" else offer.categories)

    def sample(self, offer: Offer) -> Condition:
        return Lines(fact=self.fact, values=("x",) if self.fact == "brand" else (1,))

    def check(self, data: Data) -> Problems:
        return {}

    def build(self, data: Data) -> Condition:
        return Lines(fact=self.fact, values=tuple(data["values"]), but=data["but"] == "but")

    def values(self, part: Any) -> dict[str, Any] | None:
        if not isinstance(part, Lines) or part.fact != self.fact:
            return None
        return {"but": "but" if part.but else "", "values": part.values}


@dataclass(frozen=True)
class Measuring:
    """A number lies between two ends, one of which may be open. ``unit``: how it is typed (clock,
    money, pieces, date, number); ``windowed``: counted over the last so many days."""

    name: str
    label: Any
    group: str
    fact: Any
    unit: str = "number"
    windowed: bool = False

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        ends = {"least": _("At least"), "most": _("At most")}
        if self.unit == "clock":
            ends = {"least": _("From what time of day"), "most": _("To what time of day")}
        found = {name: self._field(label, offer) for name, label in ends.items()}
        for field in found.values():
            # One of the two is needed, so that neither label calls it optional.
            setattr(field.widget, "is_conditional", True)  # noqa: B010 - Widget declares none
        if self.windowed:
            found["window_days"] = DigitsField(
                label=_("In the last so many days"),
                required=False,
                min_value=1,
                max_value=3650,
                help_text=_("Empty: ever."),
            )
        return found

    def _field(self, label: Any, offer: Offer) -> forms.Field:
        if self.unit == "clock":
            return ClockField(label=label, required=False)
        if self.unit == "money":
            return AmountField(label=label, required=False, unit=offer.club.display_unit)
        if self.unit == "date":
            return DayField(label=label, required=False, calendar=offer.calendar)
        if self.unit == "pieces":
            return PiecesField(label=label, required=False)
        return DigitsField(label=label, required=False, min_value=0, max_value=10**12)

    def usable(self, offer: Offer) -> bool:
        return True

    def sample(self, offer: Offer) -> Condition:
        return Between(fact=self.fact, least=1)

    def check(self, data: Data) -> Problems:
        least, most = data["least"], data["most"]
        if least is None and most is None:
            return {"least": _now("One of the two is needed.")}
        if least is None or most is None:
            return {}
        if self.unit == "clock":
            # From late to early goes over midnight.
            return {"most": _now("The two times are the same.")} if least == most else {}
        return {"most": _now("The end lies before the beginning.")} if most < least else {}

    def build(self, data: Data) -> Condition:
        return Between(fact=self.fact, **data)

    def values(self, part: Any) -> dict[str, Any] | None:
        if not isinstance(part, Between) or part.fact != self.fact:
            return None
        return {name: getattr(part, name) for name in ("least", "most", "window_days")}


@dataclass(frozen=True)
class Plain(Generic[P_co]):
    """A part whose fields are those of its model, one for one: that of ``example``. ``typed``
    makes the fields."""

    name: str
    label: Any
    group: str
    example: P_co
    typed: Callable[[Offer], dict[str, forms.Field]]

    def fields(self, offer: Offer) -> dict[str, forms.Field]:
        return self.typed(offer)

    def usable(self, offer: Offer) -> bool:
        return True

    def sample(self, offer: Offer) -> P_co:
        return self.example

    def check(self, data: Data) -> Problems:
        return {}

    def build(self, data: Data) -> P_co:
        return type(self.example)(**data)

    def values(self, part: Any) -> dict[str, Any] | None:
        if not isinstance(part, type(self.example)):
            return None
        typed: dict[str, Any] = cast(Frozen, part).model_dump()
        return {name: value for name, value in typed.items() if name != "kind"}
