"""The promise as a document: what a revision holds, validated, frozen, ready to evaluate.

Amounts are in the currency's smallest unit, points are whole, percentages are whole (200 means
double). Every text a member may read has a Persian and an English form.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Percent = Annotated[int, Field(ge=100, le=10_000)]
Points = Annotated[int, Field(gt=0, le=1_000_000_000)]
Amount = Annotated[int, Field(gt=0, le=10**13)]


class Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Frozen):
    """A name in both languages; English may be empty and then falls back to Persian."""

    fa: Annotated[str, Field(min_length=1, max_length=120)]
    en: Annotated[str, Field(max_length=120)] = ""

    def said(self, lang: str) -> str:
        """The name in ``lang``."""
        return self.fa if lang == "fa" or not self.en else self.en


class Rule(Frozen):
    id: Slug
    name: Text
    is_active: bool = True


class PerAmount(Rule):
    """``points`` for every ``step`` of what is paid, in proportion, rounded down on the bill."""

    kind: Literal["per_amount"] = "per_amount"
    points: Points
    step: Amount


class Multiplier(Rule):
    """The base points of matching lines times ``percent``; empty conditions match everything.

    ``weekdays`` count from Saturday = 0 to Friday = 6.
    """

    kind: Literal["multiplier"] = "multiplier"
    percent: Percent
    branch_ids: tuple[int, ...] = ()
    category_ids: tuple[int, ...] = ()
    weekdays: tuple[Annotated[int, Field(ge=0, le=6)], ...] = ()


class Welcome(Rule):
    """``points`` for joining."""

    kind: Literal["welcome"] = "welcome"
    points: Points


class Birthday(Rule):
    """The base points times ``percent`` within ``days`` days around the member's birthday."""

    kind: Literal["birthday"] = "birthday"
    percent: Percent
    days: Annotated[int, Field(ge=0, le=30)] = 3


AnyRule = Annotated[PerAmount | Multiplier | Welcome | Birthday, Field(discriminator="kind")]


class Tier(Frozen):
    """A standing from ``from_points`` earned in 12 months; its members' base points ``percent``."""

    code: Slug
    name: Text
    from_points: Annotated[int, Field(ge=0, le=10**12)]
    percent: Percent = 100


class PointTerms(Frozen):
    """Dates and worth of points.

    ``expires_after_months``: of the club's calendar, to the end of that day; none = never.
    ``pending_days``: days of the return window in which points wait. ``worth``: smallest currency
    units that one point pays on a bill, 0 = points pay no bills; ``max_share``: percent of a bill.
    """

    expires_after_months: Annotated[int, Field(ge=1, le=120)] | None = 12
    pending_days: Annotated[int, Field(ge=0, le=365)] = 0
    worth: Annotated[int, Field(ge=0, le=10**9)] = 0
    max_share: Annotated[int, Field(ge=0, le=100)] = 50


class Program(Frozen):
    """Everything that a revision promises."""

    terms: PointTerms = PointTerms()
    rules: tuple[AnyRule, ...] = ()
    tiers: tuple[Tier, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Program:
        ids = [rule.id for rule in self.rules]
        if len(set(ids)) != len(ids):
            raise ValueError("two rules have the same id")
        floors = [tier.from_points for tier in self.tiers]
        if floors != sorted(set(floors)):
            raise ValueError("tiers must rise, each from more points than the one before")
        codes = [tier.code for tier in self.tiers]
        if len(set(codes)) != len(codes):
            raise ValueError("two tiers have the same code")
        return self

    def rule(self, rule_id: str) -> AnyRule | None:
        """The rule of that id, if this revision has it."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def tier(self, code: str) -> Tier | None:
        """The tier of that code, if this revision has it."""
        return next((tier for tier in self.tiers if tier.code == code), None)
