"""The values of members' attributes: how they are stored, read from what people type, and said.

A text or a choice is stored as text, a number as a whole number, yes or no as that, and a day as
the number 20260321, so that days are ordered as numbers are. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, get_args

from vafa.core.day_numbers import day_of_number, number_of_day
from vafa.core.jalali import format_date, parse_date
from vafa.core.money import format_number
from vafa.core.text import normalize, search_key

Kind = Literal["text", "number", "yes_no", "date", "choice"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Stored = str | int | bool
LONGEST_TEXT = 120
MOST_NUMBER = 10**13
_YES = ("yes", "true", "1", "بله", "بلی", "آری", "دارد", "هست")
_NO = ("no", "false", "0", "خیر", "نه", "ندارد", "نیست")


def read_value(kind: Kind, choices: Sequence[str], given: Any) -> Stored | None:
    """What is stored for what was typed or sent; None (nothing is known) for nothing.

    Digits may be Persian, days in either calendar, which the year tells.
    Raises ValueError for what is no such value.
    """
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    if kind == "yes_no":
        return _answer(given)
    if kind == "number":
        return _number(given)
    if kind == "date":
        day = given if isinstance(given, date) else parse_date(str(given))
        return number_of_day(day)
    if not isinstance(given, str):
        raise ValueError("a text is needed")
    text = normalize(given)
    if len(text) > LONGEST_TEXT:
        raise ValueError("the text is too long")
    if kind == "text":
        return text
    found = [choice for choice in choices if search_key(choice) == search_key(text)]
    if not found:
        raise ValueError("this is none of the choices")
    return found[0]


def sent_value(kind: str, stored: Stored) -> Stored:
    """The value as other programs get it: days as ISO texts."""
    return day_of_number(int(stored)).isoformat() if kind == "date" else stored


def value_words(kind: str, stored: Stored, lang: str) -> str:
    """The value for people."""
    if kind == "date":
        return format_date(day_of_number(int(stored)), lang)
    if kind == "yes_no":
        yes, no = ("بله", "خیر") if lang == "fa" else ("yes", "no")
        return yes if stored else no
    return format_number(stored, lang) if isinstance(stored, int) else stored


def rule_facts(stored: Mapping[str, Stored]) -> dict[str, str | int]:
    """A member's values as rules see them: yes and no in words."""
    return {
        key: ("yes" if value else "no") if isinstance(value, bool) else value
        for key, value in stored.items()
    }


def _answer(given: Any) -> bool:
    if isinstance(given, bool):
        return given
    text = search_key(str(given))
    if text in map(search_key, _YES):
        return True
    if text in map(search_key, _NO):
        return False
    raise ValueError("yes or no is needed")


def _number(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise ValueError("a whole number is needed")
    number = int(given.replace(",", "").replace("٬", "")) if isinstance(given, str) else given
    if not 0 <= number <= MOST_NUMBER:
        raise ValueError("the number is too large or below zero")
    return number
