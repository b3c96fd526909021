"""A programme as a file that another club can read: things are named by their codes, not by their
numbers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vafa.core.errors import DomainError

FORMAT = "vafa-program-1"
# What conditions of rules name by number (segments by their codes) here, and by code in a file.
NAMED = ("branch", "merchant", "category", "product", "segment", "series", "draw")
# Which of these an effect names, and in which of its fields.
_GIVEN = {"voucher": "series", "chances": "draw"}
Codes = Mapping[str, Mapping[Any, Any]]


_WORDS = {
    "branch": ("شعبهٔ", "the branch"),
    "merchant": ("فروشگاه", "the merchant"),
    "category": ("دستهٔ", "the category"),
    "product": ("کالای", "the product"),
    "segment": ("گروه", "the segment"),
    "series": ("سری کد", "the series"),
    "draw": ("قرعه‌کشی", "the draw"),
}
_BY = {
    "rule": ("قانون", "rule"),
    "place": ("شرایط شعبه‌ها", "branches' terms"),
    "tier": ("سطح", "tier"),
    "reward": ("جایزهٔ", "reward"),
}
_MOST_TOLD = 20


class UnknownInFile(DomainError):
    """The file names things that this club does not have; all of them are told."""

    code = "unknown_in_program_file"
    status = 422
    fa = "این باشگاه همهٔ آنچه را پرونده نام می‌برد ندارد: {missing_fa}."
    en = "This club lacks some of what the file names: {missing_en}."


class NotAProgramFile(DomainError):
    """Not a file of this form."""

    code = "not_a_program_file"
    status = 422
    fa = "این پرونده برنامهٔ باشگاه نیست."
    en = "This file is not a club's programme."


class Lookup:
    """What the names of a file stand for in a club, or the other way round. What is not there is
    remembered, so that all of it is told at once."""

    def __init__(self, table: Codes) -> None:
        self._table = table
        self._missing: dict[tuple[str, str], tuple[str, str]] = {}

    def find(self, what: str, value: Any, by: str, name: Any = "") -> Any:
        """Its number or code; None when it is not there (then ``check`` raises). ``by`` is who
        names it: a rule, a place, a tier or a reward, of this ``name``."""
        try:
            return self._table[what][value]
        except (KeyError, TypeError):
            self._missing.setdefault((what, str(value)[:64]), (by, str(name)[:60]))
            return None

    def check(self) -> None:
        """Raises UnknownInFile when something was not there."""
        if self._missing:
            raise UnknownInFile(missing_fa=self._said(0), missing_en=self._said(1))

    def _said(self, lang: int) -> str:
        quoted, several = (("«{}»", "، "), ("“{}”", ", "))[lang]
        said = []
        for (what, code), (by, name) in list(self._missing.items())[:_MOST_TOLD]:
            who = f"{_BY[by][lang]} {quoted.format(name)}" if name else _BY[by][lang]
            said.append(f"{_WORDS[what][lang]} {quoted.format(code)} ({who})")
        more = ["…"] if len(self._missing) > _MOST_TOLD else []
        return several.join(said + more)


def to_file(document: Mapping[str, Any], codes: Lookup) -> dict[str, Any]:
    """The document of a revision, with codes in the place of numbers (``codes``: by kind, the code
    of each number). Raises NotAProgramFile."""
    return {"format": FORMAT, **_translated(document, codes)}


def from_file(content: Any, numbers: Lookup) -> dict[str, Any]:
    """The document that the file holds (not its rewards: portable_rewards.py), with this club's
    numbers (``numbers``: by kind, the number of each code). Raises NotAProgramFile; whether the
    club has everything is for ``Lookup.check``, the rest for the document's own checks."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise NotAProgramFile
    document = {name: value for name, value in content.items() if name not in ("format", "rewards")}
    return _translated(document, numbers)


def _translated(document: Mapping[str, Any], lookup: Lookup) -> dict[str, Any]:
    rules, places, tiers = (document.get(name, []) for name in ("rules", "places", "tiers"))
    if not all(isinstance(each, list | tuple) for each in (rules, places, tiers)):
        raise NotAProgramFile
    return {
        **document,
        "rules": [_rule(rule, lookup) for rule in rules],
        "places": [_place(place, lookup) for place in places],
        **({"tiers": [_tier(tier, lookup) for tier in tiers]} if tiers else {}),
    }


def _place(place: Any, lookup: Lookup) -> Any:
    if not isinstance(place, dict) or place.get("kind") not in ("branch", "merchant"):
        raise NotAProgramFile
    return {**place, "number": lookup.find(place["kind"], place.get("number"), "place")}


def _tier(tier: Any, lookup: Lookup) -> Any:
    if isinstance(tier, dict) and tier.get("segment"):
        lookup.find("segment", tier["segment"], "tier", tier.get("code", ""))
    gift = tier.get("birthday") if isinstance(tier, dict) else None
    what = _GIVEN.get(str(gift.get("kind"))) if isinstance(gift, dict) else None
    if what is None or not isinstance(gift, dict):
        return tier
    value = lookup.find(what, gift.get(what), "tier", tier.get("code", ""))
    return {**tier, "birthday": {**gift, what: value}}


def _rule(rule: Any, lookup: Lookup) -> Any:
    if not isinstance(rule, dict) or not isinstance(rule.get("conditions", []), list | tuple):
        raise NotAProgramFile
    name = rule.get("id", "")
    conditions = []
    for condition in rule.get("conditions", []):
        what = condition.get("fact") if isinstance(condition, dict) else None
        if what in NAMED and isinstance(condition.get("values"), list | tuple):
            values = [lookup.find(what, value, "rule", name) for value in condition["values"]]
            condition = {**condition, "values": values}
        conditions.append(condition)
    gives = rule.get("gives")
    if isinstance(gives, dict) and (what := _GIVEN.get(str(gives.get("kind")))):
        gives = {**gives, what: lookup.find(what, gives.get(what), "rule", name)}
    return {**rule, "conditions": conditions, **({"gives": gives} if gives is not None else {})}
