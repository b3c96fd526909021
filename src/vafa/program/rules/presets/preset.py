"""What a ready-made programme is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from vafa.core.money import CURRENCIES
from vafa.program.rules.document import Program
from vafa.program.rules.rule import Text

_RIAL_STEP = 100_000


class Place(NamedTuple):
    """The club that a programme is made for. ``step``: the sum (smallest units) for which a point
    is usual, about the price of a bread; ``category``: the goods that it is about, where it is
    about some."""

    step: int = _RIAL_STEP
    category: int | None = None


class Preset(NamedTuple):
    """A programme to start from: ``about`` says for whom it is, ``next_steps`` what is still to do
    by hand once it is published. ``by_category``: it may be about one category of goods."""

    name: str
    title: Text
    about: tuple[str, str]
    program: Callable[[Place], Program]
    next_steps: tuple[str, str] = ("", "")
    by_category: bool = False

    def said(self, texts: tuple[str, str], lang: str) -> str:
        """One of its texts in a language."""
        return texts[0] if lang == "fa" else texts[1]


def place_of(currency: str, category: int | None = None) -> Place:
    """The place of a club with that currency."""
    step = _RIAL_STEP if currency == "IRR" else 10 ** CURRENCIES[currency]
    return Place(step, category)


def share_of(step: int, percent: int) -> int:
    """``percent`` of a step, at least the smallest unit: what a point is worth."""
    return max(step * percent // 100, 1)
