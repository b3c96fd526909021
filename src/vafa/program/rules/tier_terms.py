"""Tiers and the terms by which members rise and fall, as a revision holds them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vafa.program.rules.deeds import GiveVoucher
from vafa.program.rules.frozen import Frozen
from vafa.program.rules.rule import Fixed, Percent, Slug, Text

NO_TIER = "none"
Basis = Literal["points", "spend", "visits", "attribute"]
Window = Literal["rolling", "jalali_year", "gregorian_year", "ever"]
Downgrade = Literal["earned", "one_step", "none"]


BirthdayGift = Annotated[Fixed | GiveVoucher, Field(discriminator="kind")]


class Tier(Frozen):
    """A standing from ``least`` of what the tier terms count (points, smallest units of money,
    visits ...); its members' base points times ``percent``.

    ``free_delivery`` is a flag for the shop's own systems; ``benefits`` are texts for members;
    ``birthday``: points, credit or a voucher that who is in it then gets, as by a rule
    (tier_gifts.py). ``segment``: the code of the segment whose members alone may have it; who is
    not in it has the highest tier below that she may have.
    """

    code: Slug
    name: Text
    least: Annotated[int, Field(ge=0, le=10**15)]
    percent: Percent = 100
    free_delivery: bool = False
    benefits: Annotated[tuple[Text, ...], Field(max_length=10)] = ()
    birthday: BirthdayGift | None = None
    segment: Annotated[str, Field(max_length=40)] = ""

    @model_validator(mode="after")
    def _gives_value(self) -> Tier:
        if isinstance(self.birthday, Fixed) and self.birthday.unit == "tier":
            raise ValueError("a tier's birthday gift is points, credit or a voucher")
        return self


class TierTerms(Frozen):
    """What counts for a tier, how long it counts, and what happens when it no longer does.

    ``basis``: points earned; spend (bills less what came back); visits (days with a purchase that
    was not brought back whole); the number in the member's ``attribute``. ``window``: the last
    ``months``, the current year of a calendar, or ever. ``downgrade``: to what is earned, one
    step at a time, or none. ``grace_days`` a tier is kept after it is no longer earned;
    ``warn_days`` before a loss the member is told (0: nobody is). docs/tiers.md has the definition.
    """

    basis: Basis = "points"
    attribute: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9_]*$")] = ""
    window: Window = "rolling"
    months: Annotated[int, Field(ge=1, le=60)] = 12
    downgrade: Downgrade = "earned"
    grace_days: Annotated[int, Field(ge=0, le=730)] = 0
    warn_days: Annotated[int, Field(ge=0, le=90)] = 0

    @model_validator(mode="after")
    def _possible(self) -> TierTerms:
        if (self.basis == "attribute") != bool(self.attribute):
            raise ValueError("an attribute is named where tiers go by it, and only there")
        if self.basis == "attribute" and self.window != "ever":
            raise ValueError("an attribute is what it is now: it has no window")
        if self.window == "ever" and (self.downgrade != "earned" or self.grace_days):
            raise ValueError("what counts for ever is not lost by time: there is nothing to soften")
        if self.window == "ever" and self.warn_days:
            raise ValueError(
                "what counts for ever is not lost by time: there is nothing to warn of"
            )
        if self.downgrade == "none" and (self.grace_days or self.warn_days):
            raise ValueError("a tier that is never lost needs no grace and no warning")
        return self

    @property
    def is_plain(self) -> bool:
        """Whether today's window alone says the tier, and nothing before it."""
        return self.downgrade == "earned" and not self.grace_days

    @property
    def most_visits(self) -> int | None:
        """The most that days with a purchase can ever come to; None: there is no end to it."""
        if self.basis != "visits" or self.window == "ever":
            return None
        return 31 * self.months if self.window == "rolling" else 366


def check_tiers(tiers: tuple[Tier, ...]) -> None:
    """Raises ValueError where thresholds overlap or do not rise, or a code is there twice."""
    floors = [tier.least for tier in tiers]
    if floors != sorted(set(floors)):
        raise ValueError("tiers must rise, each from more than the one before")
    codes = [tier.code for tier in tiers]
    if len(set(codes)) != len(codes):
        raise ValueError("two tiers have the same code")
    if NO_TIER in codes:
        raise ValueError(f"{NO_TIER} stands for those who have no tier")
