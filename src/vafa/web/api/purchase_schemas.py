"""The forms of bills, of what they bring, and of what comes back of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StrictInt, StringConstraints

from vafa.web.api.schemas import (
    MAX_LINE,
    MAX_ROW,
    STORABLE,
    BalanceOut,
    Input,
    MemberRefIn,
    MoneyAmount,
    ProblemOut,
    RowId,
    Short,
)


class LineIn(Input):
    amount: MoneyAmount
    sku: Short = ""
    name: Annotated[str, StringConstraints(max_length=160), STORABLE] = ""
    quantity: Annotated[float | int, Field(gt=0, le=1_000_000)] = 1
    kind: Literal["", "delivery", "tax", "gift_card"] = Field(
        "", description="What is not goods or a service, and earns only where the club says so"
    )


class PurchaseIn(Input):
    """A bill. Without ``lines`` it is one line; ``member`` absent: a customer who is no member."""

    total: MoneyAmount
    currency: Annotated[str, StringConstraints(max_length=3)] = ""
    branch: RowId | Short = Field(
        "", description="Number or code; may be left out with a key of one branch"
    )
    member: MemberRefIn | None = None
    lines: Annotated[list[LineIn], Field(max_length=500)] = []
    receipt_no: Short = ""
    purchased_at: datetime | None = None
    channel: Literal["", "store", "phone", "online"] = ""
    payment: Literal["", "cash", "card", "online", "credit", "other"] = Field(
        "", description="How the rest is paid; may be left out"
    )
    payment_card: Short = Field(
        "",
        description="What the terminal tells one bank card from another by: a fingerprint or a masked"
        " number, never the whole one; may be left out",
    )
    pay_points: Annotated[StrictInt, Field(ge=0)] = 0
    pay_credit: Annotated[MoneyAmount, Field(ge=0, le=MAX_ROW)] = 0
    voucher: Short = ""
    vouchers: Annotated[list[Short], Field(max_length=10)] = Field(
        [], description="Codes for this bill: the best of them together is taken off"
    )
    reservation: RowId | None = Field(
        None, description="Pays out of it: what is named, or all of it where nothing is named"
    )


class BatchPurchaseIn(PurchaseIn):
    idempotency_key: Annotated[str, StringConstraints(min_length=1, max_length=128), STORABLE]


class BatchIn(Input):
    items: Annotated[list[BatchPurchaseIn], Field(min_length=1, max_length=1000)]


class PartOut(Schema):
    rule: str
    kind: str
    points: int
    unit: Literal["points", "credit", "tier"] = "points"
    saw: dict[str, Any]
    text: str


class MissedOut(Schema):
    """A rule that a purchase would not bring; ``missing``: so much more money would (0: not by
    money alone)."""

    rule: str
    name: str
    text: str
    missing: int


class VoucherPartOut(Schema):
    """A voucher of a bill, and how much it took off."""

    code: str
    amount: int
    lines: list[int] = []


class GivenVoucherOut(Schema):
    """A voucher that a rule gave with the purchase, for the member alone."""

    rule: str
    code: str
    expires_at: datetime


class MetOut(Schema):
    """A challenge that the purchase meets, or an event that its rules raise, and its points."""

    code: str
    points: int


class PurchaseOut(Schema):
    purchase_id: int
    receipt_no: str
    member_id: int | None = None
    total: int | None = None
    paid_by_points: int | None = None
    discount: int | None = None
    points_paid: int | None = None
    paid_by_credit: int | None = None
    vouchers: list[VoucherPartOut] | None = None
    unused_vouchers: list[str] | None = None
    free_delivery: bool | None = None
    points: int | None = None
    credit: int | None = None
    revision_id: int | None = None
    explanation: list[PartOut] = []
    challenges: list[MetOut] = []
    events: list[MetOut] = []
    given_vouchers: list[GivenVoucherOut] = []
    balance: BalanceOut | None = None
    tier: str | None = None


class PreviewOut(PurchaseOut):
    missed: list[MissedOut] = []


class BatchItemOut(Schema):
    status: Literal["recorded", "repeated", "refused"]
    purchase: PurchaseOut | None = None
    problem: ProblemOut | None = None


class BatchOut(Schema):
    items: list[BatchItemOut]


class ReturnLineIn(Input):
    line: Annotated[StrictInt, Field(ge=1, le=MAX_LINE)]
    quantity: Annotated[float | int, Field(gt=0, le=1_000_000)]
    amount: MoneyAmount | None = None


class ReturnIn(Input):
    """The purchase by number or receipt; no lines and no amount: everything that is left."""

    purchase_id: RowId | None = None
    purchase_receipt: Short = ""
    branch: RowId | Short = ""
    lines: Annotated[list[ReturnLineIn], Field(max_length=500)] = []
    amount: MoneyAmount | None = None
    receipt_no: Short = ""
    returned_at: datetime | None = None
    reason: Annotated[str, StringConstraints(max_length=200), STORABLE] = ""


class DeliveryIn(Input):
    """When it was delivered; now where that is not said."""

    delivered_at: datetime | None = None


class DeliveryOut(Schema):
    purchase_id: int
    delivered_at: datetime | None = None
    points_available: int | None = None


class ReturnOut(Schema):
    return_id: int
    receipt_no: str
    purchase_id: int | None = None
    member_id: int | None = None
    total: int | None = None
    money_back: int | None = None
    points_taken: int | None = None
    credit_taken: int | None = None
    points_given_back: int | None = None
    credit_given_back: int | None = None
    voucher_code: str | None = None
    voucher_codes: list[str] | None = None
    vouchers_taken: list[str] | None = Field(None, description="Given with it and now cancelled")
    vouchers_kept: list[str] | None = Field(None, description="Given with it, but used already")
    chances_taken: int | None = None
    chances_kept: int | None = Field(None, description="In draws whose list is closed already")
    balance: BalanceOut | None = None
