"""What limits leave of what rules would give: pure.

An allowance is one limit at work: for the rule (or the budget) that it belongs to, one number for
each member, household, branch or for all, in each period. What remains of it is a fact, like the
bill itself; ``Spare`` uses it up within one decision, in the order of rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from vafa.core.jalali import Calendar, period_start
from vafa.program.rules.deeds import Deed, is_deed
from vafa.program.rules.document import Program
from vafa.program.rules.limits import Counts, Limit, Per, Scope
from vafa.program.rules.rule import Rule

EVER = date(1, 1, 1)


class Allowance(NamedTuple):
    """A limit with what it belongs to: ``r:`` and a rule's id, ``b:`` and a budget's code, or (of
    OF_PLACES) ``p:b:`` and a branch's number, ``p:m:`` and a merchant's."""

    what: str
    scope: Scope
    per: Per
    counts: Counts
    most: int


class _Given(Protocol):
    @property
    def rule(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def points(self) -> int: ...
    @property
    def saw(self) -> Mapping[str, Any]: ...


Left = Mapping[Allowance, int]
OfRules = Mapping[str, Sequence[Allowance]]
# What the budget of a branch or a merchant belongs to, in points and in credit.
OF_PLACES = ("p:", "c:")


def allowances(program: Program, rule: Rule) -> tuple[Allowance, ...]:
    """What the rule may draw on: its own limits, then those of its budget; of a deed, which is no
    amount, only those on how often."""
    own = [_allowance(f"r:{rule.id}", limit) for limit in rule.limits]
    budget = program.budget(rule.budget) if rule.budget else None
    shared = [_allowance(f"b:{budget.code}", limit) for limit in budget.limits] if budget else []
    if isinstance(rule.gives, Deed):
        return tuple(one for one in (*own, *shared) if one.counts == "times")
    return (*own, *shared)


def _allowance(what: str, limit: Limit) -> Allowance:
    return Allowance(what, limit.scope, limit.per, limit.counts, limit.most)


def period_of(per: Per, day: date, calendar: Calendar) -> date:
    """The first day of the period in which ``day`` counts; EVER for a limit without periods."""
    return EVER if per == "ever" else period_start(day, per, calendar)


class Spare:
    """What is left for the rules of one decision, while it is used up.

    ``left`` says how much remains of each allowance; where it does not, nothing is used yet.
    """

    def __init__(self, of_rules: OfRules, left: Left) -> None:
        self._of_rules = of_rules
        self._left = dict(left)
        self._begun: set[str] = set()

    def limits(self, key: str) -> bool:
        """Whether anything limits the rule (or the extra of a tier)."""
        return key in self._of_rules

    def used_up(self, rule: str) -> Allowance | None:
        """The allowance that leaves the rule nothing at all, if one does."""
        return next((one for one in self._of_rules[rule] if self._of(one) <= 0), None)

    def take(self, rule: str, points: int) -> tuple[int, Allowance | None]:
        """How many of ``points`` the rule may give, which it now has; and what cut it."""
        given: int = points
        by: Allowance | None = None
        for one in self._of_rules[rule]:
            left = self._of(one)
            if one.counts == "times":
                left = given if left > 0 or rule in self._begun else 0
            if left < given:
                given, by = max(left, 0), one
        for one in self._of_rules[rule] if given else ():
            if one.counts == "points":
                self._left[one] = self._of(one) - given
            elif rule not in self._begun:
                self._left[one] = self._of(one) - 1
        if given:
            self._begun.add(rule)
        return given, by

    def take_time(self, rule: str) -> Allowance | None:
        """Use up one time of what the rule may still do, which is no amount; or what forbids it."""
        times = [one for one in self._of_rules[rule] if one.counts == "times"]
        by = next((one for one in times if self._of(one) <= 0), None)
        if by is None:
            for one in times:
                self._left[one] = self._of(one) - 1
        return by

    def _of(self, one: Allowance) -> int:
        return self._left.get(one, one.most)


def tier_key(code: str) -> str:
    """Under which key the extra of a tier has allowances; no rule's id looks like it."""
    return f"tier:{code}"


def drawing_key(part: _Given) -> str:
    """The key of what a part draws on: the id of its rule, or that of the tier."""
    return tier_key(part.rule) if part.kind == "tier" else part.rule


def cut_facts(before: int, by: Allowance) -> dict[str, int | str]:
    """What a part that was cut keeps to be explained: how much it was before, and the limit."""
    saw: dict[str, int | str] = {
        "before": before,
        "scope": by.scope,
        "per": by.per,
        "counts": by.counts,
        "most": by.most,
    }
    if by.what.startswith(OF_PLACES):
        saw["place"] = True
    return saw


def drawn(of_rules: OfRules, parts: Iterable[_Given]) -> dict[Allowance, tuple[int, int]]:
    """What the parts of a decision draw on each allowance: points, and times (each rule once)."""
    given: dict[str, int] = {}
    for part in parts:
        key = drawing_key(part)
        if (part.points or is_deed(part.kind, part.saw)) and key in of_rules:
            given[key] = given.get(key, 0) + part.points
    out: dict[Allowance, tuple[int, int]] = {}
    for rule, points in given.items():
        for one in of_rules[rule]:
            before = out.get(one, (0, 0))
            out[one] = (before[0] + points, before[1] + 1)
    return out


def given_back(
    counted: Sequence[Sequence[int]], points: int, before: int, after: int
) -> list[tuple[int, int, int]]:
    """What of a decision's draws is given back when ``after`` of its ``points`` are undone, of
    which ``before`` were already: (counter, points, times), zero or negative.

    In proportion, each step rounded against the whole, so that undoing all of it, in any steps,
    gives back exactly what was drawn; a time is given back with the last point. Where there were
    none, all of it is undone.
    """
    if not points:
        return [(counter, 0, -times) for counter, _, times in counted if times]
    out = []
    for counter, drawn_points, times in counted:
        back = drawn_points * after // points - drawn_points * before // points
        whole = times if before < after == points else 0
        if back or whole:
            out.append((counter, -back, -whole))
    return out
