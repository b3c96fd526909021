"""Several vouchers on one bill: the best total for the member, and what each takes off each line.

Vouchers are applied one after another, each to what the earlier ones left, so that the order
matters: percentages before amounts is mostly better, but not always, once caps and products come
in (``orders``). Only the end is rounded: the total down to a whole unit, its parts so that they
add up and no line goes below zero. Gift cards are money: they pay what the discounts leave, the first to expire first. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import NamedTuple

from vafa.program.rules.offers import Basket, BasketLine, Offer, counts, gift_pieces
from vafa.program.rules.orders import Step, best_order
from vafa.program.rules.rounding import whole_parts
from vafa.program.rules.shares import spread

MOST_CODES = 10


@dataclass(frozen=True, slots=True)
class Applied:
    """One voucher on the bill: ``amount`` off in all, ``shares`` by line."""

    code: str
    amount: int
    shares: tuple[int, ...]


class _Groups(NamedTuple):
    """Lines that every voucher treats alike: ``of_line`` says which group, ``amounts`` its sum."""

    of_line: tuple[int, ...]
    amounts: tuple[int, ...]


def best_total(basket: Basket, offers: Sequence[Offer]) -> list[Applied]:
    """The vouchers to use, and what each takes off: those that together take the most.

    Every offer must fit the bill. One that adds nothing is left out and keeps its use; the first
    voucher for free delivery is used whatever it takes off. The order of ``offers`` is no matter.
    """
    known = sorted(offers, key=lambda o: (o.expires_at, o.code))
    discounts = [o for o in known if o.kind in ("voucher", "percent", "buy_get")]
    applied = _best_discounts(basket.lines, discounts)
    room = [line.amount for line in basket.lines]
    for use in applied:
        room = [left - part for left, part in zip(room, use.shares, strict=True)]
    for card in (o for o in known if o.kind == "gift"):
        paid = min(card.worth, sum(room))
        if paid:
            parts = spread(paid, room)
            applied.append(Applied(card.code, paid, tuple(parts)))
            room = [left - part for left, part in zip(room, parts, strict=True)]
    delivery = next((o for o in known if o.kind == "delivery"), None)
    if delivery is not None:
        applied.append(Applied(delivery.code, 0, (0,) * len(basket.lines)))
    return applied


def _best_discounts(lines: Sequence[BasketLine], offers: Sequence[Offer]) -> list[Applied]:
    together = [o for o in offers if not o.terms.alone]
    choices = [_best_of(lines, together), *(_best_of(lines, [o]) for o in offers if o.terms.alone)]
    return max(choices, key=lambda uses: sum(use.amount for use in uses))


def _best_of(lines: Sequence[BasketLine], offers: Sequence[Offer]) -> list[Applied]:
    """The best of vouchers that go together; one without which it is as good is left out, those
    that expire last first."""
    if not offers:
        return []
    groups = _grouped(lines, offers)
    steps = [Step.of(offer, lines, groups.of_line) for offer in offers]
    needed = list(range(len(offers)))
    order, most = _in_best_order(groups, steps, needed)
    for number in reversed(range(len(offers))):
        fewer = [n for n in needed if n != number]
        other, total = _in_best_order(groups, steps, fewer)
        if total == most:
            needed, order = fewer, other
    return _rounded(lines, offers, groups, _apply(groups, steps, order))


def _in_best_order(
    groups: _Groups, steps: Sequence[Step], numbers: Sequence[int]
) -> tuple[list[int], int]:
    """The order of these that takes the most, and how much that is in whole units."""
    found = best_order([steps[n] for n in numbers], groups.amounts)
    order = [numbers[n] for n in found]
    return order, floor(sum(sum(taken, Fraction(0)) for _, taken in _apply(groups, steps, order)))


def _apply(
    groups: _Groups, steps: Sequence[Step], order: Sequence[int]
) -> list[tuple[int, list[Fraction]]]:
    """What each voucher takes off each group of lines, exactly, in this order."""
    left = [Fraction(amount) for amount in groups.amounts]
    uses = []
    for number in order:
        taken = steps[number].taken(left)
        left = [a - b for a, b in zip(left, taken, strict=True)]
        uses.append((number, taken))
    return uses


def _grouped(lines: Sequence[BasketLine], offers: Sequence[Offer]) -> _Groups:
    marks: list[list[object]] = [[] for _ in lines]
    for offer in offers:
        if offer.kind == "buy_get":
            pieces = gift_pieces(offer, lines)
            for n, (mark, piece) in enumerate(zip(marks, pieces, strict=True)):
                mark.append(n if piece else None)
        else:
            for mark, is_in in zip(marks, counts(offer, lines), strict=True):
                mark.append(is_in)
    numbers: dict[tuple[object, ...], int] = {}
    of_line = tuple(numbers.setdefault(tuple(mark), len(numbers)) for mark in marks)
    amounts = [0] * len(numbers)
    for group, line in zip(of_line, lines, strict=True):
        amounts[group] += line.amount
    return _Groups(of_line, tuple(amounts))


def _rounded(
    lines: Sequence[BasketLine],
    offers: Sequence[Offer],
    groups: _Groups,
    uses: Sequence[tuple[int, list[Fraction]]],
) -> list[Applied]:
    """Whole amounts by line: of a group's part each line gets what its amount is of the group."""
    exact = [
        [
            taken[g] * line.amount / groups.amounts[g] if groups.amounts[g] else Fraction(0)
            for g, line in zip(groups.of_line, lines, strict=True)
        ]
        for _, taken in uses
    ]
    applied = [
        Applied(offers[number].code, sum(row), tuple(row))
        for (number, _), row in zip(uses, whole_parts(exact), strict=True)
    ]
    return [use for use in applied if use.amount]
