"""Rules that would set each other off without end: told before they are kept. Pure.

A rule that raises an event leads to the rules that are about that event. Nothing else that a rule
does makes something happen: a badge, an attribute or a message is no happening.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vafa.program.errors import RulesInCircle
from vafa.program.rules.deeds import RaiseEvent
from vafa.program.rules.document import Program
from vafa.program.rules.rule import Rule


def refuse_circles(program: Program) -> None:
    """Raise RulesInCircle, with the first circle in words, if active rules set each other off."""
    found = circle(program)
    if found:
        around = [*found, found[0]]
        raise RulesInCircle(
            rules=[rule.id for rule in found],
            circle_fa=" ← ".join(f"«{rule.name.said('fa')}»" for rule in around),
            circle_en=" → ".join(f"“{rule.name.said('en')}”" for rule in around),
        )


def circle(program: Program) -> list[Rule]:
    """Active rules each of which sets off the next, and the last the first; [] for none. Days and
    conditions are not looked at: whether they keep it from going round depends on the day."""
    raising = [rule for rule in program.rules if rule.is_active and _event_of(rule)]
    about: dict[str, list[Rule]] = {}
    for rule in raising:
        if rule.on == "event":
            about.setdefault(rule.what, []).append(rule)
    following = {rule.id: about.get(_event_of(rule), []) for rule in raising}
    done: set[str] = set()
    for rule in raising:
        if rule.id not in done:
            found = _circle_from(rule, following, done)
            if found:
                return found
    return []


def _circle_from(
    start: Rule, following: Mapping[str, Sequence[Rule]], done: set[str]
) -> list[Rule]:
    """The first circle on a way from ``start``, walked without recursion: programmes are long."""
    path = [start]
    ways = [iter(following[start.id])]
    places = {start.id: 0}
    while ways:
        rule = next(ways[-1], None)
        if rule is None:
            ways.pop()
            left = path.pop()
            del places[left.id]
            done.add(left.id)
        elif rule.id in places:
            return path[places[rule.id] :]
        elif rule.id not in done:
            places[rule.id] = len(path)
            path.append(rule)
            ways.append(iter(following[rule.id]))
    return []


def _event_of(rule: Rule) -> str:
    return rule.gives.event if isinstance(rule.gives, RaiseEvent) else ""
