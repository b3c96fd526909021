"""Set aside for a bill: made, locked, ended once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from vafa.core.db import Query, Table, dumps, execute, fetch, insert_rows, recordset


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


class NewReservation(NamedTuple):
    """A row of program_reservation; ``made.id`` is of ``new_numbers_query``."""

    made: OpenReservation
    voucher_id: int | None
    actor: str


class Place(NamedTuple):
    """Where the value of a reservation lies: ``holder`` is the wallet that its member uses today,
    ``holding`` are the wallets (unit, holder) in which something is held for it or its voucher,
    which are not hers where she has left a household."""

    holder: int
    voucher_code: str | None
    holding: frozenset[tuple[int, int]]


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


def insert_reservations(club_id: int, rows: Sequence[NewReservation], at: datetime) -> None:
    """Store new reservations in one statement."""
    insert_rows(
        _TABLE,
        [
            (
                made.id,
                club_id,
                made.member_id,
                made.branch_id,
                made.points,
                made.credit,
                voucher_id,
                made.status,
                actor,
                at,
                made.expires_at,
            )
            for made, voucher_id, actor in rows
        ],
    )


def new_numbers_query(count: int) -> Query[list[int]]:
    """So many fresh numbers for reservations."""
    return Query(
        "SELECT nextval('program_reservation_id_seq') FROM generate_series(1, %s)",
        [count],
        lambda rows: [number for (number,) in rows],
    )


def places_query(club_id: int, ids: Iterable[int]) -> Query[dict[int, Place]]:
    """Where the club's reservations of these numbers have their value, to lock it."""
    wanted = sorted(set(ids))
    return Query(_PLACES if wanted else "", [dumps(wanted), club_id], _places)


# The subqueries that are not to be flattened make every plan a look-up by index, however old the
# statistics, and one for any number of reservations.
_PLACES = (
    "SELECT r.id, (SELECT coalesce(m.holder, m.id) FROM club_member x JOIN club_member m"
    " ON m.id = coalesce(x.merged_into_id, x.id) WHERE x.id = r.member_id),"
    " (SELECT v.code FROM program_voucher v WHERE v.id = r.voucher_id), h.unit_id, h.holder"
    " FROM jsonb_array_elements_text(%s::jsonb) AS w(id), LATERAL (SELECT * FROM program_reservation x"
    " WHERE x.id = w.id::bigint AND x.club_id = %s LIMIT 1) AS r LEFT JOIN LATERAL ("
    "SELECT a.unit_id, a.holder FROM ledger_hold h JOIN ledger_account a ON a.id = h.account_id"
    " WHERE h.status = 'open' AND h.source = 'reservation' AND h.source_id = r.id"
    " UNION ALL SELECT a.unit_id, a.holder FROM ledger_hold h JOIN ledger_account a"
    " ON a.id = h.account_id WHERE h.status = 'open' AND h.source = 'decision' AND h.source_id ="
    " (SELECT p.decision_id FROM program_redemption p WHERE p.voucher_id = r.voucher_id)"
    " OFFSET 0) AS h ON true"
)


def _places(rows: list[tuple[Any, ...]]) -> dict[int, Place]:
    places: dict[int, Place] = {}
    for number, holder, code, *wallet in rows:
        known = places.get(number)
        held = known.holding if known is not None else frozenset()
        if wallet[0] is not None:
            held |= {(wallet[0], wallet[1])}
        places[number] = Place(holder, code, held)
    return places


def reservations_query(
    club_id: int, ids: Iterable[int], *, lock: bool
) -> Query[dict[int, OpenReservation]]:
    """The club's reservations of these numbers; with ``lock`` locked in order."""
    wanted = sorted(set(ids))
    return Query(
        f"{_SELECT} WHERE r.club_id = %s AND r.id = ANY(%s) ORDER BY r.id"
        f"{' FOR UPDATE OF r' if lock else ''}"
        if wanted
        else "",
        [club_id, wanted],
        lambda rows: {row[0]: OpenReservation(*row) for row in rows},
    )


def read_reservations(
    club_id: int, ids: Sequence[int], *, lock: bool
) -> dict[int, OpenReservation]:
    """The answer of ``reservations_query``, asked alone."""
    return reservations_query(club_id, ids, lock=lock).ask()


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


def overdue_query(
    club_id: int,
    wallets: Iterable[tuple[int, int]],
    vouchers: Iterable[str],
    at: datetime,
) -> Query[list[int]]:
    """Open reservations whose time is over by ``at`` and which still hold something in these
    wallets (unit, holder), or a voucher of these codes."""
    codes = sorted(set(vouchers))
    params: list[Any] = [dumps(sorted(set(wallets))), club_id, at]
    if codes:
        params += [dumps(codes), club_id, at]
    return Query(
        f"{_OVERDUE}{_OVERDUE_WITH_VOUCHER if codes else ''}",
        params,
        lambda rows: sorted({number for (number,) in rows}),
    )


# As above, by index in every plan.
_OVERDUE = (
    f"SELECT r.id FROM {recordset((('unit_id', 'bigint'), ('holder', 'bigint')), 'w')}"
    ", LATERAL (SELECT a.id FROM ledger_account a WHERE a.unit_id = w.unit_id"
    " AND a.holder = w.holder AND a.kind = 'held' LIMIT 1) AS a"
    ", LATERAL (SELECT h.source_id FROM ledger_hold h WHERE h.account_id = a.id"
    " AND h.status = 'open' AND h.source = 'reservation' OFFSET 0) AS h"
    ", LATERAL (SELECT x.id FROM program_reservation x WHERE x.id = h.source_id"
    " AND x.club_id = %s AND x.status = 'open' AND x.expires_at <= %s LIMIT 1) AS r"
)
_OVERDUE_WITH_VOUCHER = (
    " UNION ALL SELECT r.id FROM jsonb_array_elements_text(%s::jsonb) AS w(code)"
    ", LATERAL (SELECT v.id FROM program_voucher v WHERE v.club_id = %s AND v.code = w.code LIMIT 1)"
    " AS v, LATERAL (SELECT x.id FROM program_reservation x WHERE x.voucher_id = v.id"
    " AND x.status = 'open' AND x.expires_at <= %s LIMIT 1) AS r"
)


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
    """Mark reservations as released or expired, in one statement."""
    if not ids:
        return
    execute(
        "UPDATE program_reservation SET status = %s, resolved_at = %s WHERE id = ANY(%s)",
        [status, at, list(ids)],
        expect=len(ids),
    )
