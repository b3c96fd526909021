"""What a rule may ask before it gives anything: plain data, checked when it is read.

Amounts are in the currency's smallest unit, quantities are thousandths, days are whole.
``index.py`` makes the conditions quick to evaluate.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vafa.program.rules.frozen import Frozen

Chosen = Literal[
    "branch",
    "merchant",
    "channel",
    "weekday",
    "tier",
    "gender",
    "segment",
    "payment",
    "birth_month",
]
Measured = Literal["total", "minute", "quantity", "kinds", "visits", "spend", "days_since", "nth"]
Sold = Literal["product", "category", "brand"]
ATTRIBUTE = "attribute:"
Attribute = Annotated[str, Field(pattern=r"^attribute:[a-z][a-z0-9_]{0,39}$")]
PAYMENTS = ("cash", "card", "online", "credit", "other")
# What a member did before: numbers that are asked for where a rule needs them.
COUNTED = frozenset({"visits", "spend", "days_since", "nth"})
# Numbers of the lines that count for the rule, or of all where it names none.
OF_LINES = frozenset({"quantity", "kinds"})
LAST_MINUTE = 24 * 60 - 1
LONGEST_EXPRESSION = 500
_BY_NUMBER = frozenset({"branch", "merchant", "weekday", "birth_month"})
_IN_A_WINDOW = frozenset({"visits", "spend"})
# A number of what a member did before, over so many days (None: ever), or one of her attributes.
Counter = tuple[str, int | None]


class OneOf(Frozen):
    """A fact is one of ``values``; with ``but`` none of them.

    Branches and merchants by number; weekdays from Saturday = 0 to Friday = 6; tiers and segments
    by code; months of birth of the club's calendar from 1; ``payment`` one of PAYMENTS;
    ``attribute:key`` what the member has there, "yes" or "no" where it is that, "" for nothing.
    Of segments, which a member may be in several of, one must be named (with ``but`` none).
    """

    kind: Literal["one_of"] = "one_of"
    fact: Chosen | Attribute
    values: Annotated[tuple[int | str, ...], Field(min_length=1, max_length=5000)]
    but: bool = False

    @model_validator(mode="after")
    def _possible(self) -> OneOf:
        expected = int if self.fact in _BY_NUMBER else str
        if any(type(value) is not expected for value in self.values):
            raise ValueError(f"{self.fact} is chosen by {expected.__name__}")
        different = set(self.values)
        if self.fact == "weekday":
            if not all(0 <= int(v) <= 6 for v in different):
                raise ValueError("weekdays count from 0 (Saturday) to 6 (Friday)")
            if self.but and len(different) == 7:
                raise ValueError("no day is left")
        if self.fact == "birth_month" and not all(1 <= int(v) <= 12 for v in different):
            raise ValueError("months count from 1 to 12")
        if self.fact == "payment" and not different.issubset(PAYMENTS):
            raise ValueError(f"a purchase is paid by {', '.join(PAYMENTS)}")
        return self


class Between(Frozen):
    """A number is at least ``least`` and at most ``most``; one of them may be missing.

    ``total``: what the bill comes to in money that earns. ``minute``: of the club's day, from 0 to
    1439; ``least`` above ``most`` goes over midnight. ``quantity`` and ``kinds``: pieces (in
    thousandths) and different products on the lines that count for the rule. ``visits`` and
    ``spend``: the member's earlier purchases in the last ``window_days`` (without: ever), those
    that were brought back left out. ``days_since`` her last one; ``nth``: the how manieth this one
    is. ``attribute:key``: a number, or a day as 20260321. What is not known is never between.
    """

    kind: Literal["between"] = "between"
    fact: Measured | Attribute
    least: Annotated[int, Field(ge=0, le=10**13)] | None = None
    most: Annotated[int, Field(ge=0, le=10**13)] | None = None
    window_days: Annotated[int, Field(ge=1, le=3650)] | None = None

    @model_validator(mode="after")
    def _possible(self) -> Between:
        if self.least is None and self.most is None:
            raise ValueError("one of the two ends is needed")
        ends = [end for end in (self.least, self.most) if end is not None]
        if self.fact == "minute" and max(ends) > LAST_MINUTE:
            raise ValueError("a day has 1440 minutes")
        if self.fact != "minute" and len(ends) == 2 and ends[0] > ends[1]:
            raise ValueError("the end lies before the beginning")
        if self.window_days is not None and self.fact not in _IN_A_WINDOW:
            raise ValueError("only visits and spend are counted over days")
        return self


class Lines(Frozen):
    """Only lines of these products or categories (by number) or brands (by name) count, with
    ``but`` all others, and there must be one."""

    kind: Literal["lines"] = "lines"
    fact: Sold
    values: Annotated[tuple[int | str, ...], Field(min_length=1, max_length=5000)]
    but: bool = False

    @model_validator(mode="after")
    def _possible(self) -> Lines:
        expected = str if self.fact == "brand" else int
        if any(type(value) is not expected or value == "" for value in self.values):
            raise ValueError(f"{self.fact} is chosen by {expected.__name__}")
        return self


class NearBirthday(Frozen):
    """Within ``days`` days around the member's birthday in the club's calendar."""

    kind: Literal["birthday"] = "birthday"
    days: Annotated[int, Field(ge=0, le=30)] = 3


class Expression(Frozen):
    """An expression in CEL is true (docs/expressions.md lists what it may speak of)."""

    kind: Literal["expression"] = "expression"
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_EXPRESSION)]


Condition = Annotated[
    OneOf | Between | Lines | NearBirthday | Expression, Field(discriminator="kind")
]


def attribute_key(fact: str) -> str | None:
    """The key of the attribute that a condition's fact names; None for any other fact."""
    return fact[len(ATTRIBUTE) :] if fact.startswith(ATTRIBUTE) else None


def counter_of(condition: Condition) -> Counter | None:
    """Which number of the member's a condition asks for; None for one of anything else."""
    if not isinstance(condition, Between):
        return None
    if condition.fact in COUNTED or attribute_key(condition.fact) is not None:
        return condition.fact, condition.window_days
    return None
