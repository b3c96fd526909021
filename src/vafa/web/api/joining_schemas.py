"""The forms of requests to join."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field, StringConstraints

from vafa.web.api.schemas import STORABLE, Input, Short


class JoiningRequestIn(Input):
    mobile: Short
    name: Annotated[str, StringConstraints(min_length=1, max_length=120), STORABLE]
    birth_date: date | None = None
    referred_by: Short = Field("", description="The invitation code of the member who sent her")
    joining_code: Short = Field("", description="A code of the club that she came with")


class JoiningRequestOut(Schema):
    id: int
    mobile: str
    name: str
    state: str
    reason: str
    asked_at: datetime
    decided_at: datetime | None
    member_id: int | None


class JoiningRequestsOut(Schema):
    items: list[JoiningRequestOut]
    next_offset: int | None
