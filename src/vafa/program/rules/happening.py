"""What a happening earns that is no purchase: a joining, a birthday, a visit, an event ... Pure."""

from __future__ import annotations

from typing import NamedTuple

from vafa.program.rules.allowances import Spare
from vafa.program.rules.deeds import Deed
from vafa.program.rules.document import Program
from vafa.program.rules.earning import Decided, Part, able_rules, cut_part, is_told
from vafa.program.rules.facts import PurchaseFacts
from vafa.program.rules.index import index_of
from vafa.program.rules.matching import matched_rules
from vafa.program.rules.moments import OF_ONE_RULE, Happening
from vafa.program.rules.rule import Fixed, Given, Rule
from vafa.program.rules.stacking import Matched, givable, stack

_UNITS: tuple[Given, ...] = ("points", "credit", "tier")


class HappeningFacts(NamedTuple):
    """Everything that the rules may see of a happening.

    ``around`` is what a purchase without lines would show of the member, the moment and the place.
    ``what``: which occasion, event or challenge, or of a schedule and of a date of hers the rule that
    has it. ``nth``: of an anniversary, or of a date's returns, which one.
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
    matched = givable(matched, facts.around.shut)
    around = facts.around
    spare = Spare(index.limits_at(around.branch_id, around.merchant_id), around.left)
    matched, idle = able_rules(spare, matched)
    if program.groups:
        matched = stack(program, matched)
    parts = [cut_part(spare, _part(one, facts)) for one in matched]
    parts = [part for part in parts if is_told(part)]
    sums = {unit: sum(p.points for p in parts if p.unit == unit) for unit in _UNITS}
    every = [*parts, *idle]
    return Decided(sums["points"], every, [], credit=sums["credit"], tier=sums["tier"])


def _is_about(rule: Rule, facts: HappeningFacts) -> bool:
    named = rule.id if facts.on in OF_ONE_RULE else rule.what
    return named == facts.what and (not rule.years or facts.nth in rule.years)


def _part(matched: Matched, facts: HappeningFacts) -> Part:
    rule = matched[0]
    gives = rule.gives
    assert isinstance(gives, Fixed | Deed)
    saw: dict[str, int | str] = {}
    if facts.on != "joining":
        saw["on"] = facts.on
    if rule.what:
        saw["what"] = rule.what
    if facts.nth:
        saw["nth"] = facts.nth
    if isinstance(gives, Deed):
        return Part(rule.id, gives.kind, 0, saw | (gives.saw(0) or {}))
    kind = "joining" if facts.on == "joining" else "happening"
    return Part(rule.id, kind, gives.points, saw, gives.unit)
