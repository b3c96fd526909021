"""The forms of corrections, gifts and households."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StrictInt, StringConstraints

from vafa.flows.entries import MAX_AMOUNT, MAX_REASON
from vafa.flows.gifts import MAX_MESSAGE
from vafa.web.api.schemas import STORABLE, BalanceOut, Input, MemberRefIn, RowId

Reason = Annotated[str, StringConstraints(max_length=MAX_REASON), STORABLE]
Spenders = Literal["all", "head"]


class AdjustmentIn(Input):
    """Points or credit (smallest currency units) to give, or negative, to take."""

    member: MemberRefIn
    unit: Literal["points", "credit"] = "points"
    amount: Annotated[StrictInt, Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
    reason: Reason


class AdjustmentOut(Schema):
    """``status``: applied, refused, or waiting for a second person, who decides in the panel."""

    adjustment_id: int
    member_id: int | None = None
    unit: str | None = None
    amount: int | None = None
    status: str | None = None
    decision_id: int | None = None


class ReverseIn(Input):
    reason: Reason


class ReviveIn(Input):
    """Expired points or credit are good for ``days`` more days."""

    reason: Reason
    days: Annotated[StrictInt, Field(ge=1, le=365)] = 30


class ReversedOut(Schema):
    decision_id: int
    transfer_id: int
    points: int | None = None
    credit: int | None = None
    until: datetime | None = None


class GiftIn(Input):
    giver: MemberRefIn
    taker: MemberRefIn
    points: Annotated[StrictInt, Field(ge=1, le=MAX_AMOUNT)]
    message: Annotated[str, StringConstraints(max_length=MAX_MESSAGE), STORABLE] = ""


class GiftOut(Schema):
    decision_id: int
    giver_id: int
    taker_id: int
    points: int | None = None
    balance: BalanceOut | None = None


class MergeIn(Input):
    """``gone_id`` becomes the member of the address."""

    gone_id: RowId
    reason: Reason


class MergedOut(Schema):
    member_id: int
    merged_id: int
    points: int | None = None
    credit: int | None = None


class HouseholdIn(Input):
    """Its first member, who leads it, and who may spend: all of them or only the head."""

    head: MemberRefIn
    spenders: Spenders = "all"


class HouseholdMemberIn(Input):
    member: MemberRefIn


class HouseholdChangeIn(Input):
    head: MemberRefIn
    spenders: Spenders


class HouseholdOut(Schema):
    household_id: int
    head_id: int
    spenders: str
    member_ids: list[int]


class HouseholdChangedOut(Schema):
    household_id: int
    head_id: int | None = None
    spenders: str | None = None
    member_id: int | None = None
