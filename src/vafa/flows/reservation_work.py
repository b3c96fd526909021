"""What reserving and ending have in common: the entries that callers bring, and what they hear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import MemberRef
from vafa.core.events import NewEvent
from vafa.core.idempotency import Key
from vafa.flows.keyed import operation_key
from vafa.ledger.rules.planning import Plan
from vafa.program.actions.reservations import OpenReservation


@dataclass(frozen=True, slots=True)
class ReserveEntry:
    """What to set aside: ``points``, ``credit`` (smallest currency units), a ``voucher``'s code,
    for ``minutes`` (None: the programme's). ``branch`` by number or code; ``key`` is the caller's
    idempotency key."""

    actor: Actor
    member: MemberRef
    branch: int | str
    points: int = 0
    credit: int = 0
    voucher: str = ""
    minutes: int | None = None
    key: str = ""

    @property
    def once(self) -> Key | None:
        """Its key with marks of everything asked."""
        asked = {
            "member": list(self.member),
            "branch": self.branch,
            "points": self.points,
            "credit": self.credit,
            "voucher": self.voucher,
            "minutes": self.minutes,
        }
        return operation_key(self.actor, "reserve", self.key, asked)

    @property
    def code(self) -> str:
        """The voucher's code as it is stored."""
        return self.voucher.strip().upper()


@dataclass(frozen=True, slots=True)
class CaptureEntry:
    """What to spend of a reservation; all of it where both ``points`` and ``credit`` are None."""

    actor: Actor
    reservation_id: int
    points: int | None = None
    credit: int | None = None
    key: str = ""

    @property
    def once(self) -> Key | None:
        """Its key with marks of everything asked."""
        asked = {
            "reservation_id": self.reservation_id,
            "points": self.points,
            "credit": self.credit,
        }
        return operation_key(self.actor, "capture", self.key, asked)


@dataclass(frozen=True, slots=True)
class ReleaseEntry:
    """A reservation that is to go back whole."""

    actor: Actor
    reservation_id: int
    key: str = ""

    @property
    def once(self) -> Key | None:
        """Its key with marks of everything asked."""
        asked = {"reservation_id": self.reservation_id}
        return operation_key(self.actor, "release", self.key, asked)


EndEntry = CaptureEntry | ReleaseEntry


def reservation_event(
    club: ClubContext, reserved: OpenReservation, what: str, at: datetime
) -> NewEvent:
    """What happened to a reservation: made, captured, released or expired."""
    payload = {
        "reservation": reserved.id,
        "member": reserved.member_id,
        "points": reserved.points,
        "credit": reserved.credit,
    }
    return NewEvent(club.id, f"reservation.{what}", payload, at)


def reservation_answer(
    club: ClubContext, reserved: OpenReservation, plan: Plan, holder: int
) -> dict[str, Any]:
    """The reservation as it is now, with what its member's wallet has then."""

    def standing(unit: int) -> dict[str, int]:
        debt = plan.balance(unit, holder, "debt")
        return {
            "available": plan.balance(unit, holder, "available") + debt,
            "held": plan.balance(unit, holder, "held"),
        }

    return {
        "reservation_id": reserved.id,
        "member_id": reserved.member_id,
        "branch_id": reserved.branch_id,
        "points": reserved.points,
        "credit": reserved.credit,
        "voucher_code": reserved.voucher_code,
        "status": reserved.status,
        "expires_at": reserved.expires_at.isoformat(),
        "balance": standing(club.points_unit_id),
        "credit_balance": standing(club.credit_unit_id),
    }
