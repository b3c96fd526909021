"""What a voucher gives, and on which bills: plain data, checked when it is read.

Amounts are in the currency's smallest unit, percentages whole, quantities whole pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from vafa.program.rules.frozen import Frozen

OfferKind = Literal[
    "voucher", "percent", "gift", "buy_get", "delivery", "product", "text", "partner", "chances"
]
# What pays on a bill, what is handed over at the counter, and what somebody else honours.
ON_BILLS = ("voucher", "percent", "gift", "buy_get", "delivery")
AT_COUNTER = ("product", "text")
KINDS = (*ON_BILLS, *AT_COUNTER, "partner")
# What a reward may be besides: chances in a draw, given at once.
REWARD_KINDS = (*KINDS, "chances")
Numbers = Annotated[tuple[int, ...], Field(max_length=5000)]
Channel = Literal["store", "phone", "online"]


class OfferTerms(Frozen):
    """The terms beside kind, worth, smallest basket, uses and window; nothing given: no limit.

    ``products`` and ``categories``: only lines of one of these count. ``alone``: no other discount
    on the same bill. Of ``percent``: ``percent`` off, ``cap`` at most. Of ``buy_get``: who buys
    ``buy`` pieces of the above (0: none need be bought) gets ``get`` pieces of ``get_products`` or
    ``get_categories`` (none: of the same), the cheapest on the bill, ``percent`` off (100: free),
    ``sets`` times. ``text``: what it is, for the member. ``per_member``: uses of one member.
    ``draw``: of ``chances``, the number of the draw that they are in.
    """

    percent: Annotated[int, Field(ge=1, le=100)] = 100
    cap: Annotated[int, Field(gt=0, le=10**13)] | None = None
    products: Numbers = ()
    categories: Numbers = ()
    channels: Annotated[tuple[Channel, ...], Field(max_length=3)] = ()
    branches: Numbers = ()
    buy: Annotated[int, Field(ge=0, le=1000)] = 0
    get: Annotated[int, Field(ge=1, le=1000)] = 1
    get_products: Numbers = ()
    get_categories: Numbers = ()
    sets: Annotated[int, Field(ge=1, le=1000)] = 1
    alone: bool = False
    per_member: Annotated[int, Field(ge=1, le=10**6)] | None = None
    text: Annotated[str, Field(max_length=400)] = ""
    draw: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _possible(self) -> OfferTerms:
        if len(set(self.channels)) != len(self.channels):
            raise ValueError("a channel is named twice")
        return self

    @property
    def is_of_some_lines(self) -> bool:
        """Whether only some lines of a bill count."""
        return bool(self.products or self.categories)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one code can give now. ``worth``: money off, or what is left on a gift card."""

    code: str
    kind: str
    worth: int
    min_basket: int
    expires_at: datetime
    terms: OfferTerms


class BasketLine(NamedTuple):
    """A line of a bill: its amount, its product and category, its quantity in thousandths."""

    amount: int
    product: int | None = None
    category: int | None = None
    quantity: int = 1000


class Basket(NamedTuple):
    """A bill that is to be paid: its lines, and where it is bought."""

    lines: Sequence[BasketLine]
    branch: int = 0
    channel: str = "store"

    @property
    def total(self) -> int:
        """The sum of its lines."""
        return sum(line.amount for line in self.lines)


def fits(offer: Offer, basket: Basket) -> bool:
    """Whether the bill is of a kind that the voucher is for, but for its amount: the branch, the
    channel, and something on it of what counts."""
    terms = offer.terms
    if terms.branches and basket.branch not in terms.branches:
        return False
    if terms.channels and basket.channel not in terms.channels:
        return False
    if offer.kind == "buy_get":
        return any(reduction > 0 for reduction in gift_pieces(offer, basket.lines))
    return any(counts(offer, basket.lines))


def counts(offer: Offer, lines: Sequence[BasketLine]) -> list[bool]:
    """Which lines the voucher may take something off (of ``buy_get``: which must be bought)."""
    terms = offer.terms
    if not terms.is_of_some_lines:
        return [True] * len(lines)
    return [line.product in terms.products or line.category in terms.categories for line in lines]


class _Piece(NamedTuple):
    """One piece that may be given: its price, and the line that it is on."""

    price: Fraction
    line: int
    may_be_bought: bool


def gift_pieces(offer: Offer, lines: Sequence[BasketLine]) -> list[Fraction]:
    """How much a ``buy_get`` voucher takes off each line, by the lines' full prices.

    The cheapest pieces are given, as many times as enough pieces remain that are paid for.
    """
    terms = offer.terms
    bought, given = counts(offer, lines), _given(terms, lines)
    pieces = [
        _Piece(Fraction(line.amount * 1000, line.quantity), n, bought[n])
        for n, line in enumerate(lines)
        if given[n] and line.amount
        for _ in range(min(line.quantity // 1000, terms.get * terms.sets + terms.buy * terms.sets))
    ]
    buyable = sum(line.quantity // 1000 for n, line in enumerate(lines) if bought[n])
    either = sum(line.quantity // 1000 for n, line in enumerate(lines) if bought[n] or given[n])
    givable = sum(line.quantity // 1000 for n, line in enumerate(lines) if given[n] and line.amount)
    sets = min(
        terms.sets,
        givable // terms.get,
        either // (terms.get + terms.buy),
        buyable // terms.buy if terms.buy else terms.sets,
    )
    off = [Fraction(0)] * len(lines)
    spare = buyable - sets * terms.buy
    wanted = sets * terms.get
    for piece in sorted(pieces, key=lambda p: (p.price, p.line)):
        if not wanted:
            break
        if piece.may_be_bought:
            if not spare:
                continue
            spare -= 1
        off[piece.line] += piece.price * terms.percent / 100
        wanted -= 1
    return off


def _given(terms: OfferTerms, lines: Sequence[BasketLine]) -> list[bool]:
    if not (terms.get_products or terms.get_categories):
        same = terms.is_of_some_lines
        return [
            not same or line.product in terms.products or line.category in terms.categories
            for line in lines
        ]
    return [
        line.product in terms.get_products or line.category in terms.get_categories
        for line in lines
    ]
