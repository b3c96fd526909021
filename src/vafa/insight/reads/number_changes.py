"""Members' numbers that changed, or shall: those that wait for a second person first."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch


class NumberChangeRow(NamedTuple):
    """A change of a member's number; ``old`` is "" where she had none."""

    id: int
    member_id: int
    member: str
    mobile: str | None
    old: str
    new: str
    reason: str
    status: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None


def count_number_changes(club: ClubContext, *, waiting: bool = False) -> int:
    """How many there are, or how many wait."""
    rows = fetch(
        "SELECT count(*) FROM club_numberchange WHERE club_id = %s"
        " AND (NOT %s OR status = 'waiting')",
        [club.id, waiting],
    )
    return int(rows[0][0])


def list_number_changes(
    club: ClubContext, *, limit: int = 50, offset: int = 0
) -> list[NumberChangeRow]:
    """Those that wait, then the others; the newest first."""
    rows = fetch(
        "SELECT c.id, m.id, m.name, m.mobile, c.old_mobile, c.new_mobile, c.reason, c.status,"
        " c.asked_by, c.asked_at, c.decided_by, c.decided_at FROM club_numberchange c"
        " JOIN club_member m ON m.id = c.member_id WHERE c.club_id = %s"
        " ORDER BY c.status <> 'waiting', c.id DESC LIMIT %s OFFSET %s",
        [club.id, limit, offset],
    )
    return [NumberChangeRow(*row) for row in rows]
