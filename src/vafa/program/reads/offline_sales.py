"""What tills rang up without a line: what is open of it, and what a member spent so."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch


class OfflineRow(NamedTuple):
    """A sale that something must be settled of, or was. ``purchase_id`` None: it could not be
    recorded at all. Money in smallest units; ``held`` is what she has now of points and credit."""

    id: int
    why: str
    state: str
    branch_id: int
    branch: str
    member_id: int | None
    member: str
    customer: str
    total: int
    asked_points: int
    asked_credit: int
    short_points: int
    short_credit: int
    purchase_id: int | None
    receipt_no: str
    rung_by: str
    sent_by: str
    sold_at: datetime
    received_at: datetime
    resolution: str
    note: str
    resolved_by: str
    resolved_at: datetime | None


_COLUMNS = (
    "o.id, o.why, o.state, o.branch_id, b.name, o.member_id, coalesce(m.name, ''), o.customer,"
    " o.total, o.asked_points, o.asked_credit, o.short_points, o.short_credit, o.purchase_id,"
    " coalesce(p.receipt_no, ''), o.rung_by, o.sent_by, o.sold_at, o.received_at, o.resolution,"
    " o.note, o.resolved_by, o.resolved_at FROM program_offlinesale o"
    " JOIN club_branch b ON b.id = o.branch_id LEFT JOIN club_member m ON m.id = o.member_id"
    " LEFT JOIN commerce_purchase p ON p.id = o.purchase_id"
)


def count_offline(
    club: ClubContext, branches: Collection[int] | None, *, is_open: bool = True
) -> int:
    """How many are open, or were settled, at these branches (None: everywhere)."""
    where, params = _where(club, branches, is_open)
    return int(fetch(f"SELECT count(*) FROM program_offlinesale o WHERE {where}", params)[0][0])


def list_offline(
    club: ClubContext,
    branches: Collection[int] | None,
    *,
    is_open: bool = True,
    limit: int = 50,
    offset: int = 0,
) -> list[OfflineRow]:
    """Those that are open, the oldest first; or those that were settled, the newest first."""
    where, params = _where(club, branches, is_open)
    order = "o.id" if is_open else "o.resolved_at DESC, o.id DESC"
    rows = fetch(
        f"SELECT {_COLUMNS} WHERE {where} ORDER BY {order} LIMIT %s OFFSET %s",
        [*params, limit, offset],
    )
    return [OfflineRow(*row) for row in rows]


def list_unfinished(
    club: ClubContext, branches: Collection[int] | None, before: datetime, *, limit: int = 20
) -> list[OfflineRow]:
    """Those that reached us before that moment and were not brought to an end: what their till, whose
    line broke again, has not sent anew. The oldest first."""
    where, params = (
        "o.club_id = %s AND o.state = 'arrived' AND o.received_at < %s",
        [club.id, before],
    )
    if branches is not None:
        where, params = f"{where} AND o.branch_id = ANY(%s)", [*params, list(branches)]
    rows = fetch(f"SELECT {_COLUMNS} WHERE {where} ORDER BY o.id LIMIT %s", [*params, limit])
    return [OfflineRow(*row) for row in rows]


def spent_by_snapshot(club: ClubContext, snapshot: str, member_id: int) -> tuple[int, int]:
    """The points and credit that tills rightly let her spend by that list so far."""
    rows = fetch(
        "SELECT coalesce(sum(asked_points), 0)::bigint, coalesce(sum(asked_credit), 0)::bigint"
        " FROM program_offlinesale WHERE club_id = %s AND member_id = %s AND snapshot = %s"
        " AND state <> 'arrived' AND why NOT IN ('snapshot', 'stale', 'allowance')",
        [club.id, member_id, snapshot],
    )
    return rows[0][0], rows[0][1]


def spent_offline(
    club: ClubContext, member_ids: Collection[int], since: datetime
) -> dict[int, tuple[int, int]]:
    """The points and credit that each spent without a line since then; absent: nothing."""
    rows = fetch(
        "SELECT member_id, sum(asked_points)::bigint, sum(asked_credit)::bigint"
        " FROM program_offlinesale WHERE club_id = %s AND member_id = ANY(%s) AND sold_at >= %s"
        " GROUP BY member_id",
        [club.id, list(member_ids), since],
    )
    return {member: (points, credit) for member, points, credit in rows}


def _where(
    club: ClubContext, branches: Collection[int] | None, is_open: bool
) -> tuple[str, list[object]]:
    state = "open" if is_open else "settled"
    where = f"o.club_id = %s AND o.state = '{state}'"
    if branches is None:
        return where, [club.id]
    return f"{where} AND o.branch_id = ANY(%s)", [club.id, list(branches)]
