"""The rules that every club has, each made with one call and recognised again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from vafa.program.rules.rule import (
    Fixed,
    Lines,
    NearBirthday,
    OneOf,
    PerStep,
    Rule,
    Text,
    Times,
)

Recipe = Literal["per_amount", "multiplier", "birthday", "welcome"]


def per_amount(rule_id: str, name: Text, points: int, step: int, **more: Any) -> Rule:
    """``points`` for every ``step`` (smallest units of money) of every bill."""
    return Rule(id=rule_id, name=name, gives=PerStep(points=points, step=step), **more)


def multiplier(
    rule_id: str,
    name: Text,
    percent: int,
    *,
    branch_ids: Sequence[int] = (),
    category_ids: Sequence[int] = (),
    weekdays: Sequence[int] = (),
    **more: Any,
) -> Rule:
    """Points times ``percent`` at these branches, for these categories, on these weekdays
    (Saturday = 0); where one is empty it does not matter."""
    conditions: list[OneOf | Lines] = []
    if weekdays:
        conditions.append(OneOf(fact="weekday", values=tuple(weekdays)))
    if branch_ids:
        conditions.append(OneOf(fact="branch", values=tuple(branch_ids)))
    if category_ids:
        conditions.append(Lines(fact="category", values=tuple(category_ids)))
    gives = Times(percent=percent)
    return Rule(id=rule_id, name=name, conditions=tuple(conditions), gives=gives, **more)


def birthday(rule_id: str, name: Text, percent: int, days: int = 3, **more: Any) -> Rule:
    """Points times ``percent`` within ``days`` days around the member's birthday."""
    near = (NearBirthday(days=days),)
    return Rule(id=rule_id, name=name, conditions=near, gives=Times(percent=percent), **more)


def welcome(rule_id: str, name: Text, points: int, **more: Any) -> Rule:
    """``points`` for joining."""
    return Rule(id=rule_id, name=name, on="joining", gives=Fixed(points=points), **more)


def recipe_of(rule: Rule) -> Recipe | None:
    """By which of these calls the rule could have been made; None for any other rule."""
    if not _is_plain(rule) or any(_denies(c) for c in rule.conditions):
        return None
    kinds = [(c.kind, getattr(c, "fact", "")) for c in rule.conditions]
    if isinstance(rule.gives, Fixed) and rule.on == "joining" and not kinds:
        return "welcome"
    if isinstance(rule.gives, PerStep) and not kinds:
        return "per_amount"
    if isinstance(rule.gives, Times) and kinds == [("birthday", "")]:
        return "birthday"
    if isinstance(rule.gives, Times) and len(set(kinds)) == len(kinds) and set(kinds) <= _CHOOSING:
        return "multiplier"
    return None


def chosen_in(rule: Rule, fact: str) -> tuple[int | str, ...]:
    """The values that the rule's condition on ``fact`` names; none where it has no such one."""
    for condition in rule.conditions:
        if isinstance(condition, OneOf | Lines) and condition.fact == fact:
            return condition.values
    return ()


_CHOOSING = {("one_of", "weekday"), ("one_of", "branch"), ("lines", "category")}


# What the calls above decide, and what every rule has whatever it is about.
_SAID = {"id", "name", "is_active", "on", "conditions", "gives", "order"}


def _is_plain(rule: Rule) -> bool:
    """Whether the rule says nothing that the calls above do not say."""
    gives = rule.gives
    said = [getattr(rule, name) == f.default for name, f in _fields(rule) if name not in _SAID]
    said += [getattr(gives, name) == f.default for name, f in _fields(gives) if not f.is_required()]
    return all(said)


def _fields(part: BaseModel) -> Iterable[tuple[str, FieldInfo]]:
    return type(part).model_fields.items()


def _denies(condition: object) -> bool:
    return bool(getattr(condition, "but", False))
