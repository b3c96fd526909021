"""What a rule was told of the member when it fired: kept with its part, since it is another
tomorrow. Pure."""

from __future__ import annotations

from vafa.program.rules.facts import PurchaseFacts
from vafa.program.rules.needs import needs_of
from vafa.program.rules.rule import Rule

ASKED = "asked:"


def asked_of(rule: Rule, facts: PurchaseFacts) -> dict[str, int | str]:
    """By "asked:" and the fact (of a number over days "visits:30"): the numbers that the rule asked
    for, those of its segments that she is in, and all attributes where it asks for any. What is not
    known is left out."""
    needs = needs_of([rule])
    found: dict[str, int | str] = {}
    for fact, days in sorted(needs.counters, key=str):
        number = facts.counters.get((fact, days))
        if number is not None and fact in ("visits", "spend", "nth", "days_since"):
            found[f"{ASKED}{fact}" if days is None else f"{ASKED}{fact}:{days}"] = number
    inside = sorted(needs.segments.intersection(facts.segments))
    if inside:
        found[f"{ASKED}segment"] = " ".join(inside)
    if needs.attributes or any(":" in fact for fact, _ in needs.counters):
        for key, value in sorted(facts.attributes.items()):
            found[f"{ASKED}attribute:{key}"] = value
    return found
