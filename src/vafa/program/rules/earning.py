"""What a purchase or a joining earns: pure functions from facts and a published program.

The arithmetic (docs/how-points-are-computed.md has worked examples), all integers, rounded down:

    base      = paid * points / step             for each per-step rule, on the lines that count
    extra     = paid of the lines that both count * points / step * (percent - 100) / 100
    shares    = the points of all parts on the same lines, spread by what was paid for them

Every multiplier adds its own extra on the base, so parts are independent of each other and of
the order of rules, but where a stacking group says otherwise; there the best (or the first) wins
each line by itself. Rounding down makes splitting a bill never worth more than the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from vafa.core.jalali import Calendar
from vafa.program.rules.birthdays import near_birthday
from vafa.program.rules.document import Program
from vafa.program.rules.index import Index, birthday_distance, index_of
from vafa.program.rules.rule import Fixed, PerItem, PerStep, Rule, Times
from vafa.program.rules.shares import spread
from vafa.program.rules.stacking import Matched, stack
from vafa.program.rules.tiers import tier_for


class LineFacts(NamedTuple):
    """What was really paid for a line (no points, no voucher), and what was bought;
    ``quantity`` in thousandths."""

    paid: int
    category_id: int | None
    product_id: int | None = None
    quantity: int = 1000


class PurchaseFacts(NamedTuple):
    """Everything that the rules may see of a purchase. ``day`` and ``minute`` are the club's."""

    day: date
    calendar: Calendar
    branch_id: int
    lines: Sequence[LineFacts]
    birth_date: date | None
    tier_points: int
    minute: int = 0
    merchant_id: int = 0
    channel: str = "store"
    gender: str = ""


class JoiningFacts(NamedTuple):
    """Everything that the rules may see of a joining. ``day`` is the club's."""

    day: date
    branch_id: int | None = None
    gender: str = ""


class Part(NamedTuple):
    """Points of one rule (or tier) with what it saw, as it is stored and explained."""

    rule: str
    kind: str
    points: int
    saw: dict[str, int | str]


class Decided(NamedTuple):
    """What a happening earns; ``shares`` are points per line, in the order of the lines."""

    points: int
    parts: list[Part]
    shares: list[int]


Placed = tuple[Part, tuple[int, ...]]  # a part and the lines that carry it


def decide_purchase(program: Program, facts: PurchaseFacts) -> Decided:
    """Points that this purchase earns, part by part."""
    index = index_of(program, "purchase")
    tier = tier_for(program, facts.tier_points)
    everything = tuple(range(len(facts.lines)))
    matched = _matched(index, facts, tier.code if tier else None, everything)
    if program.groups:
        matched = stack(program, matched)
    bases = [(rule, lines) for rule, lines in matched if isinstance(rule.gives, PerStep)]
    placed: list[Placed] = []
    for rule, lines in matched:
        gives = rule.gives
        if isinstance(gives, Times):
            for base, on in bases:
                both = _common(lines, on, everything)
                placed.append((_extra(facts, rule.id, "times", base, both, gives.percent), both))
        else:
            placed.append((_part(facts, rule, lines), lines))
    if tier is not None and tier.percent > 100:
        for base, on in bases:
            placed.append((_extra(facts, tier.code, "tier", base, on, tier.percent), on))
    return _decided(facts, [one for one in placed if one[0].points])


def decide_joining(program: Program, facts: JoiningFacts) -> Decided:
    """Points for becoming a member."""
    index = index_of(program, "joining")
    seen = {"branch": facts.branch_id, "gender": facts.gender}
    mask = index.everything
    for fact, choice in index.chosen.items():
        mask &= choice.allowed(seen[fact])
    if index.day is not None:
        mask &= index.day.allowed(facts.day.toordinal())
    matched: list[Matched] = [(index.rules[n], ()) for n in index.bits(mask)]
    if program.groups:
        matched = stack(program, matched)
    parts = [
        Part(rule.id, "joining", rule.gives.points, {})
        for rule, _ in matched
        if isinstance(rule.gives, Fixed)
    ]
    return Decided(sum(part.points for part in parts), parts, [])


def _matched(
    index: Index, facts: PurchaseFacts, tier: str | None, everything: tuple[int, ...]
) -> list[Matched]:
    """The rules whose conditions hold, in their order, and the lines that count for each."""
    mask = index.everything & _allowed(index, facts, tier)
    if not mask & index.by_lines:
        return [(index.rules[n], everything) for n in index.bits(mask)]
    masks = [mask & _of_line(index, line) for line in facts.lines]
    any_line = 0
    for one in masks:
        any_line |= one
    out: list[Matched] = []
    for n in index.bits(mask & (any_line | ~index.by_lines)):
        lines = everything
        if index.by_lines >> n & 1:
            lines = tuple([i for i in everything if masks[i] >> n & 1])
        out.append((index.rules[n], lines))
    return out


def _allowed(index: Index, facts: PurchaseFacts, tier: str | None) -> int:
    mask = index.everything
    chosen = index.chosen
    if chosen:
        seen: dict[str, int | str | None] = {
            "branch": facts.branch_id,
            "merchant": facts.merchant_id,
            "channel": facts.channel,
            "weekday": (facts.day.weekday() + 2) % 7,
            "tier": tier,
            "gender": facts.gender,
        }
        for fact, choice in chosen.items():
            mask &= choice.of.get(seen[fact], choice.other)
    if index.total is not None:
        mask &= index.total.allowed(sum([line.paid for line in facts.lines]))
    if index.minute is not None:
        mask &= index.minute.allowed(facts.minute)
    if index.day is not None:
        mask &= index.day.allowed(facts.day.toordinal())
    if index.birthday is not None:
        born = facts.birth_date
        days = None if born is None else near_birthday(born, facts.day, facts.calendar)
        mask &= index.birthday.allowed(birthday_distance(days))
    return mask


def _of_line(index: Index, line: LineFacts) -> int:
    mask = index.by_lines
    if index.product is not None:
        mask &= index.product.allowed(line.product_id)
    if index.category is not None:
        mask &= index.category.allowed(line.category_id)
    return mask


def _common(a: tuple[int, ...], b: tuple[int, ...], everything: tuple[int, ...]) -> tuple[int, ...]:
    if a is everything or a == b:
        return b
    if b is everything:
        return a
    return tuple([i for i in a if i in b])


def _part(facts: PurchaseFacts, rule: Rule, lines: tuple[int, ...]) -> Part:
    gives = rule.gives
    if isinstance(gives, PerStep):
        paid = _paid(facts, lines)
        saw: dict[str, int | str] = {"paid": paid, "points": gives.points, "step": gives.step}
        return Part(rule.id, gives.kind, paid * gives.points // gives.step, saw)
    if isinstance(gives, PerItem):
        pieces = sum(facts.lines[i].quantity // 1000 for i in lines)
        return Part(rule.id, gives.kind, pieces * gives.points, {"pieces": pieces})
    assert isinstance(gives, Fixed)
    return Part(rule.id, gives.kind, gives.points, {})


def _extra(
    facts: PurchaseFacts, rule: str, kind: str, base: Rule, lines: tuple[int, ...], percent: int
) -> Part:
    step = base.gives
    assert isinstance(step, PerStep)
    paid = _paid(facts, lines)
    points = paid * step.points * (percent - 100) // (step.step * 100)
    return Part(rule, kind, points, {"paid": paid, "percent": percent})


def _paid(facts: PurchaseFacts, lines: tuple[int, ...]) -> int:
    return sum([facts.lines[i].paid for i in lines])


def _decided(facts: PurchaseFacts, placed: Sequence[Placed]) -> Decided:
    points = sum([part.points for part, _ in placed])
    parts = [part for part, _ in placed]
    if len(facts.lines) == 1:
        return Decided(points, parts, [points])
    together: dict[tuple[int, ...], int] = {}
    for part, lines in placed:
        together[lines] = together.get(lines, 0) + part.points
    shares = [0] * len(facts.lines)
    for lines, amount in together.items():
        for i, share in zip(
            lines, spread(amount, [facts.lines[i].paid for i in lines]), strict=True
        ):
            shares[i] += share
    return Decided(points, parts, shares)
