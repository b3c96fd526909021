"""The promise as a document: what a revision holds, validated, frozen, ready to evaluate.

Amounts are in the currency's smallest unit, points are whole, percentages are whole (200 means
double). Every text a member may read has a Persian and an English form.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vafa.program.rules.expiry import After, Expiry, Never
from vafa.program.rules.frozen import Frozen
from vafa.program.rules.rule import Group, OneOf, Percent, Rule, Slug, Text


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
    rules: tuple[Rule, ...] = ()
    groups: tuple[Group, ...] = ()
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
        _check_groups(self)
        _check_tiers_named(self)
        return self

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id, if this revision has it."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def group(self, code: str) -> Group | None:
        """The stacking group of that code, if this revision has it."""
        return next((group for group in self.groups if group.code == code), None)

    def tier(self, code: str) -> Tier | None:
        """The tier of that code, if this revision has it."""
        return next((tier for tier in self.tiers if tier.code == code), None)


def _check_groups(program: Program) -> None:
    codes = [group.code for group in program.groups]
    if len(set(codes)) != len(codes):
        raise ValueError("two groups have the same code")
    for rule in program.rules:
        if rule.group and rule.group not in codes:
            raise ValueError(f"rule {rule.id} names the group {rule.group}, which is not there")
    for group in program.groups:
        kinds = {rule.gives.kind for rule in program.rules if rule.group == group.code}
        if group.mode != "all" and len(kinds) > 1:
            raise ValueError(f"rules of the group {group.code} must give the same kind of thing")


def _check_tiers_named(program: Program) -> None:
    codes = {tier.code for tier in program.tiers}
    for rule in program.rules:
        for condition in rule.conditions:
            if isinstance(condition, OneOf) and condition.fact == "tier":
                for code in condition.values:
                    if code not in codes:
                        raise ValueError(
                            f"rule {rule.id} names the tier {code}, which is not there"
                        )
