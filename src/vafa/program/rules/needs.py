"""What rules have to know of a member beyond her own row, so that nothing else is asked. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from vafa.program.rules.conditions import Expression, OneOf, attribute_key, counter_of
from vafa.program.rules.expressions import NOTHING, Sight, sight_of
from vafa.program.rules.rule import Rule


def needs_of(rules: Iterable[Rule]) -> Sight:
    """Everything that the conditions of these rules speak of."""
    found = NOTHING
    for rule in rules:
        for condition in rule.conditions:
            fact = getattr(condition, "fact", "")
            counter = counter_of(condition)
            if isinstance(condition, Expression):
                found |= sight_of(condition.text)
            elif attribute_key(fact) is not None:
                found |= Sight(attributes=True)
            elif counter is not None:
                found |= Sight(counters=frozenset([counter]))
            elif isinstance(condition, OneOf) and fact == "segment":
                found |= Sight(segments=frozenset(str(value) for value in condition.values))
    return found
