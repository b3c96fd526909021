"""What of a bill earns: the programme's settings, and the money of each line by them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from pydantic import Field

from vafa.program.rules.frozen import Frozen
from vafa.program.rules.shares import spread

# What a line may be for, beside goods and services ("").
LINE_KINDS = ("delivery", "tax", "gift_card")


class EarningTerms(Frozen):
    """What earns beside the money paid for goods: nothing, unless it is switched on.

    ``on_points`` and ``on_credit``: the part of a bill that these paid. ``ceiling``: the points
    that one purchase may earn at most; 0: without a ceiling.
    """

    on_delivery: bool = False
    on_tax: bool = False
    on_gift_cards: bool = False
    on_points: bool = False
    on_credit: bool = False
    ceiling: Annotated[int, Field(ge=0, le=10**9)] = 0

    def earns(self, kind: str) -> bool:
        """Whether a line of that kind earns."""
        switches = {
            "delivery": self.on_delivery,
            "tax": self.on_tax,
            "gift_card": self.on_gift_cards,
        }
        return switches.get(kind, True)


class BillLine(NamedTuple):
    """A line as it was billed: its amount, what vouchers took off it, and what it is for."""

    amount: int
    off: int = 0
    kind: str = ""


def earning_amounts(
    terms: EarningTerms, lines: Sequence[BillLine], by_points: int, by_credit: int
) -> list[int | None]:
    """The money of each line that earns (smallest units), None for lines that do not count at all.

    What points and credit paid lies on all lines in proportion, those that do not earn too.
    """
    paid = (0 if terms.on_points else by_points) + (0 if terms.on_credit else by_credit)
    amounts = [line.amount - line.off for line in lines]
    taken = spread(paid, amounts) if paid else [0] * len(amounts)
    return [
        amount - part if not line.kind or terms.earns(line.kind) else None
        for line, amount, part in zip(lines, amounts, taken, strict=True)
    ]
