"""The forms of rewards, and of what is set aside for a bill."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, StrictInt

from vafa.web.api.schemas import (
    MAX_ROW,
    BalanceOut,
    Count,
    HeldOut,
    Input,
    MemberRefIn,
    MoneyAmount,
    RowId,
    Short,
)


class RewardOut(Schema):
    id: int
    name: str
    kind: str
    points: int
    value: int
    min_basket: int
    valid_days: int
    stock: int | None
    text: str
    terms: dict[str, Any]
    max_uses: int
    starts_at: datetime | None
    ends_at: datetime | None
    tiers: list[str]
    segment: str
    per_member: int | None


class RedemptionIn(Input):
    member: MemberRefIn
    reward_id: RowId


class RedemptionOut(Schema):
    redemption_id: int
    reward_id: int
    member_id: int
    points: int
    voucher_code: str
    kind: str
    value: int
    min_basket: int
    expires_at: datetime
    balance: BalanceOut


class CancelledOut(Schema):
    redemption_id: int
    points_given_back: int | None = None
    balance: BalanceOut | None = None


class ReservationIn(Input):
    """Points, credit or a voucher, at least one of them, for a bill of this member."""

    member: MemberRefIn
    branch: RowId | Short = Field(
        "", description="Number or code; may be left out with a key of one branch"
    )
    points: Count = 0
    credit: Annotated[MoneyAmount, Field(ge=0, le=MAX_ROW)] = 0
    voucher: Short = ""
    minutes: Annotated[StrictInt, Field(ge=1, le=10_080)] | None = Field(
        None, description="How long; the programme's own time where it is left out"
    )


class CaptureIn(Input):
    """A part of what is reserved; all of it where both are left out. The rest goes back."""

    points: Count | None = None
    credit: Annotated[MoneyAmount, Field(ge=0, le=MAX_ROW)] | None = None


class ReservationOut(Schema):
    reservation_id: int
    member_id: int
    branch_id: int
    points: int | None = None
    credit: int | None = None
    voucher_code: str | None = None
    status: str | None = None
    expires_at: datetime
    balance: HeldOut | None = None
    credit_balance: HeldOut | None = None
    decision_id: int | None = None
    purchase_id: int | None = None
