"""What answers say of tiers."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ninja import Schema


class TierOut(Schema):
    code: str
    name: str
    least: int
    percent: int
    free_delivery: bool
    benefits: list[str]
    birthday_gift: str


class TierChangeOut(Schema):
    day: date
    before: str
    after: str
    why: Literal["risen", "fallen", "taken_back", "new_terms", "segment"]
    text: str


class MemberTierOut(Schema):
    """A member's tier, and what she lacks: ``missing`` to the next, ``missing_to_keep`` this one."""

    code: str | None
    name: str
    next_code: str | None
    next_name: str
    basis: Literal["points", "spend", "visits", "attribute"]
    counted: int
    missing: int
    keep_until: date | None
    missing_to_keep: int | None
    texts: list[str]


class TierStandingOut(Schema):
    basis: Literal["points", "spend", "visits", "attribute"]
    tier: TierOut | None
    counted: int
    next_tier: TierOut | None
    missing: int
    keep_until: date | None
    falls_to: TierOut | None
    missing_to_keep: int | None
    is_warned: bool
    texts: list[str]
    changes: list[TierChangeOut]
