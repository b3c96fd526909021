"""Groups of members that most clubs begin with; made once, they are segments like any other."""

from __future__ import annotations

from typing import NamedTuple

from vafa.audience.rules.definition import Condition, Definition


class Recipe(NamedTuple):
    """A segment that stands ready: its names, and for whom it is."""

    code: str
    name: str
    name_en: str
    definition: Definition


def _all(*items: Condition) -> Definition:
    return Definition(items=items)


def _bought(least: int, days: int) -> Condition:
    return Condition(facet="commerce.purchases", params={"days": days}, op="ge", value=least)


def _silent(days: int) -> Condition:
    return Condition(facet="commerce.last", op="ge", value=days)


RECIPES = (
    Recipe(
        "newcomers",
        "تازه‌واردها",
        "Newcomers",
        _all(Condition(facet="club.joined", op="le", value=30)),
    ),
    Recipe("regulars", "مشتری‌های همیشگی", "Regulars", _all(_bought(4, 90))),
    Recipe("one-timers", "یک‌بار خریده‌ها", "One-timers", _all(_bought(1, 365), _silent(30))),
    Recipe("slipping", "در حال رفتن", "Slipping away", _all(_bought(3, 365), _silent(60))),
    Recipe("lost", "از دست رفته‌ها", "Lost", _all(_silent(180))),
    Recipe(
        "birthdays",
        "نزدیک تولد",
        "Birthdays soon",
        _all(Condition(facet="club.birthday", params={"days": 7}, op="yes")),
    ),
)
# Which of them belong to which aim, so that they are ticked beforehand.
OF_AIM = {
    "repeat": ("regulars", "one-timers", "slipping"),
    "basket": ("regulars", "birthdays"),
    "back": ("slipping", "lost"),
    "fresh": ("newcomers", "one-timers"),
}


def recipe_named(code: str) -> Recipe | None:
    """The recipe of that code."""
    return next((one for one in RECIPES if one.code == code), None)
