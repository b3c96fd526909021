"""The forms of members and of how they stand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from vafa.web.api.schemas import STORABLE, HeldOut, Input, Short
from vafa.web.api.tier_schemas import MemberTierOut, TierOut


class MemberIn(Input):
    mobile: Short = ""
    external_id: Short = ""
    name: Annotated[str, StringConstraints(max_length=120), STORABLE] = ""
    gender: Literal["", "female", "male"] = ""
    birth_date: date | None = None
    referred_by: Short = Field("", description="The invitation code of the member who sent her")


class MemberOut(Schema):
    id: int
    mobile: str | None
    external_id: str | None
    name: str
    gender: str
    birth_date: date | None
    is_active: bool
    joined_at: datetime
    cards: list[str]
    merged_into: int | None
    household_id: int | None


class MemberWithTierOut(MemberOut):
    """A member with her tier; None where the club has no programme in force."""

    tier: MemberTierOut | None


class MembersOut(Schema):
    items: list[MemberOut]
    next_after: int | None


class DatedPointsOut(Schema):
    at: datetime
    points: int


class StandingOut(Schema):
    available: int
    pending: int
    held: int
    credit: HeldOut
    worth: int
    expiring: list[DatedPointsOut]
    maturing: list[DatedPointsOut]
    tier: TierOut | None
    next_tier: TierOut | None
    counted: int
    missing: int
    keep_until: date | None


class TransferOut(Schema):
    at: datetime
    kind: str
    points: int
    credit: int
    transfer_id: int | None
    explanation: list[str]
    purchase_id: int | None
    receipt_no: str | None


class TransfersOut(Schema):
    items: list[TransferOut]
    next_offset: int | None
