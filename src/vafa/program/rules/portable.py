"""A programme as a file that another club can read: things are named by their codes, not by their
numbers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vafa.core.errors import DomainError

FORMAT = "vafa-program-1"
# What conditions of rules name by number (segments by their codes) here, and by code in a file.
NAMED = ("branch", "merchant", "category", "product", "segment", "series", "draw")
# Which of these an effect names, and in which of its fields.
_GIVEN = {"voucher": "series", "chances": "draw"}
Codes = Mapping[str, Mapping[Any, Any]]


class UnknownInFile(DomainError):
    """The file names something that this club does not have."""

    code = "unknown_in_program_file"
    status = 422
    fa = "در قانون «{rule}» چیزی هست که این باشگاه ندارد: {what} «{code}»."
    en = "The rule “{rule}” names something that this club does not have: {what} “{code}”."


class UnknownPlaceInFile(UnknownInFile):
    """The file has terms of a branch or a merchant that this club does not have."""

    fa = "برنامه برای {what} «{code}» شرایطی دارد، ولی این باشگاه آن را ندارد."
    en = "The programme has terms for the {what} “{code}”, which this club does not have."


class UnknownGiftInFile(UnknownInFile):
    """The file has a tier's birthday gift that this club cannot give."""

    fa = "هدیهٔ تولد سطح «{tier}» چیزی است که این باشگاه ندارد: {what} «{code}»."
    en = (
        "The birthday gift of the tier “{tier}” is something that this club lacks: {what} “{code}”."
    )


class NotAProgramFile(DomainError):
    """Not a file of this form."""

    code = "not_a_program_file"
    status = 422
    fa = "این پرونده برنامهٔ باشگاه نیست."
    en = "This file is not a club's programme."


def to_file(document: Mapping[str, Any], codes: Codes) -> dict[str, Any]:
    """The document of a revision, with codes in the place of numbers (``codes``: by kind, the code
    of each number). Raises UnknownInFile for a number without a code."""
    return {"format": FORMAT, **_translated(document, codes)}


def from_file(content: Any, numbers: Codes) -> dict[str, Any]:
    """The document that the file holds (not its rewards: portable_rewards.py), with this club's numbers (``numbers``: by kind, the number
    of each code). Raises NotAProgramFile and UnknownInFile; the rest is for the document's own
    checks."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise NotAProgramFile
    document = {name: value for name, value in content.items() if name not in ("format", "rewards")}
    return _translated(document, numbers)


def _translated(document: Mapping[str, Any], table: Codes) -> dict[str, Any]:
    rules = document.get("rules", [])
    if not isinstance(rules, list | tuple):
        raise NotAProgramFile
    places = document.get("places", [])
    if not isinstance(places, list | tuple):
        raise NotAProgramFile
    tiers = document.get("tiers", [])
    if not isinstance(tiers, list | tuple):
        raise NotAProgramFile
    return {
        **document,
        "rules": [_rule(rule, table) for rule in rules],
        "places": [_place(place, table) for place in places],
        **({"tiers": [_tier(tier, table) for tier in tiers]} if tiers else {}),
    }


def _place(place: Any, table: Codes) -> Any:
    if not isinstance(place, dict) or place.get("kind") not in ("branch", "merchant"):
        raise NotAProgramFile
    kind, number = place["kind"], place.get("number")
    try:
        return {**place, "number": table[kind][number]}
    except (KeyError, TypeError) as error:
        raise UnknownPlaceInFile(what=kind, code=str(number)[:64]) from error


def _tier(tier: Any, table: Codes) -> Any:
    gift = tier.get("birthday") if isinstance(tier, dict) else None
    what = _GIVEN.get(str(gift.get("kind"))) if isinstance(gift, dict) else None
    if what is None or not isinstance(gift, dict):
        return tier
    value = gift.get(what)
    try:
        return {**tier, "birthday": {**gift, what: table[what][value]}}
    except (KeyError, TypeError) as error:
        said = str(tier.get("code", ""))[:40]
        raise UnknownGiftInFile(tier=said, what=what, code=str(value)[:64]) from error


def _rule(rule: Any, table: Codes) -> Any:
    if not isinstance(rule, dict) or not isinstance(rule.get("conditions", []), list | tuple):
        raise NotAProgramFile
    said = rule.get("id", "")

    def find(what: str) -> Callable[[Any], Any]:
        def one(value: Any) -> Any:
            try:
                return table[what][value]
            except (KeyError, TypeError) as error:
                raise UnknownInFile(rule=str(said)[:40], what=what, code=str(value)[:64]) from error

        return one

    conditions = []
    for condition in rule.get("conditions", []):
        what = condition.get("fact") if isinstance(condition, dict) else None
        if what in NAMED and isinstance(condition.get("values"), list | tuple):
            values = [find(what)(value) for value in condition["values"]]
            condition = {**condition, "values": values}
        conditions.append(condition)
    gives = rule.get("gives")
    if isinstance(gives, dict) and (what := _GIVEN.get(str(gives.get("kind")))):
        gives = {**gives, what: find(what)(gives.get(what))}
    return {**rule, "conditions": conditions, **({"gives": gives} if gives is not None else {})}
