"""What a happening earns that is no purchase: a joining, a birthday, a visit, an event ... Pure."""

from __future__ import annotations

from typing import NamedTuple

from vafa.program.rules.allowances import Spare
from vafa.program.rules.document import Program
from vafa.program.rules.earning import Decided, Part, able_rules, cut_part
from vafa.program.rules.facts import PurchaseFacts
from vafa.program.rules.index import index_of
from vafa.program.rules.matching import matched_rules
from vafa.program.rules.moments import Happening
from vafa.program.rules.rule import Fixed, Given, Rule
from vafa.program.rules.stacking import Matched, stack

_UNITS: tuple[Given, ...] = ("points", "credit", "tier")


class HappeningFacts(NamedTuple):
    """Everything that the rules may see of a happening.

    ``around`` is what a purchase without lines would show of the member, the moment and the place.
    ``what``: which occasion, event or challenge, or of a schedule the rule that has it. ``nth``: of
    an anniversary which one.
    """

    on: Happening
    around: PurchaseFacts
    what: str = ""
    nth: int = 0


def decide_happening(program: Program, facts: HappeningFacts) -> Decided:
    """What this happening earns, part by part; it has no lines to share it."""
    index = index_of(program, facts.on)
    matched = matched_rules(index, facts.around, facts.around.tier, ())
    matched = [one for one in matched if _is_about(one[0], facts)]
    spare = Spare(index.allowances, facts.around.left)
    matched, idle = able_rules(spare, index, matched)
    if program.groups:
        matched = stack(program, matched)
    parts = [cut_part(spare, index, _part(one, facts)) for one in matched]
    parts = [part for part in parts if part.points or "before" in part.saw]
    sums = {unit: sum(p.points for p in parts if p.unit == unit) for unit in _UNITS}
    every = [*parts, *idle]
    return Decided(sums["points"], every, [], credit=sums["credit"], tier=sums["tier"])


def _is_about(rule: Rule, facts: HappeningFacts) -> bool:
    if facts.on == "schedule":
        return rule.id == facts.what
    return rule.what == facts.what and (not rule.years or facts.nth in rule.years)


def _part(matched: Matched, facts: HappeningFacts) -> Part:
    rule = matched[0]
    assert isinstance(rule.gives, Fixed)
    if facts.on == "joining":
        return Part(rule.id, "joining", rule.gives.points, {}, rule.gives.unit)
    saw: dict[str, int | str] = {"on": facts.on}
    if facts.what and facts.on != "schedule":
        saw["what"] = facts.what
    if facts.nth:
        saw["nth"] = facts.nth
    return Part(rule.id, "happening", rule.gives.points, saw, rule.gives.unit)
