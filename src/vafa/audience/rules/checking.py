"""What is wrong with a definition, told at the place where it is wrong, in both languages."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, NamedTuple

from vafa.audience.registry import find_facet
from vafa.audience.rules.comparing import OPS
from vafa.audience.rules.definition import (
    MOST_CONDITIONS,
    Condition,
    Definition,
    Group,
    InSegment,
    Path,
)
from vafa.club.facet_types import MOST_DAYS, Facet, Param, Said
from vafa.club.reads.context import ClubContext
from vafa.core.text import search_key, to_persian_digits

_MOST_YEARS = 120


class Problem(NamedTuple):
    """``path`` is the condition's place (see ``Definition.leaves``; a group's own, or () for the
    whole), ``field`` what of it: facet, op, value, a parameter's name, or ""."""

    path: Path
    field: str
    text: Said


def _with_numbers(fa: str, en: str, **numbers: int) -> Said:
    return Said(to_persian_digits(fa.format(**numbers)), en.format(**numbers))


EMPTY = Said("دست‌کم یک شرط لازم است.", "At least one condition is needed.")
EMPTY_GROUP = Said("این دسته شرطی ندارد.", "This group has no condition.")
TOO_MANY = _with_numbers(
    "حداکثر {n} شرط می‌شود گذاشت.", "At most {n} conditions are possible.", n=MOST_CONDITIONS
)
UNKNOWN_FACET = Said(
    "این ویژگی دیگر وجود ندارد؛ ویژگی دیگری انتخاب کنید.",
    "This fact no longer exists; choose another.",
)
WRONG_OP = Said("این مقایسه برای این ویژگی معنا ندارد.", "This comparison makes no sense here.")
MISSING = Said("این را پر کنید.", "Fill this in.")
UPSIDE_DOWN = Said("پایان از آغاز کمتر است.", "The end is below the beginning.")
WRONG_VALUE = Said("این مقدار درست نیست.", "This value is not valid.")
NOT_A_DATE = Said("این تاریخ درست نیست.", "This is not a date.")
NOT_FOUND = Said("یکی از این‌ها پیدا نشد.", "One of these was not found.")
UNKNOWN_PARAM = Said("این محدودیت اینجا معنا ندارد.", "This limit makes no sense here.")
UNKNOWN_SEGMENT = Said("چنین گروهی پیدا نشد.", "There is no such segment.")
NEGATIVE = Said("مقدار منفی نمی‌شود.", "It cannot be below zero.")


def check(club: ClubContext, definition: Definition, segments: Collection[str]) -> list[Problem]:
    """Everything that is wrong with it; nothing when all is well.

    ``segments`` are the codes that may be named. Reads the club's choices where one is named.
    """
    problems: list[Problem] = []
    leaves = list(definition.leaves())
    if not definition.items:
        problems.append(Problem((), "", EMPTY))
    if len(leaves) > MOST_CONDITIONS:
        problems.append(Problem((), "", TOO_MANY))
    for n, item in enumerate(definition.items):
        if isinstance(item, Group) and not item.items:
            problems.append(Problem((n,), "", EMPTY_GROUP))
    # What is too long to be a segment is not looked up either.
    for path, leaf in leaves[:MOST_CONDITIONS]:
        if isinstance(leaf, InSegment):
            if leaf.segment not in segments:
                problems.append(Problem(path, "value", UNKNOWN_SEGMENT))
        else:
            problems += [Problem(path, *wrong) for wrong in check_condition(club, leaf)]
    return problems


def check_condition(club: ClubContext, condition: Condition) -> Iterator[tuple[str, Said]]:
    """(field, what is wrong) of one condition."""
    facet = find_facet(condition.facet)
    if facet is None:
        yield "facet", UNKNOWN_FACET
        return
    for name in condition.params:
        if facet.param(name) is None:
            yield name, UNKNOWN_PARAM
    for param in facet.params:
        wrong = _wrong_param(club, param, condition.params.get(param.name))
        if wrong is not None:
            yield param.name, wrong
    if condition.op not in OPS[facet.kind]:
        yield "op", WRONG_OP
        return
    wrong = _wrong_value(club, facet, condition)
    if wrong is not None:
        yield "value", wrong


def _wrong_param(club: ClubContext, param: Param, given: Any) -> Said | None:
    if given is None or given == ():
        return MISSING if param.is_required else None
    if param.kind == "days":
        if not isinstance(given, int) or not param.least <= given <= _most_days(param):
            return _range(param.least, _most_days(param))
        return None
    return _wrong_choices(club, param, given)


def _most_days(param: Param) -> int:
    # Beyond a year every day is somebody's birthday.
    return 365 if param.is_required else MOST_DAYS


def _range(low: int, high: int) -> Said:
    return _with_numbers(
        "عددی از {low} تا {high} بنویسید.",
        "Enter a number from {low} to {high}.",
        low=low,
        high=high,
    )


def _wrong_choices(club: ClubContext, of: Param | Facet, given: Any) -> Said | None:
    if not isinstance(given, tuple) or not all(isinstance(v, str) for v in given):
        return WRONG_VALUE
    if not given:
        return MISSING
    assert of.choices is not None
    known = {choice.value for choice in of.choices(club, given)}
    return None if known.issuperset(given) else NOT_FOUND


def _wrong_value(club: ClubContext, facet: Facet, condition: Condition) -> Said | None:
    op, given = condition.op, condition.value
    if op in ("yes", "no"):
        return None if given is None else WRONG_VALUE
    if given is None or given == () or given == "":
        return MISSING
    if op in ("in", "not_in"):
        return _wrong_choices(club, facet, given)
    if op in ("has", "starts"):
        return None if isinstance(given, str) and search_key(given) else WRONG_VALUE
    if op != "between":
        return _wrong_single(facet, given)
    if not isinstance(given, tuple) or len(given) != 2:
        return MISSING
    wrong = _wrong_single(facet, given[0]) or _wrong_single(facet, given[1])
    # Both are numbers, or days as ISO texts, which are ordered as they are.
    return wrong or (UPSIDE_DOWN if given[1] < given[0] else None)  # type: ignore[operator]


def _wrong_single(facet: Facet, given: Any) -> Said | None:
    if facet.kind == "date":
        return None if _is_day(given) else NOT_A_DATE
    if not isinstance(given, int):
        return WRONG_VALUE
    if facet.kind == "days":
        return None if 0 <= given <= MOST_DAYS else _range(0, MOST_DAYS)
    if facet.kind == "years":
        return None if 0 <= given <= _MOST_YEARS else _range(0, _MOST_YEARS)
    # Points may be owed, so that the balance is below zero; nothing else can be.
    return None if given >= 0 or facet.unit[1] == "point" else NEGATIVE


def _is_day(given: Any) -> bool:
    try:
        return isinstance(given, str) and 1300 <= date.fromisoformat(given).year <= 2500
    except ValueError:
        return False
