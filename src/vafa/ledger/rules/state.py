"""What a plan works on: accounts, lots and holds as read, and the rows to be written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

HOLDER_KINDS = ("pending", "available", "held", "debt")
POOL_KINDS = ("issuance", "spent", "expired")


class Ref(NamedTuple):
    """What made a movement (in the rooms above) and when it counts."""

    source: str
    source_id: int
    effective_at: datetime


class LotTerms(NamedTuple):
    """Dates of value when it is earned.

    It waits as pending until ``matures_at``, or, with ``waits`` and no date, until something
    happens. It expires at ``expires_at``, or ``slides_months`` after the last activity, or never.
    """

    earned_at: datetime
    expires_at: datetime | None
    matures_at: datetime | None = None
    slides_months: int | None = None
    waits: bool = False

    @property
    def is_pending(self) -> bool:
        """Whether the value must wait at all."""
        return self.waits or self.matures_at is not None


@dataclass(slots=True)
class AccountState:
    """An account as locked, then as planned. ``balance`` is None for pools."""

    id: int
    unit_id: int
    holder: int
    kind: str
    balance: int | None
    version: int
    active_at: datetime | None = None
    is_new: bool = False


@dataclass(slots=True)
class LotState:
    """A lot as read, then as planned.

    ``due_at`` is when it expires as things stand: its own date, or the one that its account's
    last activity gives to a sliding lot. ``is_overdue_unwarned`` says that it is past that date
    and still good, because its holder was not warned in time.
    """

    id: int
    account_id: int
    transfer_id: int
    origin_id: int
    amount: int
    remaining: int
    earned_at: datetime
    matures_at: datetime | None
    expires_at: datetime | None
    slides_months: int | None = None
    due_at: datetime | None = None
    is_overdue_unwarned: bool = False
    instead_of_id: int | None = None
    is_new: bool = False

    @property
    def terms(self) -> LotTerms:
        """The dates that its value keeps when it moves to another lot."""
        return LotTerms(self.earned_at, self.expires_at, self.matures_at, self.slides_months)

    def pays(self, at: datetime) -> bool:
        """Whether it may be spent at that moment."""
        return self.due_at is None or self.due_at > at or self.is_overdue_unwarned


@dataclass(slots=True)
class HoldState:
    """A hold as read, then as planned. ``transfer_id`` reserved it."""

    id: int
    account_id: int
    unit_id: int
    holder: int
    transfer_id: int
    amount: int
    captured: int
    status: str
    expires_at: datetime | None
    source: str
    source_id: int
    resolved_at: datetime | None = None
    is_new: bool = False


class PlannedTransfer(NamedTuple):
    id: int
    unit_id: int
    debit_id: int
    credit_id: int
    amount: int
    kind: str
    ref: Ref
    reverses_id: int | None
    debit_version: int | None
    debit_balance: int | None
    credit_version: int | None
    credit_balance: int | None


class PlannedActivity(NamedTuple):
    account_id: int
    at: datetime
    source: str
    source_id: int


class Taken(NamedTuple):
    """What an earlier spend still holds of a lot (its consumptions less what was given back)."""

    lot: LotState
    amount: int
