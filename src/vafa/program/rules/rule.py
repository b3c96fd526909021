"""An earning rule: when something happens, if all of this holds, then that is given.

Amounts are in the currency's smallest unit, points are whole, percentages are whole (200 means
double), quantities are thousandths. Everything in a rule is plain data; ``index.py`` makes it
quick to evaluate, ``earning.py`` says what it gives.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from vafa.program.rules.conditions import (
    LAST_MINUTE,
    Attribute,
    Between,
    Chosen,
    Condition,
    Expression,
    Lines,
    Measured,
    NearBirthday,
    OneOf,
    Sold,
    attribute_key,
)
from vafa.program.rules.deeds import (
    Chances,
    Deed,
    GiveBadge,
    GiveVoucher,
    RaiseEvent,
    Say,
    SetAttribute,
)
from vafa.program.rules.frozen import Frozen
from vafa.program.rules.limits import Limits
from vafa.program.rules.moments import (
    COUNTED_IN_YEARS,
    MEMBER_DATES,
    MOST_SHIFT,
    NAMED_HAPPENINGS,
    Happening,
    KnownEvent,
    Schedule,
    fits_happening,
)
from vafa.program.rules.naming import Slug, Text

# A rule's conditions stand in modules of their own; whoever speaks of rules finds them here.
__all__ = [
    "LAST_MINUTE",
    "Between",
    "Chosen",
    "Condition",
    "Expression",
    "Lines",
    "Measured",
    "NearBirthday",
    "OneOf",
    "Slug",
    "Sold",
    "Text",
]

Percent = Annotated[int, Field(ge=100, le=10_000)]
Points = Annotated[int, Field(gt=0, le=1_000_000_000)]
Amount = Annotated[int, Field(gt=0, le=10**13)]


# What an effect counts: points, credit (smallest units of money), or tier points, which count for
# the tier and can not be spent.
Given = Literal["points", "credit", "tier"]


class PerStep(Frozen):
    """``points`` for every ``step`` paid, in proportion, rounded down on the bill."""

    kind: Literal["per_step"] = "per_step"
    points: Points
    step: Amount
    unit: Given = "points"


class Times(Frozen):
    """What ``PerStep`` gives of the same unit on the same lines, times ``percent``: the extra on top
    of it."""

    kind: Literal["times"] = "times"
    percent: Annotated[int, Field(gt=100, le=10_000)]
    unit: Given = "points"


class PerItem(Frozen):
    """``points`` for every whole piece of the lines that count."""

    kind: Literal["per_item"] = "per_item"
    points: Points
    unit: Given = "points"


class Fixed(Frozen):
    """``points``, whatever was paid."""

    kind: Literal["fixed"] = "fixed"
    points: Points
    unit: Given = "points"


Effect = Annotated[
    PerStep
    | Times
    | PerItem
    | Fixed
    | GiveVoucher
    | Chances
    | GiveBadge
    | SetAttribute
    | Say
    | RaiseEvent,
    Field(discriminator="kind"),
]


class Rule(Frozen):
    """When ``on`` happens between ``starts`` and ``ends`` (days of the club, both included) and
    all ``conditions`` hold, ``gives``.

    ``group`` names a stacking group of the programme; within it and in explanations rules go by
    ``order``, then by id. ``what`` names the occasion, event or challenge that it is about, or the
    date of the member's (one of MEMBER_DATES, or "attribute:key"), which returns each year;
    ``shift``: so many days after that day, below zero before it. ``years``: which anniversaries or
    returns, none for each; ``schedule``: when. ``limits`` are its own, ``budget`` names one that it
    shares with others.
    """

    id: Slug
    name: Text
    is_active: bool = True
    on: Happening = "purchase"
    what: Slug | KnownEvent | Attribute | Literal[""] = ""
    shift: Annotated[int, Field(ge=-MOST_SHIFT, le=MOST_SHIFT)] = 0
    years: Annotated[tuple[Annotated[int, Field(ge=1, le=200)], ...], Field(max_length=50)] = ()
    schedule: Schedule | None = None
    conditions: Annotated[tuple[Condition, ...], Field(max_length=20)] = ()
    gives: Effect
    group: Slug | Literal[""] = ""
    order: Annotated[int, Field(ge=0, le=10_000)] = 100
    limits: Limits = ()
    budget: Slug | Literal[""] = ""
    starts: date | None = None
    ends: date | None = None

    @model_validator(mode="after")
    def _possible(self) -> Rule:
        if self.starts and self.ends and self.ends < self.starts:
            raise ValueError("the end lies before the beginning")
        if self.on != "purchase":
            _check_happening(self)
        if (self.on in NAMED_HAPPENINGS) != bool(self.what):
            raise ValueError("an occasion, event, challenge or date is named, and nothing else")
        is_own = attribute_key(self.what) is not None
        if is_own if self.on != "member_date" else not is_own and self.what not in MEMBER_DATES:
            raise ValueError("a date is the birthday, the wedding day or an attribute")
        if self.shift and self.on != "member_date":
            raise ValueError("only around a date of hers are days counted")
        if (self.on == "schedule") != (self.schedule is not None):
            raise ValueError("a schedule says when, and nothing else does")
        if self.years and self.on not in COUNTED_IN_YEARS:
            raise ValueError("only what returns each year has years")
        if isinstance(self.gives, Deed) and any(limit.counts != "times" for limit in self.limits):
            raise ValueError("what is no amount is limited by how often it is done")
        return self


class Group(Frozen):
    """How rules of one group stand to each other: ``all`` of them, the ``best`` for the member,
    or the ``first`` in order. What depends on lines is decided for each line by itself, so that
    splitting a bill gains nothing."""

    code: Slug
    name: Text
    mode: Literal["all", "best", "first"]


def _check_happening(rule: Rule) -> None:
    stepped = isinstance(rule.gives, Chances) and rule.gives.step > 0
    if stepped or not isinstance(rule.gives, Fixed | Deed):
        raise ValueError(f"{rule.on} can only give a fixed number of points")
    for condition in rule.conditions:
        if not fits_happening(rule.on, getattr(condition, "fact", condition.kind)):
            raise ValueError(f"{rule.on} has no bill to put conditions on")
