"""An earning rule: when something happens, if all of this holds, then that is given.

Amounts are in the currency's smallest unit, points are whole, percentages are whole (200 means
double), quantities are thousandths. Everything in a rule is plain data; ``index.py`` makes it
quick to evaluate, ``earning.py`` says what it gives.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from vafa.program.rules.frozen import Frozen

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Percent = Annotated[int, Field(ge=100, le=10_000)]
Points = Annotated[int, Field(gt=0, le=1_000_000_000)]
Amount = Annotated[int, Field(gt=0, le=10**13)]
Happening = Literal["purchase", "joining"]
Chosen = Literal["branch", "merchant", "channel", "weekday", "tier", "gender"]
Measured = Literal["total", "minute"]
Sold = Literal["product", "category"]
LAST_MINUTE = 24 * 60 - 1


class Text(Frozen):
    """A name in both languages; English may be empty and then falls back to Persian."""

    fa: Annotated[str, Field(min_length=1, max_length=120)]
    en: Annotated[str, Field(max_length=120)] = ""

    def said(self, lang: str) -> str:
        """The name in ``lang``."""
        return self.fa if lang == "fa" or not self.en else self.en


class OneOf(Frozen):
    """A fact is one of ``values``; with ``but`` none of them.

    Branches and merchants by number; weekdays from Saturday = 0 to Friday = 6; tiers by code.
    """

    kind: Literal["one_of"] = "one_of"
    fact: Chosen
    values: Annotated[tuple[int | str, ...], Field(min_length=1, max_length=5000)]
    but: bool = False

    @model_validator(mode="after")
    def _possible(self) -> OneOf:
        expected = str if self.fact in ("channel", "tier", "gender") else int
        if any(type(value) is not expected for value in self.values):
            raise ValueError(f"{self.fact} is chosen by {expected.__name__}")
        if self.fact == "weekday" and not all(0 <= int(v) <= 6 for v in self.values):
            raise ValueError("weekdays count from 0 (Saturday) to 6 (Friday)")
        if self.fact == "weekday" and self.but and len(set(self.values)) == 7:
            raise ValueError("no day is left")
        return self


class Between(Frozen):
    """A number is at least ``least`` and at most ``most``; one of them may be missing.

    ``total``: what the bill comes to in money that earns. ``minute``: of the club's day, from 0 to 1439;
    ``least`` above ``most`` goes over midnight.
    """

    kind: Literal["between"] = "between"
    fact: Measured
    least: Annotated[int, Field(ge=0, le=10**13)] | None = None
    most: Annotated[int, Field(ge=0, le=10**13)] | None = None

    @model_validator(mode="after")
    def _possible(self) -> Between:
        if self.least is None and self.most is None:
            raise ValueError("one of the two ends is needed")
        ends = [end for end in (self.least, self.most) if end is not None]
        if self.fact == "minute" and max(ends) > LAST_MINUTE:
            raise ValueError("a day has 1440 minutes")
        if self.fact != "minute" and len(ends) == 2 and ends[0] > ends[1]:
            raise ValueError("the end lies before the beginning")
        return self


class Lines(Frozen):
    """Only lines of these products or categories count (with ``but`` all others), and there
    must be one."""

    kind: Literal["lines"] = "lines"
    fact: Sold
    values: Annotated[tuple[int, ...], Field(min_length=1, max_length=5000)]
    but: bool = False


class NearBirthday(Frozen):
    """Within ``days`` days around the member's birthday in the club's calendar."""

    kind: Literal["birthday"] = "birthday"
    days: Annotated[int, Field(ge=0, le=30)] = 3


Condition = Annotated[OneOf | Between | Lines | NearBirthday, Field(discriminator="kind")]


class PerStep(Frozen):
    """``points`` for every ``step`` paid, in proportion, rounded down on the bill."""

    kind: Literal["per_step"] = "per_step"
    points: Points
    step: Amount


class Times(Frozen):
    """What ``PerStep`` gives on the same lines, times ``percent``: the extra on top of it."""

    kind: Literal["times"] = "times"
    percent: Annotated[int, Field(gt=100, le=10_000)]


class PerItem(Frozen):
    """``points`` for every whole piece of the lines that count."""

    kind: Literal["per_item"] = "per_item"
    points: Points


class Fixed(Frozen):
    """``points``, whatever was paid."""

    kind: Literal["fixed"] = "fixed"
    points: Points


Effect = Annotated[PerStep | Times | PerItem | Fixed, Field(discriminator="kind")]


class Rule(Frozen):
    """When ``on`` happens between ``starts`` and ``ends`` (days of the club, both included) and
    all ``conditions`` hold, ``gives``.

    ``group`` names a stacking group of the programme; within it and in explanations rules go by
    ``order``, then by id.
    """

    id: Slug
    name: Text
    is_active: bool = True
    on: Happening = "purchase"
    conditions: Annotated[tuple[Condition, ...], Field(max_length=20)] = ()
    gives: Effect
    group: Slug | Literal[""] = ""
    order: Annotated[int, Field(ge=0, le=10_000)] = 100
    starts: date | None = None
    ends: date | None = None

    @model_validator(mode="after")
    def _possible(self) -> Rule:
        if self.starts and self.ends and self.ends < self.starts:
            raise ValueError("the end lies before the beginning")
        if self.on == "joining" and not isinstance(self.gives, Fixed):
            raise ValueError("joining can only give a fixed number of points")
        if self.on == "joining" and any(not _fits_joining(c) for c in self.conditions):
            raise ValueError("a joining has no bill to put conditions on")
        return self


class Group(Frozen):
    """How rules of one group stand to each other: ``all`` of them, the ``best`` for the member,
    or the ``first`` in order. What depends on lines is decided for each line by itself, so that
    splitting a bill gains nothing."""

    code: Slug
    name: Text
    mode: Literal["all", "best", "first"]


def _fits_joining(condition: OneOf | Between | Lines | NearBirthday) -> bool:
    return isinstance(condition, OneOf) and condition.fact in ("branch", "gender")
