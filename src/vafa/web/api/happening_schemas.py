"""The forms of visits and events."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from vafa.web.api.schemas import Input, MemberRefIn, RowId, Short


def _storable(data: dict[str, Any] | None) -> dict[str, Any] | None:
    """PostgreSQL has no NUL in texts, however deep it is."""
    if _has_nul(data):
        raise PydanticCustomError("nul_character", "Data should have no NUL character")
    return data


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_has_nul(name) or _has_nul(inner) for name, inner in value.items())
    return isinstance(value, list) and any(_has_nul(inner) for inner in value)


class VisitIn(Input):
    member: MemberRefIn
    branch: RowId | Short = Field(
        "", description="Number or code; may be left out with a key of one branch"
    )
    occurred_at: datetime | None = None


class EventIn(Input):
    """``name`` as the programme has it; ``reference`` makes it count once, whoever sends it again
    with another key; ``data`` at most 4,000 characters as JSON."""

    member: MemberRefIn
    name: Short
    reference: Short = ""
    branch: RowId | Short = Field(
        "", description="Number or code of where it happened; may be left out"
    )
    occurred_at: datetime | None = None
    data: Annotated[dict[str, Any] | None, AfterValidator(_storable)] = None


class HappenedOut(Schema):
    """``is_new``: false for what had counted before."""

    member_id: int
    is_new: bool | None = None
    points: int | None = None
    decision_id: int | None = None
