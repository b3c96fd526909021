"""Limits of rules in words, for members and staff alike. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vafa.core.money import format_amount, format_number
from vafa.program.rules.limits import Limit

_PER = {
    "day": ("در روز", "a day"),
    "week": ("در هفته", "a week"),
    "month": ("در ماه", "a month"),
    "year": ("در سال", "a year"),
    "ever": ("", ""),
}
_SCOPE = {
    "member": ("", ""),
    "household": ("برای هر خانوار", "for each household"),
    "branch": ("در هر شعبه", "at each branch"),
    "total": ("برای همهٔ اعضا با هم", "for all members together"),
}


def given_words(amount: int, given: str, unit: str, lang: str) -> str:
    """«۵۰۰ امتیاز», «۵٬۰۰۰ تومان اعتبار», «۲۰ امتیاز سطح»; ``given`` as an effect counts, ``unit``
    the display unit of money."""
    if given == "credit":
        money = format_amount(amount, unit, lang)
        return f"{money} اعتبار" if lang == "fa" else f"{money} of credit"
    number, noun = format_number(amount, lang), "point" if amount == 1 else "points"
    if given == "tier":
        return f"{number} امتیاز سطح" if lang == "fa" else f"{number} tier {noun}"
    return f"{number} امتیاز" if lang == "fa" else f"{number} {noun}"


def limits_words(limits: Sequence[Limit], given: str, unit: str, lang: str) -> str:
    """A rule's limits, joined: «حداکثر ۵۰۰ امتیاز در هفته», “at most 500 points a week”; "" for
    none."""
    said = [_words(one.scope, one.per, one.counts, one.most, given, unit, lang) for one in limits]
    return (" و " if lang == "fa" else " and ").join(said)


def cut_words(saw: Mapping[str, Any], given: str, unit: str, lang: str) -> str:
    """Why a part gives less than it would: «از ۳۴۰، چون حداکثر ۵۰۰ امتیاز در هفته داده می‌شود»."""
    if saw.get("ceiling"):
        why = "یک خرید سقف دارد" if lang == "fa" else "one purchase has a ceiling"
    else:
        args = (saw["scope"], saw["per"], saw["counts"], saw["most"])
        limit = _words(*args, given, unit, lang)
        if saw.get("place"):
            args = ("member", *args[1:])
            limit = _words(*args, given, unit, lang)
            limit = f"{limit} در این شعبه" if lang == "fa" else f"{limit} at this branch"
        why = f"{limit} داده می‌شود" if lang == "fa" else f"{limit} are given"
    if not saw["before"]:
        return f"چون {why}" if lang == "fa" else f"because {why}"
    before = given_words(saw["before"], given, unit, lang)
    return f"از {before}، چون {why}" if lang == "fa" else f"of {before}, because {why}"


def _words(scope: str, per: str, counts: str, most: int, given: str, unit: str, lang: str) -> str:
    place = 0 if lang == "fa" else 1
    number = format_number(most, lang)
    amount = given_words(most, given, unit, lang)
    if lang == "fa":
        times = "یک بار" if most == 1 else f"{number} بار"
        what = f"حداکثر {amount if counts == 'points' else times}"
    elif counts == "points":
        what = f"at most {amount}"
    else:
        what = "at most once" if most == 1 else f"at most {number} times"
    return " ".join(word for word in (what, _PER[per][place], _SCOPE[scope][place]) if word)
