"""Set aside for a bill: made, locked, ended once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vafa.core.db import Table, dumps, execute, fetch, insert_rows, recordset


@dataclass(slots=True)
class OpenReservation:
    """A reservation as read. ``credit`` in the smallest currency unit."""

    id: int
    member_id: int
    branch_id: int
    points: int
    credit: int
    voucher_code: str | None
    status: str
    expires_at: datetime


_TABLE = Table(
    "program_reservation",
    (
        ("id", "bigint"),
        ("club_id", "bigint"),
        ("member_id", "bigint"),
        ("branch_id", "bigint"),
        ("points", "bigint"),
        ("credit", "bigint"),
        ("voucher_id", "bigint"),
        ("status", "text"),
        ("actor", "text"),
        ("created_at", "timestamptz"),
        ("expires_at", "timestamptz"),
    ),
)
_SELECT = (
    "SELECT r.id, (SELECT coalesce(m.merged_into_id, m.id) FROM club_member m"
    " WHERE m.id = r.member_id), r.branch_id, r.points, r.credit,"
    " (SELECT v.code FROM program_voucher v WHERE v.id = r.voucher_id), r.status, r.expires_at"
    " FROM program_reservation r"
)


def insert_reservation(
    club_id: int, made: OpenReservation, voucher_id: int | None, actor: str, at: datetime
) -> None:
    """Store a new reservation; its number is a fresh one of the table."""
    row = (made.id, club_id, made.member_id, made.branch_id, made.points, made.credit)
    insert_rows(_TABLE, [(*row, voucher_id, made.status, actor, at, made.expires_at)])


def read_reservations(
    club_id: int, ids: Sequence[int], *, lock: bool
) -> dict[int, OpenReservation]:
    """The club's reservations of these numbers; with ``lock`` locked in order."""
    rows = fetch(
        f"{_SELECT} WHERE r.club_id = %s AND r.id = ANY(%s) ORDER BY r.id"
        f"{' FOR UPDATE OF r' if lock else ''}",
        [club_id, sorted(set(ids))],
    )
    return {row[0]: OpenReservation(*row) for row in rows}


def reservations_due(club_id: int, at: datetime, limit: int) -> list[OpenReservation]:
    """Open reservations whose time is over by ``at``."""
    rows = fetch(
        f"{_SELECT} WHERE r.club_id = %s AND r.status = 'open' AND r.expires_at <= %s"
        " ORDER BY r.expires_at, r.id LIMIT %s",
        [club_id, at, limit],
    )
    return [OpenReservation(*row) for row in rows]


def open_reservations(member_id: int) -> list[OpenReservation]:
    """What is set aside for a member's bills now."""
    rows = fetch(
        f"{_SELECT} WHERE r.member_id = %s AND r.status = 'open' ORDER BY r.id", [member_id]
    )
    return [OpenReservation(*row) for row in rows]


def overdue_reservations(
    club_id: int, wallets: Sequence[tuple[int, int]], voucher: str, at: datetime
) -> list[int]:
    """Open reservations whose time is over by ``at`` and which still hold something in these
    wallets (unit, holder), or the voucher of that code."""
    rows = fetch(
        "SELECT r.id FROM program_reservation r WHERE r.club_id = %s AND r.status = 'open'"
        " AND r.expires_at <= %s AND (r.id IN (SELECT h.source_id FROM ledger_account a"
        " JOIN ledger_hold h ON h.account_id = a.id AND h.status = 'open'"
        " WHERE a.unit_id = ANY(%s) AND a.holder = ANY(%s) AND a.kind = 'held'"
        " AND h.source = 'reservation')"
        " OR r.voucher_id = (SELECT v.id FROM program_voucher v"
        " WHERE v.club_id = r.club_id AND v.code = %s)) ORDER BY r.id",
        [club_id, at, [unit for unit, _ in wallets], [holder for _, holder in wallets], voucher],
    )
    return [number for (number,) in rows]


def use_reservations(used: Sequence[tuple[int, int | None]], at: datetime) -> None:
    """Mark (reservation, purchase) as used, in one statement."""
    if not used:
        return
    columns = (("id", "bigint"), ("purchase_id", "bigint"))
    execute(
        "UPDATE program_reservation r SET status = 'used', resolved_at = %s,"
        f" purchase_id = w.purchase_id FROM {recordset(columns, 'w')} WHERE r.id = w.id",
        [at, dumps(used)],
        expect=len(used),
    )


def end_reservations(ids: Sequence[int], status: str, at: datetime) -> None:
    """Mark reservations as released or expired."""
    execute(
        "UPDATE program_reservation SET status = %s, resolved_at = %s WHERE id = ANY(%s)",
        [status, at, list(ids)],
        expect=len(ids),
    )
