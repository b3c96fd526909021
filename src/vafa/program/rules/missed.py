"""Which rules a purchase missed, because of what, and by how much. Pure.

Asked for at a preview and by who wants to know; the hot path never needs it.
"""

from __future__ import annotations

from typing import NamedTuple

from vafa.program.rules.birthdays import days_from_birthday
from vafa.program.rules.document import Program
from vafa.program.rules.earning import LineFacts, PurchaseFacts
from vafa.program.rules.index import canonical
from vafa.program.rules.rule import Between, Condition, Lines, NearBirthday, Rule
from vafa.program.rules.tiers import tier_for


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
    tier = tier_for(program, facts.tier_points)
    code = tier.code if tier else None
    found: list[Missed] = []
    for rule in sorted(program.rules, key=canonical):
        if rule.on == "purchase" and rule.is_active:
            missed = _missed(rule, facts, code)
            if missed is not None:
                found.append(missed)
    return sorted(found, key=lambda one: one.missing or 10**18)


def _missed(rule: Rule, facts: PurchaseFacts, tier: str | None) -> Missed | None:
    day = facts.day
    if (rule.starts and day < rule.starts) or (rule.ends and day > rule.ends):
        return Missed(rule, None)
    failing = [c for c in rule.conditions if not _holds(c, facts, tier)]
    if not failing:
        return None if _lines(rule, facts) else Missed(rule, _about_lines(rule))
    first = failing[0]
    alone = len(failing) == 1 and _lines(rule, facts)
    if alone and isinstance(first, Between) and first.fact == "total" and first.least is not None:
        return Missed(rule, first, max(first.least - _total(facts), 0))
    return Missed(rule, first)


def _holds(condition: Condition, facts: PurchaseFacts, tier: str | None) -> bool:
    if isinstance(condition, Lines):
        return any(_counts(condition, line) for line in facts.lines)
    if isinstance(condition, NearBirthday):
        born = facts.birth_date
        if born is None:
            return False
        return days_from_birthday(born, facts.day, facts.calendar) <= condition.days
    if isinstance(condition, Between):
        return _between(condition, _total(facts) if condition.fact == "total" else facts.minute)
    seen: dict[str, int | str | None] = {
        "branch": facts.branch_id,
        "merchant": facts.merchant_id,
        "channel": facts.channel,
        "weekday": (facts.day.weekday() + 2) % 7,
        "tier": tier,
        "gender": facts.gender,
    }
    return (seen[condition.fact] in condition.values) != condition.but


def _between(condition: Between, value: int) -> bool:
    least, most = condition.least, condition.most
    if least is not None and most is not None and least > most:
        return value >= least or value <= most
    return (least is None or value >= least) and (most is None or value <= most)


def _lines(rule: Rule, facts: PurchaseFacts) -> bool:
    """Whether some line counts by all of the rule's conditions on lines."""
    about = [c for c in rule.conditions if isinstance(c, Lines)]
    return not about or any(all(_counts(c, line) for c in about) for line in facts.lines)


def _about_lines(rule: Rule) -> Condition:
    """The last condition on lines: each holds for some line, all of them for none."""
    return [c for c in rule.conditions if isinstance(c, Lines)][-1]


def _counts(condition: Lines, line: LineFacts) -> bool:
    seen = line.product_id if condition.fact == "product" else line.category_id
    return (seen in condition.values) != condition.but


def _total(facts: PurchaseFacts) -> int:
    return sum(line.paid for line in facts.lines)
