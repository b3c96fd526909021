"""What a purchase or a joining earns: pure functions from facts and a published program.

The arithmetic (docs/how-points-are-computed.md has worked examples), all integers, rounded down:

    base      = paid * points / step             for each per-amount rule, on the whole bill
    extra     = paid of matching lines * points / step * (percent - 100) / 100
    shares    = every part spread over the lines by what was paid for them, largest remainder

Every multiplier adds its own extra on the base, so parts are independent of each other and of
the order of rules. Rounding down makes splitting a bill never worth more than the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from vafa.core.jalali import Calendar, days_in_month, make_date, ymd
from vafa.program.rules.document import Birthday, Multiplier, PerAmount, Program, Tier, Welcome


class LineFacts(NamedTuple):
    """What was really paid for a line (no points, no voucher), and its category."""

    paid: int
    category_id: int | None


class PurchaseFacts(NamedTuple):
    """Everything that the rules may see of a purchase. ``day`` is the club's local date."""

    day: date
    calendar: Calendar
    branch_id: int
    lines: Sequence[LineFacts]
    birth_date: date | None
    tier_points: int


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


def decide_purchase(program: Program, facts: PurchaseFacts) -> Decided:
    """Points that this purchase earns, part by part."""
    parts: list[Part] = []
    shares = [0] * len(facts.lines)
    paid = sum(line.paid for line in facts.lines)
    everything = range(len(facts.lines))
    for base in program.rules:
        if not isinstance(base, PerAmount) or not base.is_active:
            continue
        points = paid * base.points // base.step
        saw: dict[str, int | str] = {"paid": paid, "points": base.points, "step": base.step}
        _add(parts, shares, facts, everything, Part(base.id, base.kind, points, saw))
        for rule in program.rules:
            if rule.is_active and isinstance(rule, Multiplier | Birthday):
                matching = _matching(rule, facts)
                if matching:
                    _add_extra(
                        parts, shares, facts, matching, base, rule.id, rule.kind, rule.percent
                    )
        tier = tier_for(program, facts.tier_points)
        if tier is not None:
            _add_extra(parts, shares, facts, everything, base, tier.code, "tier", tier.percent)
    return Decided(sum(part.points for part in parts), parts, shares)


def decide_joining(program: Program) -> Decided:
    """Points for becoming a member."""
    parts = [
        Part(rule.id, rule.kind, rule.points, {})
        for rule in program.rules
        if isinstance(rule, Welcome) and rule.is_active
    ]
    return Decided(sum(part.points for part in parts), parts, [])


def tier_for(program: Program, tier_points: int) -> Tier | None:
    """The highest tier that ``tier_points`` reach; None below all of them."""
    reached = None
    for tier in program.tiers:
        if tier.from_points <= tier_points:
            reached = tier
    return reached


def next_tier(program: Program, tier_points: int) -> Tier | None:
    """The tier above; None at the top."""
    return next((tier for tier in program.tiers if tier.from_points > tier_points), None)


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """``amount`` divided in proportion to ``weights``, whole parts that add up to it exactly.

    Largest remainder (Hamilton); equal remainders go to the earlier one. All weights zero: the
    first takes everything.
    """
    total = sum(weights)
    if not weights:
        return []
    if total == 0:
        return [amount, *([0] * (len(weights) - 1))]
    if len(weights) == 1:
        return [amount]
    parts = [amount * weight // total for weight in weights]
    missing = amount - sum(parts)
    if missing:
        order = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % total), i))
        for i in order[:missing]:
            parts[i] += 1
    return parts


def _add(
    parts: list[Part], shares: list[int], facts: PurchaseFacts, lines: Sequence[int], part: Part
) -> None:
    if part.points == 0:
        return
    parts.append(part)
    if len(shares) == 1:
        shares[0] += part.points
        return
    spread_over = spread(part.points, [facts.lines[i].paid for i in lines])
    for i, share in zip(lines, spread_over, strict=True):
        shares[i] += share


def _add_extra(
    parts: list[Part],
    shares: list[int],
    facts: PurchaseFacts,
    lines: Sequence[int],
    base: PerAmount,
    rule: str,
    kind: str,
    percent: int,
) -> None:
    paid = sum(facts.lines[i].paid for i in lines)
    points = paid * base.points * (percent - 100) // (base.step * 100)
    saw: dict[str, int | str] = {"paid": paid, "percent": percent}
    _add(parts, shares, facts, lines, Part(rule, kind, points, saw))


def _matching(rule: Multiplier | Birthday, facts: PurchaseFacts) -> Sequence[int]:
    everything = range(len(facts.lines))
    if isinstance(rule, Birthday):
        if facts.birth_date is None or not _season_of(facts.birth_date, facts.day):
            return ()
        away = days_from_birthday(facts.birth_date, facts.day, facts.calendar)
        return everything if away <= rule.days else ()
    if rule.branch_ids and facts.branch_id not in rule.branch_ids:
        return ()
    if rule.weekdays and (facts.day.weekday() + 2) % 7 not in rule.weekdays:
        return ()
    if rule.category_ids:
        return [i for i in everything if facts.lines[i].category_id in rule.category_ids]
    return everything


def _season_of(birth: date, day: date) -> bool:
    """Whether a birthday may be near ``day`` in any calendar: a cheap look before the exact one.

    A Jalali date moves by at most two days in the Gregorian year, and a rule looks 30 days around.
    """
    away = abs(birth.timetuple().tm_yday - day.timetuple().tm_yday)
    return min(away, 366 - away) <= 36


@lru_cache(maxsize=65_536)
def days_from_birthday(birth: date, day: date, calendar: Calendar) -> int:
    """Days between ``day`` and the nearest birthday of the club's calendar.

    Someone born on a leap day has her birthday on the last day of that month in other years.
    """
    _, month, dom = ymd(birth, calendar)
    year = ymd(day, calendar)[0]
    birthdays = [
        make_date(y, month, min(dom, days_in_month(y, month, calendar)), calendar)
        for y in (year - 1, year, year + 1)
    ]
    return min(abs((day - b).days) for b in birthdays)
