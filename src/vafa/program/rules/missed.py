"""Which rules a purchase missed, because of what, and by how much. Pure.

Asked for at a preview and by who wants to know; the hot path never needs it.
"""

from __future__ import annotations

from typing import NamedTuple

from vafa.program.rules.birthdays import days_from_birthday
from vafa.program.rules.conditions import (
    OF_LINES,
    Between,
    Condition,
    Expression,
    Lines,
    NearBirthday,
    OneOf,
    counter_of,
)
from vafa.program.rules.document import Program
from vafa.program.rules.expressions import judging
from vafa.program.rules.facts import LineFacts, PurchaseFacts
from vafa.program.rules.index import index_of
from vafa.program.rules.matching import (
    chosen_fact,
    counts_for,
    line_number,
    member_number,
    within,
)
from vafa.program.rules.rule import Rule


class Missed(NamedTuple):
    """A rule that did not fire. ``because``: the condition that did not hold, the first in the
    rule's own order; None where it was not the rule's day. ``missing``: how much more money the
    bill needed, where that alone was missing; else 0."""

    rule: Rule
    because: Condition | None
    missing: int = 0


def missed_rules(program: Program, facts: PurchaseFacts) -> list[Missed]:
    """The active purchase rules that did not fire, nearest first: those that only more money is
    missing for come before all others, the smallest sum first."""
    code = facts.tier
    place = program.terms_at(facts.branch_id, facts.merchant_id)
    found: list[Missed] = []
    for rule in index_of(program, "purchase").rules:
        shut = place is not None and (not place.earns or rule.id in place.excluded)
        missed = Missed(rule, shut_out(facts)) if shut else _missed(rule, facts, code)
        if missed is not None:
            found.append(missed)
    return sorted(found, key=lambda one: one.missing or 10**18)


def shut_out(facts: PurchaseFacts) -> OneOf:
    """What a rule misses that does not hold at the branch of the bill, as a condition."""
    return OneOf(fact="branch", values=(facts.branch_id,), but=True)


def _missed(rule: Rule, facts: PurchaseFacts, tier: str | None) -> Missed | None:
    day = facts.day
    if (rule.starts and day < rule.starts) or (rule.ends and day > rule.ends):
        return Missed(rule, None)
    failing = (c for c in rule.conditions if not condition_holds(c, rule, facts, tier))
    first = next(failing, None)
    if first is None:
        return None if _lines(rule, facts) else Missed(rule, _about_lines(rule))
    if isinstance(first, Between) and first.fact == "total" and first.least is not None:
        alone = next(failing, None) is None and _lines(rule, facts)
        others = [c for c in rule.conditions if isinstance(c, Between) and c.fact == "total"]
        if alone and all(within(c, first.least) for c in others):
            return Missed(rule, first, max(first.least - _total(facts), 0))
    return Missed(rule, first)


def condition_holds(
    condition: Condition, rule: Rule, facts: PurchaseFacts, tier: str | None
) -> bool:
    """Whether a condition of the rule holds by itself; ``tier`` is the code of hers."""
    if isinstance(condition, Lines):
        return any(counts_for(condition, line) for line in facts.lines)
    if isinstance(condition, NearBirthday):
        born = facts.birth_date
        if born is None:
            return False
        return days_from_birthday(born, facts.day, facts.calendar) <= condition.days
    if isinstance(condition, Expression):
        return judging((condition.text,), facts, tier)(condition.text)
    if isinstance(condition, Between):
        number = _number(condition, rule, facts)
        return number is not None and within(condition, number)
    if condition.fact == "segment":
        return bool(set(facts.segments) & set(condition.values)) != condition.but
    return (chosen_fact(condition.fact, facts, tier) in condition.values) != condition.but


def _number(condition: Between, rule: Rule, facts: PurchaseFacts) -> int | None:
    counter = counter_of(condition)
    if counter is not None:
        return member_number(counter, facts)
    if condition.fact in OF_LINES:
        return line_number(condition.fact, _counting(rule, facts))
    return _total(facts) if condition.fact == "total" else facts.minute


def _counting(rule: Rule, facts: PurchaseFacts) -> list[LineFacts]:
    about = [c for c in rule.conditions if isinstance(c, Lines)]
    return [line for line in facts.lines if all(counts_for(c, line) for c in about)]


def _lines(rule: Rule, facts: PurchaseFacts) -> bool:
    """Whether some line counts by all of the rule's conditions on lines."""
    return bool(_counting(rule, facts))


def _about_lines(rule: Rule) -> Condition:
    """The last condition on lines: each holds for some line, all of them for none."""
    return [c for c in rule.conditions if isinstance(c, Lines)][-1]


def _total(facts: PurchaseFacts) -> int:
    return sum(line.paid for line in facts.lines)
