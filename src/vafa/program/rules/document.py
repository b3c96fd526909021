"""The promise as a document: what a revision holds, validated, frozen, ready to evaluate.

Amounts are in the currency's smallest unit, points are whole, percentages are whole (200 means
double). Every text a member may read has a Persian and an English form.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vafa.program.rules.expiry import After, Expiry, Never
from vafa.program.rules.frozen import Frozen

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Percent = Annotated[int, Field(ge=100, le=10_000)]
Points = Annotated[int, Field(gt=0, le=1_000_000_000)]
Amount = Annotated[int, Field(gt=0, le=10**13)]


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


class ValueTerms(Frozen):
    """Dates of what a unit counts.

    ``pending_days`` is the return window in which value of a purchase waits. With
    ``pending_until`` delivery it waits until the purchase is reported delivered, at the latest
    for ``pending_days`` (0: without a limit). ``warn_days`` before an expiry the member is told,
    and what she was not told of does not expire; 0: nobody is told. For ``revive_days`` after an
    expiry the staff may give back what it took.
    """

    expiry: Expiry = After(count=12)
    pending_days: Annotated[int, Field(ge=0, le=365)] = 0
    pending_until: Literal["days", "delivery"] = "days"
    warn_days: Annotated[int, Field(ge=0, le=90)] = 0
    revive_days: Annotated[int, Field(ge=0, le=3650)] = 90


class PointTerms(ValueTerms):
    """Dates and worth of points.

    ``worth``: smallest currency units that one point pays on a bill, 0 = points pay no bills;
    ``max_share``: percent of a bill.
    """

    worth: Annotated[int, Field(ge=0, le=10**9)] = 0
    max_share: Annotated[int, Field(ge=0, le=100)] = 50


class CreditTerms(ValueTerms):
    """Dates of credit, which is money of the club's currency that pays bills in the club."""

    expiry: Expiry = Never()


class AdjustmentTerms(Frozen):
    """Corrections by hand: more points (or smallest units of credit) than this at once need a
    second person."""

    points_alone: Annotated[int, Field(ge=0, le=10**12)] = 1_000
    credit_alone: Annotated[int, Field(ge=0, le=10**13)] = 1_000_000


class GiftTerms(Frozen):
    """Points from member to member: off unless switched on; limits of a giver's day."""

    is_on: bool = False
    points_a_day: Annotated[int, Field(ge=1, le=10**9)] = 500
    gifts_a_day: Annotated[int, Field(ge=1, le=100)] = 3


class HoldTerms(Frozen):
    """How long value stays set aside for a bill that is not paid yet."""

    minutes: Annotated[int, Field(ge=1, le=10_080)] = 15


class HouseholdTerms(Frozen):
    """Members who share one account: off unless switched on."""

    is_on: bool = False
    most_members: Annotated[int, Field(ge=2, le=50)] = 6


class Program(Frozen):
    """Everything that a revision promises."""

    terms: PointTerms = PointTerms()
    credit: CreditTerms = CreditTerms()
    adjustments: AdjustmentTerms = AdjustmentTerms()
    gifts: GiftTerms = GiftTerms()
    holds: HoldTerms = HoldTerms()
    households: HouseholdTerms = HouseholdTerms()
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
