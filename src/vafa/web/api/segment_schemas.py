"""The forms of answers about segments."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

# In an address a number is text.
After = Annotated[int, Field(ge=0, le=2**63 - 1)]


class SegmentRowOut(Schema):
    """``code`` is how definitions name it; it never changes."""

    id: int
    code: str
    name: str
    name_en: str
    is_archived: bool


class SegmentsOut(Schema):
    items: list[SegmentRowOut]


class SegmentOut(SegmentRowOut):
    """``text`` says the definition in the language asked for; ``count`` is of the moment ``at``."""

    definition: dict[str, Any]
    text: str
    count: int
    at: datetime


class SegmentMembersOut(Schema):
    member_ids: list[int]
    next_after: int | None = None


class MemberSegmentsOut(Schema):
    """``member_id`` is the member she is now, where she was merged into another."""

    member_id: int
    items: list[SegmentRowOut]
