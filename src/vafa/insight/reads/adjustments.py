"""Corrections by hand: those that wait for a second person, and those that were decided."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.program.models import BulkAdjustment


class AdjustmentRow(NamedTuple):
    """An adjustment; ``amount`` is signed: points, or smallest units of credit."""

    id: int
    member_id: int
    member: str
    mobile: str | None
    unit: str
    amount: int
    reason: str
    status: str
    requested_by: str
    requested_at: datetime
    decided_by: str
    decided_at: datetime | None


def count_adjustments(club: ClubContext, *, waiting: bool = False) -> int:
    """How many there are, or how many wait (those for many members at once among them)."""
    rows = fetch(
        "SELECT count(*) + (SELECT count(*) FROM program_bulkadjustment b"
        " WHERE %s AND b.club_id = %s AND b.status = 'waiting')"
        " FROM program_adjustment WHERE club_id = %s AND (NOT %s OR status = 'waiting')",
        [waiting, club.id, club.id, waiting],
    )
    return int(rows[0][0])


def waiting_bulks(club_id: int, limit: int = 20) -> list[BulkAdjustment]:
    """Points for many members that wait for a second person, the newest first."""
    found = BulkAdjustment.objects.filter(club_id=club_id, status="waiting")
    return list(found.order_by("-id")[:limit])


def list_adjustments(club: ClubContext, *, limit: int = 50, offset: int = 0) -> list[AdjustmentRow]:
    """Those that wait, the oldest first; then the others, the newest first."""
    rows = fetch(
        "SELECT a.id, m.id, m.name, m.mobile, a.unit, a.amount, a.reason, a.status,"
        " a.requested_by, a.requested_at, a.decided_by, a.decided_at FROM program_adjustment a"
        " JOIN club_member m ON m.id = a.member_id WHERE a.club_id = %s"
        " ORDER BY a.status <> 'waiting', CASE WHEN a.status = 'waiting' THEN a.requested_at END,"
        " a.requested_at DESC, a.id DESC LIMIT %s OFFSET %s",
        [club.id, limit, offset],
    )
    return [AdjustmentRow(*row) for row in rows]
