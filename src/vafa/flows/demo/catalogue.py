"""The shop's products and what they cost when: prices of today, less inflation going back."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

_YEARLY_INFLATION = 1.36
_RIALS_PER_TOMAN = 10
_PRICE_STEP = 5_000
# Shop prices are changed about once a month.
_PRICES_HOLD_DAYS = 30


@dataclass(frozen=True, slots=True)
class Good:
    """A product: ``price`` in rials today, of a piece or (``by_weight``) of a kilogram."""

    sku: str
    name: str
    category: str
    price: int
    by_weight: bool

    def price_on(self, day: date, today: date) -> int:
        """Rials of a piece or kilogram on an earlier day."""
        months = (today - day).days // _PRICES_HOLD_DAYS
        years = months * _PRICES_HOLD_DAYS / 365
        price = self.price / math.pow(_YEARLY_INFLATION, years)
        return max(round(price / _PRICE_STEP), 1) * _PRICE_STEP


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category: its share of lines sold and of lines brought back."""

    code: str
    name: str
    share: float
    returned: float
    goods: tuple[Good, ...]


@cache
def shelves() -> tuple[Shelf, ...]:
    """The whole catalogue; within a category the first products sell best."""
    text = (resources.files(__package__) / "data" / "catalogue.json").read_text("utf-8")
    return tuple(
        Shelf(c["code"], c["name"], c["share"], c["returns"], _goods(c["code"], c["products"]))
        for c in json.loads(text)
    )


def _goods(category: str, products: list[list[str | int]]) -> tuple[Good, ...]:
    return tuple(
        Good(
            f"{category}-{n:02d}",
            str(name),
            category,
            int(toman) * _RIALS_PER_TOMAN,
            "kg" in more,
        )
        for n, (name, toman, *more) in enumerate(products, 1)
    )
