"""What the forms of requests and answers have in common.

Amounts are whole numbers of the currency's smallest unit.
"""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StringConstraints
from pydantic_core import PydanticCustomError

# What PostgreSQL can store.
MAX_ROW, MAX_LINE = 2**63 - 1, 2**31 - 1


def _storable(text: str) -> str:
    """PostgreSQL has no NUL in texts: one would fail the statement, and all that it writes."""
    if "\x00" in text:
        raise PydanticCustomError("nul_character", "String should have no NUL character")
    return text


MoneyAmount = Annotated[
    StrictInt, Field(description="Smallest unit of the club's currency (rials)")
]
RowId = Annotated[StrictInt, Field(ge=0, le=MAX_ROW)]
Count = Annotated[StrictInt, Field(ge=0, le=MAX_ROW)]
Offset = Annotated[int, Field(ge=0, le=MAX_LINE)]
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


class BalanceOut(Schema):
    available: int
    pending: int = 0
    held: int = Field(0, description="Set aside for a bill, or for a reward that is not used yet")


# The statuses of refusals; 503 while the database cannot be reached.
REFUSED = frozenset({400, 401, 403, 404, 409, 413, 422, 503})


class ProblemOut(Schema):
    type: str
    title: str
    status: int
    code: str
    details: dict[str, Any] = {}


class HeldOut(Schema):
    available: int
    held: int
