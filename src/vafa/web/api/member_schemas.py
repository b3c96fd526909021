"""The forms of members and of how they stand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from vafa.web.api.consent_schemas import ConsentKey, TermsVersion
from vafa.web.api.schemas import STORABLE, HeldOut, Input, Short
from vafa.web.api.tier_schemas import MemberTierOut, TierOut


class MemberIn(Input):
    mobile: Short = ""
    external_id: Short = ""
    name: Annotated[str, StringConstraints(max_length=120), STORABLE] = ""
    gender: Literal["", "female", "male"] = ""
    birth_date: date | None = None
    email: Annotated[str, StringConstraints(max_length=254), STORABLE] = ""
    city: Annotated[str, StringConstraints(max_length=60), STORABLE] = ""
    education: Literal["", "school", "diploma", "associate", "bachelor", "master", "doctor"] = ""
    acquaintance: Literal[
        "", "friend", "passing", "social", "search", "advert", "message", "event", "other"
    ] = ""
    interests: Annotated[list[Short], Field(max_length=20)] = Field(
        [], description="Codes of product categories"
    )
    wedding_date: date | None = None
    consents: Annotated[list[ConsentKey], Field(max_length=100)] = Field(
        [], description='What she allows, as `/consents` names it ("offers:sms")'
    )
    terms_version: TermsVersion = Field(
        0, description="The terms that she accepts, as `/consents` tells them; 0 for none"
    )
    referred_by: Short = Field("", description="The invitation code of the member who sent her")
    joining_code: Short = Field("", description="A code of the club that she came with")
    receipt_no: Short = Field("", description="The receipt that opens a closed club to her")
    receipt_total: int = Field(0, ge=0, le=10**13, description="The sum of that receipt")


class MemberOut(Schema):
    id: int
    mobile: str | None
    external_id: str | None
    name: str
    gender: str
    birth_date: date | None
    email: str
    city: str
    education: str
    acquaintance: str
    interests: list[str]
    wedding_date: date | None
    consents: list[str]
    terms_version: int
    is_active: bool
    left_at: datetime | None
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
