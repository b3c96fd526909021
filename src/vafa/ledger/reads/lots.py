"""Lots as the rules need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from vafa.core.db import Query, dumps, fetch, recordset
from vafa.ledger.rules.dates import BookDates, sliding_due, warned_long_enough
from vafa.ledger.rules.state import LotState, Taken

# A spend rarely needs more lots than this, whatever number a holder has.
FIRST = 64
_FIELDS = (
    "l.id, l.account_id, l.transfer_id, l.origin_id, l.amount, l.remaining, l.earned_at,"
    " l.matures_at, l.expires_at, l.slides_months, l.instead_of_id"
)


class LotReader(Protocol):
    """Reads open lots of accounts, given when each account's holder was last active."""

    def __call__(
        self,
        accounts: Sequence[int],
        active: Mapping[int, datetime | None],
        dates: BookDates,
        at: datetime,
    ) -> list[LotState]: ...


def lots_of(
    accounts: Sequence[int],
    active: Mapping[int, datetime | None],
    dates: BookDates,
    at: datetime,
) -> list[LotState]:
    """Every open lot of these accounts."""
    if not accounts:
        return []
    rows = fetch(
        f"SELECT {_FIELDS} FROM ledger_lot l WHERE l.account_id = ANY(%s) AND l.remaining > 0",
        [list(accounts)],
    )
    return _read(rows, active, dates, at)


def first_lots(
    accounts: Sequence[int],
    active: Mapping[int, datetime | None],
    dates: BookDates,
    at: datetime,
) -> list[LotState]:
    """The open lots of each account that expire first, and one that slides where there is any."""
    if not accounts:
        return []
    rows = fetch(
        f"SELECT {_FIELDS} FROM unnest(%s::bigint[]) AS a(id), {_FIRST_OF_EACH}", [list(accounts)]
    )
    return _read(rows, active, dates, at)


def first_lots_query(wallets: Iterable[tuple[int, int]]) -> Query[LotReader]:
    """The same, asked by wallet (unit, holder) together with what locks them, just behind it: its
    answer reads lots as ``first_lots`` does, without asking again."""
    wanted = sorted(set(wallets))

    def build(rows: list[tuple[Any, ...]]) -> LotReader:
        return lambda accounts, active, dates, at: _read(rows, active, dates, at)

    return Query(
        f"SELECT {_FIELDS} FROM {recordset((('unit_id', 'bigint'), ('holder', 'bigint')), 'w')}"
        ", LATERAL (SELECT x.id FROM ledger_account x WHERE x.unit_id = w.unit_id"
        " AND x.holder = w.holder AND x.kind IN ('available', 'pending') OFFSET 0) AS a"
        f", {_FIRST_OF_EACH}"
        if wanted
        else "",
        [dumps(wanted)],
        build,
    )


_FIRST_OF_EACH = (
    "LATERAL ((SELECT * FROM ledger_lot l WHERE l.account_id = a.id AND l.remaining > 0"
    f" ORDER BY l.expires_at, l.id LIMIT {FIRST})"
    " UNION (SELECT * FROM ledger_lot l WHERE l.account_id = a.id AND l.remaining > 0"
    " AND l.slides_months IS NOT NULL LIMIT 1)) AS l"
)


def taken_by(spend_ids: Sequence[int]) -> dict[int, list[Taken]]:
    """What each spend or reservation still holds of which lots, after what was given back.

    What came back as a new lot in the place of an old one counts as given back to the old one.
    """
    if not spend_ids:
        return {}
    rows = fetch(
        f"SELECT s.id, {_FIELDS}, sum(c.amount)::bigint, b.calendar, b.zone, a.active_at"
        " FROM ledger_transfer s JOIN ledger_book b ON b.id = s.book_id"
        " JOIN ledger_transfer t ON t.id = s.id OR t.reverses_id = s.id"
        " JOIN LATERAL ("
        "   SELECT c.lot_id, c.amount FROM ledger_consumption c WHERE c.transfer_id = t.id"
        "     AND (t.id = s.id OR c.amount < 0)"
        "   UNION ALL SELECT i.instead_of_id, -i.amount FROM ledger_lot i"
        "   WHERE i.transfer_id = t.id AND i.instead_of_id IS NOT NULL"
        " ) c ON true"
        " JOIN ledger_lot l ON l.id = c.lot_id JOIN ledger_account a ON a.id = l.account_id"
        " WHERE s.id = ANY(%s) GROUP BY s.id, l.id, b.id, a.id HAVING sum(c.amount) > 0",
        [list(spend_ids)],
    )
    out: dict[int, list[Taken]] = {}
    for spend, *fields, amount, calendar, zone, active_at in rows:
        lot = _state(fields, active_at, BookDates(calendar, zone))
        out.setdefault(spend, []).append(Taken(lot, amount))
    return out


def _read(
    rows: list[tuple[Any, ...]],
    active: Mapping[int, datetime | None],
    dates: BookDates,
    at: datetime,
) -> list[LotState]:
    lots = [_state(row, active.get(row[1]), dates) for row in rows]
    overdue = [lot for lot in lots if lot.due_at is not None and lot.due_at <= at]
    if overdue:
        _mark_unwarned(overdue, dates, at)
    return lots


def _state(row: Sequence[Any], active_at: datetime | None, dates: BookDates) -> LotState:
    lot = LotState(*row[:10])
    lot.instead_of_id = row[10]
    lot.due_at = lot.expires_at
    if lot.slides_months is not None:
        lot.due_at = sliding_due(active_at, lot.slides_months, dates)
    return lot


def _mark_unwarned(overdue: Sequence[LotState], dates: BookDates, at: datetime) -> None:
    """Lots past their date of which nobody was told in time, where warnings are on, still pay."""
    rows = fetch(
        "SELECT l.id, u.warn_days, w.due_at, w.warned_at FROM ledger_lot l"
        " JOIN ledger_account a ON a.id = l.account_id JOIN ledger_unit u ON u.id = a.unit_id"
        " LEFT JOIN ledger_lotwarning w ON w.lot_id = l.id"
        " WHERE l.id = ANY(%s) AND u.warn_days > 0",
        [[lot.id for lot in overdue]],
    )
    due = {lot.id: lot.due_at for lot in overdue}
    told = {
        number
        for number, warn_days, due_at, warned_at in rows
        if due_at == due[number] and warned_at < warned_long_enough(at, warn_days, dates)
    }
    waiting = {number for number, *_ in rows} - told
    for lot in overdue:
        lot.is_overdue_unwarned = lot.id in waiting
