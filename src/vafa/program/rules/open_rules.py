"""Which rules stand open for one member: what they ask of her holds, the rest is what she buys. Pure.

A rule with an expression is left out: what cannot be said to her cannot be promised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from vafa.program.rules.allowances import Spare
from vafa.program.rules.birthdays import days_from_birthday
from vafa.program.rules.calendar_days import same_days
from vafa.program.rules.conditions import (
    Condition,
    Expression,
    NearBirthday,
    OneOf,
    attribute_key,
    counter_of,
)
from vafa.program.rules.deeds import Chances, Deed, GiveBadge, GiveVoucher
from vafa.program.rules.document import Program
from vafa.program.rules.facts import PurchaseFacts
from vafa.program.rules.index import index_of
from vafa.program.rules.missed import condition_holds
from vafa.program.rules.moments import Happening
from vafa.program.rules.occasions import OccasionDay, next_occasion
from vafa.program.rules.rule import Rule, Times

AHEAD_DAYS: Final = 60
# What is worth saying of her although it holds; a segment's name is the club's own affair.
_SAID: Final = frozenset({"tier", "birth_month", "nth"})
_OF_MEMBER: Final = frozenset({"tier", "gender", "segment", "birth_month"})
_SHOWN_DEEDS: Final = (GiveVoucher, Chances, GiveBadge)


class OpenRule(NamedTuple):
    """A rule that her next purchase may meet. ``said`` is it without what is settled already, for
    words; ``is_hers``: not everybody has it; ``ends``: the last day, None where none is set."""

    rule: Rule
    said: Rule
    is_hers: bool
    ends: date | None


class Coming(NamedTuple):
    """What a day that comes brings her by itself; ``years``: of an anniversary the how manieth."""

    rule: Rule
    said: Rule
    day: date
    years: int = 0


def open_rules(program: Program, facts: PurchaseFacts) -> list[OpenRule]:
    """The rules on purchases that hold for her today as far as she herself is asked, those that
    are hers first, then those that end soonest. ``facts`` are of a purchase without lines.

    Left out: what every purchase brings anyway, and what her limits leave nothing of.
    """
    index = index_of(program, "purchase")
    spare = Spare(index.limits_at(facts.branch_id, facts.merchant_id), facts.left)
    found = [
        OpenRule(rule, _said(rule), _is_hers(rule), _ends(rule, facts))
        for rule in index.rules
        if _is_special(rule) and _in_force(rule, facts.day) and _is_open(rule, facts, spare)
    ]
    return sorted(found, key=lambda one: (not one.is_hers, one.ends or date.max))


def coming_rules(
    program: Program,
    facts: PurchaseFacts,
    joined: date,
    occasions: Mapping[str, OccasionDay],
    dates: Mapping[str, date] | None = None,
) -> list[Coming]:
    """What her birthday, the day she joined, other ``dates`` of hers (as rules name them) and the
    club's occasions bring her within AHEAD_DAYS, the soonest first; only days that are sure."""
    days = [facts.day + timedelta(days=ahead) for ahead in range(1, AHEAD_DAYS + 1)]
    found: list[Coming] = []
    if (day := _birthday(facts, days)) is not None:
        found += [Coming(rule, _said(rule), day) for rule in _giving(program, "birthday", facts)]
    if rules := _giving(program, "anniversary", facts):
        day, years = _anniversary(joined, facts, days)
        found += [
            Coming(rule, _said(rule), day, years)
            for rule in rules
            if years and (not rule.years or years in rule.years)
        ]
    for rule in _giving(program, "member_date", facts):
        hers = (dates or {}).get(rule.what)
        if hers is not None and (comes_on := _return_of(hers, rule, facts, days)) is not None:
            found.append(Coming(rule, _said(rule), comes_on))
    for rule in _giving(program, "occasion", facts):
        if rule.what in occasions:
            comes = next_occasion(occasions[rule.what], days[0])
            if comes.is_sure and comes.day <= days[-1]:
                found.append(Coming(rule, _said(rule), comes.day))
    return sorted((one for one in found if _in_force(one.rule, one.day)), key=lambda one: one.day)


def is_public(rule: Rule, day: date) -> bool:
    """Whether everybody may read of a rule: it gives a member something, is not over, and names no
    segment, since whom the club takes for what is between the two."""
    is_over = rule.ends is not None and rule.ends < day
    named = any(isinstance(c, OneOf) and c.fact == "segment" for c in rule.conditions)
    return rule.is_active and not is_over and not named and _is_told(rule)


def _giving(program: Program, on: Happening, facts: PurchaseFacts) -> list[Rule]:
    index = index_of(program, on)
    spare = Spare(index.limits_at(0, 0), facts.left)
    return [rule for rule in index.rules if _is_told(rule) and _is_open(rule, facts, spare)]


def _is_told(rule: Rule) -> bool:
    return not isinstance(rule.gives, Deed) or isinstance(rule.gives, _SHOWN_DEEDS)


def _is_special(rule: Rule) -> bool:
    if isinstance(rule.gives, Deed):
        return isinstance(rule.gives, _SHOWN_DEEDS)
    return bool(rule.conditions or rule.starts or rule.ends) or isinstance(rule.gives, Times)


def _in_force(rule: Rule, day: date) -> bool:
    return not (rule.starts and day < rule.starts) and not (rule.ends and day > rule.ends)


def _is_open(rule: Rule, facts: PurchaseFacts, spare: Spare) -> bool:
    if isinstance(rule.gives, Deed) and rule.gives.target in facts.shut:
        return False
    if spare.limits(rule.id) and spare.used_up(rule.id) is not None:
        return False
    return all(
        condition_holds(condition, rule, facts, facts.tier)
        for condition in rule.conditions
        if _asks_her(condition)
    ) and not any(isinstance(condition, Expression) for condition in rule.conditions)


def _asks_her(condition: Condition) -> bool:
    """Whether it is she who is asked, not what she buys, where or when."""
    if isinstance(condition, NearBirthday):
        return True
    if isinstance(condition, OneOf):
        return condition.fact in _OF_MEMBER or attribute_key(condition.fact) is not None
    return counter_of(condition) is not None


def _is_hers(rule: Rule) -> bool:
    return any(_asks_her(c) and not getattr(c, "but", False) for c in rule.conditions)


def _said(rule: Rule) -> Rule:
    """The rule without its days, which are told beside it, and without what holds already."""
    kept = tuple(
        c
        for c in rule.conditions
        if not _asks_her(c)
        or isinstance(c, NearBirthday)
        or (getattr(c, "fact", "") in _SAID and not getattr(c, "but", False))
    )
    return rule.model_copy(update={"conditions": kept, "starts": None, "ends": None})


def _ends(rule: Rule, facts: PurchaseFacts) -> date | None:
    """Its last day for her: its own, or when her birthday is too long ago."""
    ends = [rule.ends] if rule.ends else []
    born = facts.birth_date
    for condition in rule.conditions:
        if isinstance(condition, NearBirthday) and born is not None:
            day = facts.day
            while days_from_birthday(born, day + timedelta(1), facts.calendar) <= condition.days:
                day += timedelta(1)
            ends.append(day)
    return min(ends, default=None)


def _birthday(facts: PurchaseFacts, days: Iterable[date]) -> date | None:
    born = facts.birth_date
    if born is None:
        return None
    return next((d for d in days if days_from_birthday(born, d, facts.calendar) == 0), None)


def _return_of(hers: date, rule: Rule, facts: PurchaseFacts, days: Iterable[date]) -> date | None:
    """The day on which the rule gives for a yearly return of that date."""
    for day in days:
        target = day - timedelta(rule.shift)
        for years, same in same_days(
            target, facts.calendar, max(target.year - hers.year + 1, 0)
        ).items():
            if hers in same and (not rule.years or years in rule.years):
                return day
    return None


def _anniversary(joined: date, facts: PurchaseFacts, days: Iterable[date]) -> tuple[date, int]:
    """The day on which she has been here for whole years, and how many; 0 where none is near."""
    for day in days:
        for years, same in same_days(day, facts.calendar, day.year - joined.year + 1).items():
            if joined in same:
                return day, years
    return facts.day, 0
