"""The forms of requests and answers about vouchers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StrictInt, StringConstraints

from vafa.web.api.purchase_schemas import VoucherPartOut
from vafa.web.api.schemas import STORABLE, Input, MemberRefIn, MoneyAmount, RowId, Short

_MOST_CODES = 100_000


class VoucherCheckOut(Schema):
    """What the codes would give on this bill; ``unused_vouchers`` add nothing and keep their
    use."""

    total: int
    discount: int
    to_pay: int
    free_delivery: bool
    vouchers: list[VoucherPartOut]
    unused_vouchers: list[str]


class VoucherOut(Schema):
    """A voucher of a member. ``state``: usable, used, given_up or expired; ``left``: money that it
    takes off, or what is left on a gift card; ``text``: what it gives, in words."""

    code: str
    kind: str
    text: str
    conditions: list[str]
    left: int
    min_basket: int
    max_uses: int | None
    times_used: int
    state: str
    starts_at: datetime | None
    expires_at: datetime


class VouchersOut(Schema):
    items: list[VoucherOut]


class SeriesIn(Input):
    """Terms that the codes share. A gift card is used until it is empty; ``max_uses`` null: without
    limit. ``letters`` random letters behind ``prefix``; 16 cannot be guessed."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120), STORABLE]
    kind: Literal["voucher", "percent", "gift", "buy_get", "delivery"]
    value: MoneyAmount = 0
    min_basket: MoneyAmount = 0
    max_uses: Annotated[StrictInt, Field(ge=1, le=10**9)] | None = 1
    terms: dict[str, Any] = {}
    starts_at: datetime | None = None
    expires_at: datetime
    count: Annotated[StrictInt, Field(ge=1, le=_MOST_CODES)] = 1
    prefix: Annotated[str, StringConstraints(max_length=16, pattern="^[A-Z0-9]*$")] = ""
    letters: Annotated[StrictInt, Field(ge=6, le=16)] = 16


class SeriesOut(Schema):
    """A series: ``made`` of its ``wanted`` codes are there."""

    series_id: int
    name: str
    kind: str
    value: int
    min_basket: int
    max_uses: int | None
    terms: dict[str, Any]
    starts_at: datetime | None
    expires_at: datetime
    wanted: int
    made: int
    is_cancelled: bool


class SeriesListOut(Schema):
    items: list[SeriesOut]


class CodeOut(Schema):
    code: str
    member_id: int | None
    times_used: int
    taken_off: int
    is_cancelled: bool


class CodesOut(Schema):
    items: list[CodeOut]
    next_after: int | None


class GiveCodeIn(Input):
    """Whose the next free code of a series becomes."""

    series_id: RowId
    member: MemberRefIn


class GivenCodeOut(Schema):
    voucher_code: str
    series_id: int
    member_id: int
    kind: str | None = None
    value: int | None = None
    expires_at: datetime | None = None


class CancelCodeIn(Input):
    code: Short


class CancelledCodeOut(Schema):
    voucher_code: str
