"""The forms of requests and answers. Amounts are whole numbers of the currency's smallest unit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StringConstraints
from pydantic_core import PydanticCustomError

from vafa.web.api.tier_schemas import TierOut

# What PostgreSQL can store.
_MAX_ROW, _MAX_LINE = 2**63 - 1, 2**31 - 1


def _storable(text: str) -> str:
    """PostgreSQL has no NUL in texts: one would fail the statement, and all that it writes."""
    if "\x00" in text:
        raise PydanticCustomError("nul_character", "String should have no NUL character")
    return text


MoneyAmount = Annotated[
    StrictInt, Field(description="Smallest unit of the club's currency (rials)")
]
RowId = Annotated[StrictInt, Field(ge=0, le=_MAX_ROW)]
Count = Annotated[StrictInt, Field(ge=0, le=_MAX_ROW)]
Offset = Annotated[int, Field(ge=0, le=_MAX_LINE)]
STORABLE = AfterValidator(_storable)
Short = Annotated[str, StringConstraints(max_length=64), STORABLE]


class Input(BaseModel):
    """What callers send. Plain pydantic: ninja's own Schema costs three times as much to read."""

    model_config = ConfigDict(extra="forbid")


class MemberRefIn(Input):
    """One of these."""

    id: StrictInt | None = None
    mobile: Short | None = None
    card: Short | None = None
    external_id: Short | None = None


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
    pay_points: Annotated[StrictInt, Field(ge=0)] = 0
    pay_credit: Annotated[MoneyAmount, Field(ge=0, le=_MAX_ROW)] = 0
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


class BalanceOut(Schema):
    available: int
    pending: int = 0


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


# The statuses of refusals; 503 while the database cannot be reached.
REFUSED = frozenset({400, 401, 403, 404, 409, 413, 422, 503})


class ProblemOut(Schema):
    type: str
    title: str
    status: int
    code: str
    details: dict[str, Any] = {}


class BatchItemOut(Schema):
    status: Literal["recorded", "repeated", "refused"]
    purchase: PurchaseOut | None = None
    problem: ProblemOut | None = None


class BatchOut(Schema):
    items: list[BatchItemOut]


class ReturnLineIn(Input):
    line: Annotated[StrictInt, Field(ge=1, le=_MAX_LINE)]
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


class MembersOut(Schema):
    items: list[MemberOut]
    next_after: int | None


class DatedPointsOut(Schema):
    at: datetime
    points: int


class HeldOut(Schema):
    available: int
    held: int


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
    credit: Annotated[MoneyAmount, Field(ge=0, le=_MAX_ROW)] = 0
    voucher: Short = ""
    minutes: Annotated[StrictInt, Field(ge=1, le=10_080)] | None = Field(
        None, description="How long; the programme's own time where it is left out"
    )


class CaptureIn(Input):
    """A part of what is reserved; all of it where both are left out. The rest goes back."""

    points: Count | None = None
    credit: Annotated[MoneyAmount, Field(ge=0, le=_MAX_ROW)] | None = None


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
