"""What the server signs of a snapshot, so that it can believe a till that comes back with it.

Only this server ever asks whether a signature is right, so it is an HMAC under the installation's
secret, which costs two microseconds for each member. (docs/adr/0027)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

GOOD_FOR = timedelta(hours=24)
_SALT = "vafa.till.snapshot"
_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Head:
    """Of which club, branch and cashier a snapshot is, when it was made and under which revision."""

    id: str
    club: int
    branch: int
    staff: int
    made_at: str
    revision: int

    @property
    def valid_until(self) -> datetime:
        """Until when a till may let members spend by it."""
        return datetime.fromisoformat(self.made_at) + GOOD_FOR

    def sign(self) -> str:
        """The signature of everything above."""
        return _mac(
            "head", self.id, self.club, self.branch, self.staff, self.made_at, self.revision
        )

    def is_ours(self, signature: str) -> bool:
        """Whether we signed exactly this."""
        return constant_time_compare(self.sign(), signature)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What one member may spend by one snapshot: points, and credit in smallest units."""

    snapshot: str
    member: int
    points: int
    credit: int

    def sign(self) -> str:
        """The signature of everything above."""
        return _mac("ticket", self.snapshot, self.member, self.points, self.credit)

    def is_ours(self, signature: str) -> bool:
        """Whether we signed exactly this."""
        return constant_time_compare(self.sign(), signature)


def read_head(sent: Any) -> tuple[Head | None, str]:
    """The head that a till sent, if we signed it, and its signature; None for any other."""
    if not isinstance(sent, dict):
        return None, ""
    try:
        head = Head(
            id=str(sent["id"])[:36],
            club=int(sent["club"]),
            branch=int(sent["branch"]),
            staff=int(sent["staff"]),
            made_at=str(sent["made_at"]),
            revision=int(sent["revision"]),
        )
    except (KeyError, TypeError, ValueError):
        return None, ""
    signature = str(sent.get("mac", ""))
    return (head, signature) if head.is_ours(signature) else (None, signature)


def read_ticket(snapshot: str, sent: Any) -> Ticket | None:
    """The ticket that a till sent as (member, points, credit, signature), if we signed it."""
    try:
        member, points, credit, signature = sent
        ticket = Ticket(snapshot, int(member), int(points), int(credit))
    except (TypeError, ValueError):
        return None
    return ticket if ticket.is_ours(str(signature)) else None


def _mac(*parts: object) -> str:
    text = "\n".join(str(part) for part in parts)
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()[:_LENGTH]
