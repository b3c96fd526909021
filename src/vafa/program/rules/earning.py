"""What a purchase or a joining earns: pure functions from facts and a published program.

The arithmetic (docs/how-points-work.md has worked examples), all integers, rounded down:

    base      = paid * points / step             for each per-step rule, on the lines that count
    extra     = paid of the lines that both count * points / step * (percent - 100) / 100
    shares    = the points of all parts on the same lines, spread by what was paid for them

Every multiplier adds its own extra on the base, so parts are independent of each other and of
the order of rules, but where a stacking group says otherwise; there the best (or the first) wins
each line by itself. Rounding down makes splitting a bill never worth more than the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vafa.program.rules.allowances import Spare, cut_facts, drawing_key
from vafa.program.rules.asked import asked_of
from vafa.program.rules.deeds import DEEDS, Deed, deeds_in
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.expressions import NOTHING
from vafa.program.rules.facts import LineFacts, PurchaseFacts
from vafa.program.rules.index import index_of
from vafa.program.rules.matching import matched_rules
from vafa.program.rules.rule import Fixed, Given, PerItem, PerStep, Rule, Times
from vafa.program.rules.shares import spread
from vafa.program.rules.stacking import Matched, givable, stack

# Whoever asks for a decision finds what it is made of here.
__all__ = ["Decided", "LineFacts", "Part", "PurchaseFacts"]


class Part(NamedTuple):
    """Points of one rule (or tier) with what it saw, as it is stored and explained."""

    rule: str
    kind: str
    points: int
    saw: dict[str, int | str]
    unit: Given = "points"


class Decided(NamedTuple):
    """What a happening earns: points, credit, and tier points beside those that the points are.

    ``shares`` are points per line, in the order of the lines; ``credit_shares`` and ``tier_shares``
    the same of the others, empty where there is none.
    """

    points: int
    parts: list[Part]
    shares: list[int]
    credit: int = 0
    tier: int = 0
    credit_shares: Sequence[int] = ()
    tier_shares: Sequence[int] = ()

    @property
    def anything(self) -> bool:
        """Whether it earns or does anything at all."""
        return bool(self.points or self.credit or self.tier or self.deeds)

    @property
    def deeds(self) -> list[Part]:
        """The parts that do something beside giving an amount."""
        return deeds_in(self.parts)

    @property
    def tier_points(self) -> int:
        """What of it counts for the tier."""
        return self.points + self.tier

    def shares_of(self, lines: Sequence[int]) -> list[tuple[int, ...]]:
        """What each line carries, as a decision keeps it: (line, points), with credit and tier
        points behind where there are any."""
        if not (self.credit or self.tier):
            return [(line, n) for line, n in zip(lines, self.shares, strict=True) if n]
        nothing = [0] * len(lines)
        rows = zip(
            lines,
            self.shares,
            self.credit_shares or nothing,
            self.tier_shares or nothing,
            strict=True,
        )
        return [row for row in rows if any(row[1:])]


_POINTS = {"points"}


class Placed(NamedTuple):
    """A part, and the lines that carry it."""

    part: Part
    lines: tuple[int, ...]


def decide_purchase(program: Program, facts: PurchaseFacts) -> Decided:
    """Points that this purchase earns, part by part."""
    index = index_of(program, "purchase")
    tier = program.tier(facts.tier) if facts.tier else None
    everything = tuple(range(len(facts.lines)))
    matched = matched_rules(index, facts, tier.code if tier else None, everything)
    if index.targets:
        matched = givable(matched, facts.shut)
    limits = index.limits_at(facts.branch_id, facts.merchant_id)
    spare = Spare(limits, facts.left) if limits else None
    idle: list[Part] = []
    if spare is not None:
        matched, idle = able_rules(spare, matched)
    if program.groups:
        matched = stack(program, matched)
    placed = _placed(facts, matched, tier, everything)
    if index.needs != NOTHING:
        placed = _with_asked(facts, matched, placed)
    if spare is not None:
        placed = [one._replace(part=cut_part(spare, one.part)) for one in placed]
    if program.earning.ceiling:
        placed = _under(program.earning.ceiling, placed)
    decided = _decided(facts, [one for one in placed if is_told(one.part)])
    decided.parts.extend(idle)
    return decided


def is_told(part: Part) -> bool:
    """Whether a part gives something, does something, or was kept from it by a limit."""
    return bool(part.points) or "before" in part.saw or part.kind in DEEDS


def _with_asked(facts: PurchaseFacts, matched: list[Matched], placed: list[Placed]) -> list[Placed]:
    """The parts with what their rules were told of the member."""
    asked = {rule.id: asked_of(rule, facts) for rule, _ in matched}
    return [
        one._replace(part=one.part._replace(saw=one.part.saw | asked[one.part.rule]))
        if one.part.kind != "tier" and asked[one.part.rule]
        else one
        for one in placed
    ]


def _placed(
    facts: PurchaseFacts, matched: list[Matched], tier: Tier | None, everything: tuple[int, ...]
) -> list[Placed]:
    """The part of each rule on each base, and of the tier, with the lines that carry it."""
    bases = [(rule, lines) for rule, lines in matched if isinstance(rule.gives, PerStep)]
    placed: list[Placed] = []
    for rule, lines in matched:
        gives = rule.gives
        if isinstance(gives, Times):
            for base, on in bases:
                if base.gives.unit != gives.unit:
                    continue
                both = _common(lines, on, everything)
                extra = _extra(facts, rule.id, "times", base, both, gives.percent)
                placed.append(Placed(extra, both))
        elif isinstance(gives, Deed):
            saw = gives.saw(_paid(facts, lines))
            if saw is not None:
                placed.append(Placed(Part(rule.id, gives.kind, 0, saw), lines))
        else:
            placed.append(Placed(_part(facts, rule, lines), lines))
    if tier is not None and tier.percent > 100:
        for base, on in bases:
            if base.gives.unit != "points":
                continue
            extra = _extra(facts, tier.code, "tier", base, on, tier.percent)
            placed.append(Placed(extra, on))
    return placed


def able_rules(spare: Spare, matched: list[Matched]) -> tuple[list[Matched], list[Part]]:
    """The rules without those of stacking groups to which a limit leaves nothing, which must not
    win over one that may give something; and these as parts of nothing."""
    able: list[Matched] = []
    idle: list[Part] = []
    for one in matched:
        rule = one[0]
        limited = bool(rule.group) and spare.limits(rule.id)
        by = spare.used_up(rule.id) if limited else None
        if by is None:
            able.append(one)
        else:
            idle.append(Part(rule.id, rule.gives.kind, 0, cut_facts(0, by), rule.gives.unit))
    return able, idle


def cut_part(spare: Spare, part: Part) -> Part:
    """The part as far as the limits of its rule and its place reach, which it uses up.

    A limit is of its own rule alone: an extra on the points of another is the same whether those
    were cut or not, so that a bill in pieces gains nothing.
    """
    key = drawing_key(part)
    if not spare.limits(key):
        return part
    if part.kind in DEEDS:
        by = spare.take_time(key)
        return part if by is None else part._replace(saw=part.saw | cut_facts(0, by))
    points, by = spare.take(key, part.points)
    if by is None:
        return part
    return part._replace(points=points, saw=part.saw | cut_facts(part.points, by))


def _under(ceiling: int, placed: Sequence[Placed]) -> list[Placed]:
    """What fits under the ceiling of one purchase: the first parts, and of the next the rest."""
    out: list[Placed] = []
    for one in placed:
        part = one.part
        if part.unit != "points":
            out.append(one)
            continue
        points = min(part.points, ceiling)
        if points < part.points:
            saw = {"before": part.points} | part.saw | {"ceiling": True}
            part = part._replace(points=points, saw=saw)
        ceiling -= points
        out.append(one._replace(part=part))
    return out


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
        return Part(rule.id, gives.kind, paid * gives.points // gives.step, saw, gives.unit)
    if isinstance(gives, PerItem):
        pieces = sum(facts.lines[i].quantity // 1000 for i in lines)
        return Part(rule.id, gives.kind, pieces * gives.points, {"pieces": pieces}, gives.unit)
    assert isinstance(gives, Fixed)
    return Part(rule.id, gives.kind, gives.points, {}, gives.unit)


def _extra(
    facts: PurchaseFacts, rule: str, kind: str, base: Rule, lines: tuple[int, ...], percent: int
) -> Part:
    step = base.gives
    assert isinstance(step, PerStep)
    paid = _paid(facts, lines)
    points = paid * step.points * (percent - 100) // (step.step * 100)
    return Part(rule, kind, points, {"paid": paid, "percent": percent}, step.unit)


def _paid(facts: PurchaseFacts, lines: tuple[int, ...]) -> int:
    return sum([facts.lines[i].paid for i in lines])


def _decided(facts: PurchaseFacts, placed: Sequence[Placed]) -> Decided:
    parts = [one.part for one in placed]
    if {part.unit for part in parts} <= _POINTS:
        return Decided(*_of_lines(facts, placed, parts))
    points, _, shares = _of_unit(facts, placed, "points")
    credit, _, credit_shares = _of_unit(facts, placed, "credit")
    tier, _, tier_shares = _of_unit(facts, placed, "tier")
    return Decided(points, parts, shares, credit, tier, credit_shares, tier_shares)


def _of_unit(
    facts: PurchaseFacts, placed: Sequence[Placed], unit: Given
) -> tuple[int, list[Part], list[int]]:
    some = [one for one in placed if one.part.unit == unit]
    return _of_lines(facts, some, [one.part for one in some])


def _of_lines(
    facts: PurchaseFacts, placed: Sequence[Placed], parts: list[Part]
) -> tuple[int, list[Part], list[int]]:
    """The sum of parts of one unit, the parts, and what each line carries of it."""
    points = sum([part.points for part in parts])
    if len(facts.lines) == 1:
        return points, parts, [points]
    together: dict[tuple[int, ...], int] = {}
    for part, lines in placed:
        together[lines] = together.get(lines, 0) + part.points
    shares = [0] * len(facts.lines)
    for lines, amount in together.items():
        for i, share in zip(
            lines, spread(amount, [facts.lines[i].paid for i in lines]), strict=True
        ):
            shares[i] += share
    return points, parts, shares
