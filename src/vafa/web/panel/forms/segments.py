"""One condition of a segment as a form: a fact, what narrows it, how it is compared, with what."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vafa.audience.models import Segment
from vafa.audience.registry import all_facets, find_facet
from vafa.audience.rules.checking import UNKNOWN_FACET
from vafa.audience.rules.comparing import OPS
from vafa.audience.rules.definition import Condition, InSegment, Op
from vafa.club.facet_types import MOST_DAYS, Facet, Param
from vafa.club.reads.context import ClubContext
from vafa.commerce.models import Product
from vafa.core.jalali import Calendar
from vafa.core.text import to_latin_digits
from vafa.web.panel.forms.fields import EnglishNameField
from vafa.web.shared.context import current_lang
from vafa.web.shared.forms import AmountField, DigitsField, JalaliDateField, TextField

IN_SEGMENT = "segment"
FIRST = "commerce.purchases"
_BETWEEN_CODES = re.compile(r"[\s,،;؛]+")
_MOST_VALUE = 10**12
Choices = list[tuple[str, str]]


class SegmentForm(forms.Form):
    """What a segment is called, and whether all or any of its conditions must hold."""

    name = TextField(label=_("Name in Persian"), max_length=120)
    name_en = EnglishNameField()
    match = forms.ChoiceField(
        label=_("Members for whom"),
        choices=[
            ("all", _("all of these conditions hold")),
            ("any", _("any of these conditions holds")),
        ],
    )


class ConditionForm(forms.Form):
    """A condition. Which fields there are, the chosen fact and comparison decide.

    Without ``data`` the fields show ``initial`` as it was typed. Nothing is required here: what is
    missing is told by the check of the whole definition, in the same words as everywhere.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        club: ClubContext,
        calendar: Calendar,
        segments: Sequence[Segment],
        initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, initial=initial, **kwargs)
        self.club, self.calendar, self.segments = club, calendar, segments
        chosen = self._typed("facet") or FIRST
        self.facet = find_facet(chosen)
        self.fields["facet"] = _select(_("Fact"), self._facets())
        if chosen == IN_SEGMENT:
            self._of_segment()
        elif self.facet is not None:
            self._of_facet(self.facet)

    def _typed(self, name: str) -> str:
        if self.is_bound:
            return str(self.data.get(self.add_prefix(name), ""))
        return str((self.initial or {}).get(name, ""))

    def _facets(self) -> list[tuple[str, Any]]:
        lang = current_lang()
        groups: dict[str, Choices] = {}
        for facet in all_facets():
            groups.setdefault(facet.group.said(lang), []).append(
                (facet.name, facet.label.said(lang))
            )
        found: list[tuple[str, Any]] = list(groups.items())
        if self._typed("facet") not in (IN_SEGMENT, "") and self.facet is None:
            found.insert(0, (self._typed("facet"), _now("A fact that no longer exists")))
        if self.segments:
            found.append((_now("Segments"), [(IN_SEGMENT, _now("Belongs to a segment"))]))
        return found

    def _of_segment(self) -> None:
        lang = current_lang()
        self.fields["op"] = _select(
            _("Comparison"), [("in", _now("Yes")), ("not_in", _now("No"))], shapes=False
        )
        self.fields["segment"] = _select(
            _("Segment"), [(s.code, s.said(lang)) for s in self.segments], shapes=False
        )

    def _of_facet(self, facet: Facet) -> None:
        for param in facet.params:
            self.fields[f"p_{param.name}"] = self._param_field(param)
        ops = op_choices(facet.kind)
        self.fields["op"] = _select(_("Comparison"), ops)
        op = self._typed("op") or ops[0][0]
        for name, label in self._values(facet, op):
            field = self._value_field(facet, label)
            # It is needed all the same, so its label does not call it optional.
            setattr(field.widget, "is_conditional", True)  # noqa: B010 - Widget declares none
            self.fields[name] = field
        self.fields["negated"] = forms.BooleanField(
            label=_("Turn this condition round"), required=False
        )

    def _values(self, facet: Facet, op: str) -> Iterable[tuple[str, Any]]:
        if facet.kind == "yes_no":
            return []
        label = _VALUE_LABELS.get(facet.kind, _("Value"))
        if facet.kind not in ("choice", "text") and op == "between":
            return [("value", _("From")), ("value_to", _("To"))]
        return [("value", label)]

    def _param_field(self, param: Param) -> forms.Field:
        label = param.label.said(current_lang())
        if param.kind == "days":
            most = None if param.is_required else _("Empty: ever.")
            field: forms.Field = DigitsField(
                label=label, required=False, max_value=MOST_DAYS, help_text=most or ""
            )
            if param.is_required:
                setattr(field.widget, "is_conditional", True)  # noqa: B010 - as above
            return field
        if param.by_code:
            return TextField(
                label=label,
                required=False,
                max_length=2000,
                widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
                help_text=_("Codes (SKU), with a comma between."),
            )
        return _boxes(label, self._choices(param))

    def _value_field(self, facet: Facet, label: Any) -> forms.Field:
        if facet.kind == "money":
            unit = self.club.display_unit
            return AmountField(label=label, required=False, min_amount=0, unit=unit)
        if facet.kind == "date":
            return JalaliDateField(label=label, required=False, calendar=self.calendar)
        if facet.kind == "choice":
            return _boxes(label, self._choices(facet))
        if facet.kind == "text":
            return TextField(label=label, required=False, max_length=120)
        return DigitsField(label=label, required=False, max_value=_MOST_VALUE)

    def _choices(self, of: Param | Facet) -> Choices:
        assert of.choices is not None
        lang = current_lang()
        return [(c.value, c.name.said(lang)) for c in of.choices(self.club, None)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.facet is None and self._typed("facet") != IN_SEGMENT:
            self.add_error("facet", ValidationError(UNKNOWN_FACET.said(current_lang())))
        for param in self.facet.params if self.facet else ():
            if param.by_code and data.get(f"p_{param.name}"):
                data[f"p_{param.name}"] = self._product_ids(param, data[f"p_{param.name}"])
        return data

    def _product_ids(self, param: Param, text: str) -> list[str]:
        codes = [to_latin_digits(code) for code in _BETWEEN_CODES.split(text) if code]
        found = dict(
            Product.objects.filter(club_id=self.club.id, sku__in=codes).values_list("sku", "id")
        )
        for code in codes:
            if code not in found:
                text = _now("No product has the code “%(sku)s”.") % {"sku": code}
                self.add_error(f"p_{param.name}", ValidationError(text))
                break
        return [str(found[code]) for code in dict.fromkeys(codes) if code in found]

    def build(self) -> Condition | InSegment:
        """The condition that was typed; its values are not checked yet."""
        data = self.cleaned_data
        if data.get("facet") == IN_SEGMENT:
            return InSegment(segment=data["segment"], negated=data["op"] == "not_in")
        assert self.facet is not None
        params = {p.name: data.get(f"p_{p.name}") for p in self.facet.params}
        op: Op = data["op"]
        return Condition(
            facet=self.facet.name,
            params={
                name: tuple(given) if isinstance(given, list) else given
                for name, given in params.items()
                if given not in (None, "", [])
            },
            op=op,
            value=self._value(op),
            negated=data.get("negated", False),
        )

    def _value(self, op: str) -> Any:
        if op in ("yes", "no"):
            return None
        ends = [_plain(self.cleaned_data.get(name)) for name in ("value", "value_to")]
        if op == "between":
            return None if None in ends else tuple(ends)
        return ends[0]

    def tell(self, field: str, text: str) -> None:
        """Show what the check found at the field that it names."""
        names = {"value": "segment" if self.facet is None else "value"}
        name = names.get(field, field)
        name = name if name in self.fields else f"p_{field}"
        self.add_error(name if name in self.fields else None, ValidationError(text))

    def typed_values(self, query: Any) -> dict[str, Any]:
        """What was typed into these fields, as it was, for showing it again."""
        return {
            name: field.widget.value_from_datadict(query, {}, self.add_prefix(name))
            for name, field in self.fields.items()
        }


def values_of(condition: Condition | InSegment) -> dict[str, Any]:
    """Initial values out of a condition."""
    if isinstance(condition, InSegment):
        op = "not_in" if condition.negated else "in"
        return {"facet": IN_SEGMENT, "segment": condition.segment, "op": op}
    values: dict[str, Any] = {
        "facet": condition.facet,
        "op": condition.op,
        "negated": condition.negated,
        "value": condition.value,
    }
    if condition.op == "between" and isinstance(condition.value, tuple):
        values["value"], values["value_to"] = condition.value
    facet = find_facet(condition.facet)
    for name, given in condition.params.items():
        param = facet.param(name) if facet else None
        if param is not None and param.by_code and isinstance(given, tuple):
            values[f"p_{name}"] = ", ".join(_codes_of(given))
        else:
            values[f"p_{name}"] = given
    return values


def op_choices(kind: str) -> Choices:
    """The comparisons of a kind of fact with their words."""
    words: dict[str, dict[str, str]] = {
        "days": {
            "le": _now("at most so many days ago"),
            "ge": _now("at least so many days ago"),
            "eq": _now("exactly so many days ago"),
            "ne": _now("on another day"),
        },
        "date": {"ge": _now("on or after"), "le": _now("on or before")},
    }
    usual = {
        "ge": _now("at least"),
        "le": _now("at most"),
        "eq": _now("exactly"),
        "ne": _now("anything but"),
        "between": _now("between"),
        "in": _now("is one of"),
        "not_in": _now("is none of"),
        "yes": _now("Yes"),
        "no": _now("No"),
        "has": _now("contains"),
        "starts": _now("starts with"),
    }
    ops = OPS[kind]  # type: ignore[index]  # a kind that is none has no facet
    return [(op, words.get(kind, {}).get(op, usual[op])) for op in ops]


_VALUE_LABELS = {
    "days": _("Days"),
    "years": _("Years"),
    "money": _("Amount"),
    "date": _("Date"),
    "choice": _("Of these"),
    "text": _("Text"),
}


def _plain(typed: Any) -> Any:
    """A value as a definition holds it: days as ISO text."""
    if isinstance(typed, list):
        return tuple(typed)
    return typed.isoformat() if isinstance(typed, date) else typed


def _select(label: Any, choices: list[Any], *, shapes: bool = True) -> forms.ChoiceField:
    """A choice; ``shapes``: it decides which fields there are, so that the page asks anew."""
    attrs = {"data-shape": ""} if shapes else {}
    return forms.ChoiceField(label=label, choices=choices, widget=forms.Select(attrs=attrs))


def _boxes(label: Any, choices: Choices) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox checkbox-primary"}),
    )


def _codes_of(product_ids: Collection[str]) -> list[str]:
    numbers = [int(number) for number in product_ids]
    found = Product.objects.filter(pk__in=numbers).order_by("sku").values_list("sku", flat=True)
    return list(found)
