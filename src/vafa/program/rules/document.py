"""The promise as a document: what a revision holds, validated, frozen, ready to evaluate.

Amounts are in the currency's smallest unit, points are whole, percentages are whole (200 means
double). Every text a member may read has a Persian and an English form.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vafa.program.rules.deeds import BadgeKind, GiveBadge, RaiseEvent
from vafa.program.rules.expiry import After, Expiry, Never
from vafa.program.rules.frozen import Frozen
from vafa.program.rules.limits import Budget
from vafa.program.rules.moments import DETAILS, KNOWN_EVENTS, Detail
from vafa.program.rules.place_terms import BranchManagers, PlaceTerms, check_places, terms_at
from vafa.program.rules.rule import Group, OneOf, Rule, Slug, Text
from vafa.program.rules.tier_terms import Tier as Tier
from vafa.program.rules.tier_terms import TierTerms, check_tiers
from vafa.program.rules.what_earns import EarningTerms


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

    @property
    def waits(self) -> bool:
        """Whether value of a purchase waits at all."""
        return bool(self.pending_days) or self.pending_until == "delivery"


class PointTerms(ValueTerms):
    """Dates and worth of points.

    ``worth``: smallest currency units that one point pays on a bill, 0 = points pay no bills;
    ``max_share``: percent of a bill. ``judges``: a purchase dated before this revision is judged
    by it ("today"), or by the one that was live at its date ("then").
    """

    worth: Annotated[int, Field(ge=0, le=10**9)] = 0
    max_share: Annotated[int, Field(ge=0, le=100)] = 50
    judges: Literal["today", "then"] = "today"


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


class TillTerms(Frozen):
    """What a till may do alone, and what it may not.

    ``offline_points`` and ``offline_credit`` (smallest currency units): what a member may spend in a
    day at tills without a line, 0 = nothing. ``confirm_points``, ``confirm_credit``: from so much on
    a payment needs the member's own word, 0 = never.
    """

    offline_points: Annotated[int, Field(ge=0, le=10**9)] = 0
    offline_credit: Annotated[int, Field(ge=0, le=10**13)] = 0
    confirm_points: Annotated[int, Field(ge=0, le=10**9)] = 0
    confirm_credit: Annotated[int, Field(ge=0, le=10**13)] = 0


class HouseholdTerms(Frozen):
    """Members who share one account: off unless switched on.

    ``by_members``: they make households and invite into them themselves, not only the staff. Off
    unless switched on too, since what moves into a household is bound by no limit on gifts.
    """

    is_on: bool = False
    most_members: Annotated[int, Field(ge=2, le=50)] = 6
    by_members: bool = False


class ProfileTerms(Frozen):
    """What a member must have told of herself for her profile to be complete."""

    details: Annotated[tuple[Detail, ...], Field(min_length=1)] = DETAILS


class ReferralTerms(Frozen):
    """Members invite friends: off unless switched on.

    Both get their points when the friend buys for at least ``least`` (smallest currency units, 0:
    for anything) within ``valid_days`` of joining. The points wait for the return window of that
    purchase, or for ``waits_days`` where purchases have none. ``a_month`` and ``in_all``: for how
    many friends one member is rewarded at most.
    """

    is_on: bool = False
    inviter_points: Annotated[int, Field(ge=0, le=10**9)] = 100
    friend_points: Annotated[int, Field(ge=0, le=10**9)] = 50
    least: Annotated[int, Field(ge=0, le=10**13)] = 0
    waits_days: Annotated[int, Field(ge=0, le=365)] = 7
    valid_days: Annotated[int, Field(ge=1, le=366)] = 90
    a_month: Annotated[int, Field(ge=1, le=1000)] = 5
    in_all: Annotated[int, Field(ge=1, le=100_000)] = 50

    @model_validator(mode="after")
    def _possible(self) -> ReferralTerms:
        if self.is_on and not (self.inviter_points or self.friend_points):
            raise ValueError("nobody gets anything for an invitation")
        return self


class EventKind(Frozen):
    """Something that other programs report of members; the code is its name there."""

    code: Slug
    name: Text


class Challenge(Frozen):
    """To be met within ``days`` days, again and again: ``count`` purchases, or purchases out of
    ``count`` different categories."""

    code: Slug
    name: Text
    kind: Literal["purchases", "categories"] = "purchases"
    count: Annotated[int, Field(ge=2, le=100)]
    days: Annotated[int, Field(ge=1, le=366)]


class Program(Frozen):
    """Everything that a revision promises."""

    terms: PointTerms = PointTerms()
    credit: CreditTerms = CreditTerms()
    earning: EarningTerms = EarningTerms()
    adjustments: AdjustmentTerms = AdjustmentTerms()
    gifts: GiftTerms = GiftTerms()
    holds: HoldTerms = HoldTerms()
    till: TillTerms = TillTerms()
    households: HouseholdTerms = HouseholdTerms()
    profile: ProfileTerms = ProfileTerms()
    referral: ReferralTerms = ReferralTerms()
    events: Annotated[tuple[EventKind, ...], Field(max_length=200)] = ()
    challenges: Annotated[tuple[Challenge, ...], Field(max_length=50)] = ()
    badges: Annotated[tuple[BadgeKind, ...], Field(max_length=100)] = ()
    rules: tuple[Rule, ...] = ()
    groups: tuple[Group, ...] = ()
    budgets: Annotated[tuple[Budget, ...], Field(max_length=200)] = ()
    tiers: tuple[Tier, ...] = ()
    tier_terms: TierTerms = TierTerms()
    places: Annotated[tuple[PlaceTerms, ...], Field(max_length=5000)] = ()
    managers: BranchManagers = BranchManagers()

    @model_validator(mode="after")
    def _consistent(self) -> Program:
        ids = [rule.id for rule in self.rules]
        if len(set(ids)) != len(ids):
            raise ValueError("two rules have the same id")
        check_tiers(self.tiers)
        _check_groups(self)
        _check_budgets(self)
        _check_happenings(self)
        _check_tiers_named(self)
        check_places(self.places, ids)
        _check_deeds(self)
        return self

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id, if this revision has it."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def group(self, code: str) -> Group | None:
        """The stacking group of that code, if this revision has it."""
        return next((group for group in self.groups if group.code == code), None)

    def budget(self, code: str) -> Budget | None:
        """The budget of that code, if this revision has it."""
        return next((budget for budget in self.budgets if budget.code == code), None)

    def event(self, code: str) -> EventKind | None:
        """The event of that code, if this revision knows it."""
        return next((event for event in self.events if event.code == code), None)

    def knows_event(self, code: str) -> bool:
        """Whether rules of this revision may be about that event, defined or known to all."""
        return code in KNOWN_EVENTS or self.event(code) is not None

    def badge(self, code: str) -> BadgeKind | None:
        """The badge of that code, if this revision has it."""
        return next((badge for badge in self.badges if badge.code == code), None)

    def challenge(self, code: str) -> Challenge | None:
        """The challenge of that code, if this revision has it."""
        return next((challenge for challenge in self.challenges if challenge.code == code), None)

    def terms_at(self, branch_id: int, merchant_id: int) -> PlaceTerms | None:
        """What differs at a branch of a merchant; None where nothing does."""
        return terms_at(self.places, branch_id, merchant_id) if self.places else None

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
        kinds = {
            (rule.gives.kind, rule.gives.unit) for rule in program.rules if rule.group == group.code
        }
        if group.mode != "all" and len(kinds) > 1:
            raise ValueError(f"rules of the group {group.code} must give the same kind of thing")


def _check_budgets(program: Program) -> None:
    codes = [budget.code for budget in program.budgets]
    if len(set(codes)) != len(codes):
        raise ValueError("two budgets have the same code")
    for rule in program.rules:
        if rule.budget and rule.budget not in codes:
            raise ValueError(f"rule {rule.id} names the budget {rule.budget}, which is not there")


def _check_happenings(program: Program) -> None:
    known = {
        "event": [event.code for event in program.events],
        "challenge": [challenge.code for challenge in program.challenges],
    }
    for what, codes in known.items():
        if len(set(codes)) != len(codes):
            raise ValueError(f"two {what}s have the same code")
    known["event"] += KNOWN_EVENTS
    for rule in program.rules:
        if rule.on in known and rule.what not in known[rule.on]:
            raise ValueError(f"rule {rule.id} names the {rule.on} {rule.what}, which is not there")


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


def _check_deeds(program: Program) -> None:
    badges = [badge.code for badge in program.badges]
    if len(set(badges)) != len(badges):
        raise ValueError("two badges have the same code")
    events = {event.code for event in program.events}
    for rule in program.rules:
        gives = rule.gives
        if isinstance(gives, GiveBadge) and gives.badge not in badges:
            raise ValueError(f"rule {rule.id} names the badge {gives.badge}, which is not there")
        if isinstance(gives, RaiseEvent) and gives.event not in events:
            raise ValueError(f"rule {rule.id} names the event {gives.event}, which is not there")
