"""A definition as a sentence: «اعضایی که در ۹۰ روز گذشته دست‌کم ۳ خرید کرده‌اند»."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from vafa.audience.registry import find_facet
from vafa.audience.rules.definition import Condition, Definition, Group, InSegment, Match, Op
from vafa.club.facet_types import Facet, Param
from vafa.club.reads.context import ClubContext
from vafa.core.jalali import default_calendar, format_date
from vafa.core.money import format_amount, format_number

_SPACES = re.compile(r"\s+")
# What a negated comparison says instead.
_TURNED: dict[Op, Op] = {"in": "not_in", "not_in": "in", "yes": "no", "no": "yes"}
# {a} and {b} with what is counted behind {b}; the second of a pair is the negated form.
_COUNTED: dict[str, dict[Op, tuple[str, str]]] = {
    "fa": {
        "ge": ("دست‌کم {a}", "کمتر از {a}"),
        "le": ("حداکثر {a}", "بیش از {a}"),
        "eq": ("دقیقاً {a}", "هر مقداری جز {a}"),
        "ne": ("هر مقداری جز {a}", "دقیقاً {a}"),
        "between": ("از {n} تا {b}", "کمتر از {n} یا بیش از {b}"),
    },
    "en": {
        "ge": ("at least {a}", "fewer than {a}"),
        "le": ("at most {a}", "more than {a}"),
        "eq": ("exactly {a}", "any number but {a}"),
        "ne": ("any number but {a}", "exactly {a}"),
        "between": ("from {n} to {b}", "fewer than {n} or more than {b}"),
    },
}
_AGO: dict[str, dict[Op, tuple[str, str]]] = {
    "fa": {
        "ge": ("دست‌کم {n} روز پیش", "کمتر از {n} روز پیش"),
        "le": ("در {n} روز گذشته", "بیش از {n} روز پیش"),
        "eq": ("درست {n} روز پیش", "روزی جز {n} روز پیش"),
        "ne": ("روزی جز {n} روز پیش", "درست {n} روز پیش"),
        "between": ("بین {n} تا {m} روز پیش", "کمتر از {n} یا بیش از {m} روز پیش"),
    },
    "en": {
        "ge": ("at least {n} days ago", "less than {n} days ago"),
        "le": ("within the last {n} days", "more than {n} days ago"),
        "eq": ("exactly {n} days ago", "on another day than {n} days ago"),
        "ne": ("on another day than {n} days ago", "exactly {n} days ago"),
        "between": ("between {n} and {m} days ago", "less than {n} or more than {m} days ago"),
    },
}
_DATED: dict[str, dict[Op, tuple[str, str]]] = {
    "fa": {
        "ge": ("از {n} به بعد", "پیش از {n}"),
        "le": ("تا {n}", "پس از {n}"),
        "eq": ("در {n}", "روزی جز {n}"),
        "ne": ("روزی جز {n}", "در {n}"),
        "between": ("از {n} تا {m}", "پیش از {n} یا پس از {m}"),
    },
    "en": {
        "ge": ("on or after {n}", "before {n}"),
        "le": ("on or before {n}", "after {n}"),
        "eq": ("on {n}", "on another day than {n}"),
        "ne": ("on another day than {n}", "on {n}"),
        "between": ("from {n} to {m}", "before {n} or after {m}"),
    },
}
_TEXTS = {
    "fa": {"has": "«{n}» دارد", "starts": "با «{n}» آغاز می‌شود"},
    "en": {"has": "contains “{n}”", "starts": "starts with “{n}”"},
}
_SEGMENT = {
    "fa": ("در گروه «{n}» هستند", "در گروه «{n}» نیستند"),
    "en": ("are in the segment “{n}”", "are not in the segment “{n}”"),
}
_GONE = {"fa": "(ویژگی ناشناخته) دارند", "en": "(meet a condition that no longer exists)"}


def say(
    club: ClubContext, definition: Definition, lang: str, segment_names: Mapping[str, str]
) -> str:
    """The definition as a sentence without a full stop. ``segment_names`` by code.

    Reads the names of what it mentions. Takes what ``checking.check`` passed, once.
    """
    teller = _Teller(club, lang, segment_names)
    parts = [teller.item(item) for item in definition.items]
    return (
        f"{'اعضایی که' if lang == 'fa' else 'Members who'} {teller.list(parts, definition.match)}"
    )


def say_condition(club: ClubContext, condition: Condition, lang: str) -> str:
    """One condition, as it stands after "members who"."""
    return _Teller(club, lang, {}).item(condition)


class _Teller:
    def __init__(self, club: ClubContext, lang: str, segments: Mapping[str, str]) -> None:
        self.club, self.lang, self.segments = club, lang, segments
        self.calendar = club.calendar if lang == "fa" else default_calendar("en")

    def item(self, item: Condition | InSegment | Group) -> str:
        if isinstance(item, Group):
            return self._group(item)
        if isinstance(item, InSegment):
            name = self.segments.get(item.segment, item.segment)
            return _SEGMENT[self.lang][item.negated].format(n=name)
        facet = find_facet(item.facet)
        return self._fact(facet, item) if facet else _GONE[self.lang]

    def list(self, parts: Sequence[str], match: Match) -> str:
        words = {"all": ("و", "and"), "any": ("یا", "or")}[match]
        return f" {words[self.lang != 'fa']} ".join(parts)

    def _group(self, group: Group) -> str:
        parts = [self.item(inner) for inner in group.items]
        if len(parts) == 1:
            return parts[0]
        # "and either … or" is heard as "and/or" in Persian; in brackets it is plain.
        return f"({self.list(parts, group.match)})"

    def _fact(self, facet: Facet, condition: Condition) -> str:
        op, negated = condition.op, condition.negated
        if op in ("in", "not_in", "yes", "no"):
            op, negated = (_TURNED[op] if negated else op), False
        is_not = op in ("not_in", "no") or (negated and facet.kind == "text")
        template = (facet.words_not if is_not else facet.words).said(self.lang)
        slots = {param.name: self._param(param, condition) for param in facet.params}
        said = template.format(value=self._value(facet, condition, negated), **slots)
        if condition.negated and facet.unknown.fa:
            said += f" {facet.unknown.said(self.lang)}"
        return _SPACES.sub(" ", said).strip()

    def _param(self, param: Param, condition: Condition) -> str:
        given: Any = condition.params.get(param.name)
        if not given:
            return param.without.said(self.lang)
        template = param.words.said(self.lang)
        if param.kind == "days":
            days = self._number(given)
            return template.format(n=days if self.lang == "fa" else self._counted(days, given))
        return template.format(list=self._names(param, given))

    def _counted(self, shown: str, days: int) -> str:
        return "day" if days == 1 else f"{shown} days"

    def _names(self, of: Param | Facet, values: Iterable[str]) -> str:
        wanted = list(values)
        assert of.choices is not None
        names = {c.value: c.name.said(self.lang) for c in of.choices(self.club, wanted)}
        return self.list([names.get(value, value) for value in wanted], "any")

    def _value(self, facet: Facet, condition: Condition, negated: bool) -> str:
        given: Any = condition.value
        op = condition.op
        if op in ("yes", "no"):
            return ""
        if op in ("in", "not_in"):
            return self._names(facet, given)
        if op in ("has", "starts"):
            return _TEXTS[self.lang][op].format(n=given)
        first, last = given if op == "between" else (given, given)
        if facet.kind == "days":
            words = {"n": self._number(first), "m": self._number(last)}
            text = _AGO[self.lang][op][negated].format(**words)
            return text.replace(" 1 days", " 1 day")
        if facet.kind == "date":
            words = {"n": self._day(first), "m": self._day(last)}
            return _DATED[self.lang][op][negated].format(**words)
        words = {
            "n": self._amount(facet, first, bare=facet.kind != "money"),
            "a": self._amount(facet, first),
            "b": self._amount(facet, last),
        }
        text = _COUNTED[self.lang][op][negated].format(**words)
        return text.replace("fewer", "less") if facet.kind in ("money", "years") else text

    def _amount(self, facet: Facet, value: int, *, bare: bool = False) -> str:
        if facet.kind == "money":
            return format_amount(value, self.club.display_unit, self.lang)
        number = self._number(value)
        if bare or not facet.unit[0]:
            return number
        fa, one, many = facet.unit
        return f"{number} {fa if self.lang == 'fa' else one if value == 1 else many}"

    def _number(self, value: int) -> str:
        return format_number(value, self.lang)

    def _day(self, value: str) -> str:
        return format_date(date.fromisoformat(value), self.lang, "long", self.calendar)
