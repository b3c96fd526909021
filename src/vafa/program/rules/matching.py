"""Which rules a purchase meets, and with which of its lines. Pure.

First the index answers for all rules at once; then those that remain are looked at one by one
where they ask about the very lines that count for them, or for an expression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vafa.core.jalali import ymd
from vafa.program.rules.birthdays import near_birthday
from vafa.program.rules.conditions import (
    OF_LINES,
    Between,
    Counter,
    Expression,
    Lines,
    attribute_key,
)
from vafa.program.rules.expressions import judging
from vafa.program.rules.facts import LineFacts, PurchaseFacts
from vafa.program.rules.index import Index, birthday_distance
from vafa.program.rules.rule import Rule
from vafa.program.rules.stacking import Matched


def matched_rules(
    index: Index, facts: PurchaseFacts, tier: str | None, everything: tuple[int, ...]
) -> list[Matched]:
    """The rules whose conditions hold, in their order, and the lines that count for each."""
    mask = _allowed(index, facts, tier)
    if not mask & index.by_lines:
        out: list[Matched] = [(index.rules[n], everything) for n in index.bits(mask)]
    else:
        out = _by_lines(index, facts, mask, everything)
    if not mask & index.closer:
        return out
    holds = judging(index.expressions, facts, tier)
    return [(rule, lines) for rule, lines in out if _closely(rule, facts, lines, holds)]


def _by_lines(
    index: Index, facts: PurchaseFacts, mask: int, everything: tuple[int, ...]
) -> list[Matched]:
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


def chosen_fact(fact: str, facts: PurchaseFacts, tier: str | None) -> int | str | None:
    """What conditions that choose see of a fact (segments, of which there may be several, aside)."""
    seen = _of_bill(facts, tier)
    return seen[fact] if fact in seen else _of_member(fact, facts)


def _of_bill(facts: PurchaseFacts, tier: str | None) -> dict[str, int | str | None]:
    return {
        "branch": facts.branch_id,
        "merchant": facts.merchant_id,
        "channel": facts.channel,
        "weekday": (facts.day.weekday() + 2) % 7,
        "tier": tier,
        "gender": facts.gender,
        "payment": facts.payment,
    }


def _of_member(fact: str, facts: PurchaseFacts) -> int | str | None:
    key = attribute_key(fact)
    if key is not None:
        return facts.attributes.get(key, "")
    assert fact == "birth_month"
    return None if facts.birth_date is None else ymd(facts.birth_date, facts.calendar)[1]


def member_number(counter: Counter, facts: PurchaseFacts) -> int | None:
    """A number of the member's: what she did before, or an attribute; None where it is not known."""
    key = attribute_key(counter[0])
    if key is None:
        return facts.counters.get(counter)
    value = facts.attributes.get(key)
    return value if isinstance(value, int) else None


def line_number(fact: str, lines: Iterable[LineFacts]) -> int:
    """The ``quantity`` (thousandths) of some lines, or how many ``kinds`` of products they name."""
    if fact == "quantity":
        return sum([line.quantity for line in lines])
    return len({line.product_id for line in lines if line.product_id is not None})


def counts_for(condition: Lines, line: LineFacts) -> bool:
    """Whether a line counts by a condition on lines."""
    seen: int | str | None = {
        "product": line.product_id,
        "category": line.category_id,
        "brand": line.brand,
    }[condition.fact]
    return (seen in condition.values) != condition.but


def within(condition: Between, value: int) -> bool:
    """Whether a number is between the ends of a condition."""
    least, most = condition.least, condition.most
    if least is not None and most is not None and least > most:
        return value >= least or value <= most
    return (least is None or value >= least) and (most is None or value <= most)


def _closely(
    rule: Rule, facts: PurchaseFacts, lines: tuple[int, ...], holds: Callable[[str], bool]
) -> bool:
    """Whether what the index does not know holds of a rule that it lets through."""
    for condition in rule.conditions:
        if isinstance(condition, Between) and condition.fact in OF_LINES:
            number = line_number(condition.fact, [facts.lines[i] for i in lines])
            if not within(condition, number):
                return False
    texts = [c.text for c in rule.conditions if isinstance(c, Expression)]
    return all(holds(text) for text in texts)


def _allowed(index: Index, facts: PurchaseFacts, tier: str | None) -> int:
    mask = index.everything
    if index.places is not None:
        there = index.places.at(facts.branch_id, facts.merchant_id)
        if there is not None:
            mask &= there.holds
    if index.chosen:
        seen = _of_bill(facts, tier)
        for fact, choice in index.chosen.items():
            value = seen[fact] if fact in seen else _of_member(fact, facts)
            mask &= choice.of.get(value, choice.other)
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
    if index.segments is not None:
        mask &= index.segments.allowed(facts.segments)
    for counter, measured in index.measured.items():
        mask &= measured.allowed(member_number(counter, facts))
    if index.quantity is not None:
        mask &= index.quantity.allowed(line_number("quantity", facts.lines))
    if index.kinds is not None:
        mask &= index.kinds.allowed(line_number("kinds", facts.lines))
    return mask


def _of_line(index: Index, line: LineFacts) -> int:
    mask = index.by_lines
    if index.product is not None:
        mask &= index.product.allowed(line.product_id)
    if index.category is not None:
        mask &= index.category.allowed(line.category_id)
    if index.brand is not None:
        mask &= index.brand.allowed(line.brand)
    return mask
