"""What time does to value, set-wise: pending lots mature, old lots expire, warnings are noted.

Whose lots are due is read page by page; then the wallets of some holders are locked, as every
writer does, and everything of theirs that is due by then moves. Running it twice, late or again
after a crash moves the rest and nothing twice. A holder's lots of one date move in one transfer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import transaction

from vafa.core.db import dumps, fetch
from vafa.ledger.actions import aging_sql as sql
from vafa.ledger.actions.wallets import pool_account
from vafa.ledger.errors import LedgerFrozen
from vafa.ledger.reads.books import book_dates, frozen
from vafa.ledger.rules.dates import BookDates, IdleDay, idle_days, warned_long_enough

# Lots moved in one transaction: enough to be quick, few enough not to keep wallets locked (a till
# may wait for one). A holder, who needs a transfer, weighs as much as some of her lots.
LOTS_AT_ONCE = 10_000
_HOLDER_WEIGHS = 2
# Lots looked at in one go: those of one midnight must all be sorted for each page of them.
_LOTS_OF_A_PAGE = 200_000
Cursor = tuple[datetime, int]  # the date and number of the last lot looked at
START: Cursor = (datetime(1000, 1, 1, tzinfo=UTC), 0)


class Moved(NamedTuple):
    """Value of one holder that moved by itself at ``at``."""

    holder: int
    amount: int
    at: datetime


class Page(NamedTuple):
    """Groups of holders with lots that are due, no holder in two of them; how many lots; and
    where the next page begins (None: nothing is left)."""

    groups: list[list[int]]
    lots: int
    next: Cursor | None


def maturing(unit_id: int, at: datetime, after: Cursor = START) -> Page:
    """Whose pending value is over with waiting by ``at``."""
    return _page(sql.MATURING, unit_id, at, after)


def expiring(unit_id: int, at: datetime, after: Cursor = START) -> Page:
    """Whose value has expired by ``at``, whether they were warned or not."""
    return _page(sql.EXPIRING, unit_id, at, after)


def mature_due(
    book_id: int, unit_id: int, at: datetime, holders: list[int]
) -> tuple[list[Moved], list[int]]:
    """Make value of these holders available whose waiting is over by ``at``.

    Also answers which of them owe something and were left out: their lots repay the debt first,
    which a plan does. Must run inside a transaction. Raises LedgerFrozen.
    """
    locked = _lock(book_id, unit_id, set(holders))
    debtors = {h for (h,) in fetch(sql.DEBTORS, [unit_id, locked])} if locked else set()
    clear = [h for h in locked if h not in debtors]
    rows = fetch(sql.MATURE, [unit_id, clear, at, book_id, unit_id]) if clear else []
    return [Moved(*r) for r in rows], sorted(debtors)


def expire_due(book_id: int, unit_id: int, at: datetime, holders: list[int]) -> list[Moved]:
    """Move what has expired by ``at`` of these holders to the expired pool.

    Where warnings are on, a lot that was not warned about early enough waits. Must run inside a
    transaction. Raises LedgerFrozen.
    """
    warned = _warned_before(book_id, unit_id, at)
    locked = _lock(book_id, unit_id, set(holders))
    if not locked:
        return []
    pool = pool_account(unit_id, "expired")
    params = [unit_id, locked, at, warned, warned, book_id, unit_id, pool]
    return [Moved(*r) for r in fetch(sql.EXPIRE, params)]


def expire_idle(book_id: int, unit_id: int, at: datetime) -> list[Moved]:
    """The same for sliding lots whose holders were not active long enough, some thousand at once.

    An empty answer means that nothing is left. Must run inside a transaction. Raises LedgerFrozen.
    """
    days = _idle_days(book_id, unit_id, at)
    if not days:
        return []
    idle, warned = dumps(days), _warned_before(book_id, unit_id, at)
    found = fetch(sql.IDLE, [idle, unit_id, warned, warned, LOTS_AT_ONCE])
    holders = _lock(book_id, unit_id, {row[0] for row in found})
    if not holders:
        return []
    pool = pool_account(unit_id, "expired")
    params = [idle, unit_id, holders, warned, warned, book_id, unit_id, pool]
    return [Moved(*row) for row in fetch(sql.EXPIRE_IDLE, params)]


def untold(
    book_id: int, unit_id: int, before: datetime, *, after: int = 0, limit: int = 500
) -> list[Moved]:
    """What expires by ``before`` without anybody having been told: (holder, amount, when).

    By holder, those with numbers above ``after``, at most ``limit`` rows.
    """
    days = dumps(_idle_days(book_id, unit_id, before))
    return [
        Moved(*row) for row in fetch(sql.UNTOLD, [unit_id, before, days, unit_id, after, limit])
    ]


def note_told(
    book_id: int, unit_id: int, holder: int, dates: Sequence[datetime], at: datetime
) -> int:
    """Note that a holder was told at ``at`` of her lots that expire at these ``dates``.

    Noted once for each lot and date; returns how many lots. Must run inside a transaction.
    """
    last = max(dates)
    days = dumps(_idle_days(book_id, unit_id, last))
    params = [at, unit_id, last, days, unit_id, holder, list(dates)]
    return len(fetch(sql.NOTE_TOLD, params))


def set_warning_days(unit_id: int, days: int) -> None:
    """Warn holders ``days`` days before their lots expire; 0 turns warnings off."""
    fetch("UPDATE ledger_unit SET warn_days = %s WHERE id = %s RETURNING 1", [days, unit_id])


def warning_days(unit_id: int) -> int:
    """How many days before an expiry its holder is warned; 0 when never."""
    return int(fetch("SELECT warn_days FROM ledger_unit WHERE id = %s", [unit_id])[0][0])


def _lock(book_id: int, unit_id: int, holders: set[int]) -> list[int]:
    assert transaction.get_connection().in_atomic_block
    if not holders:
        return []
    wanted = sorted(holders)
    fetch(sql.LOCK, [unit_id, wanted])
    if frozen(book_id) is not None:
        raise LedgerFrozen
    return wanted


def _page(query: str, unit_id: int, at: datetime, after: Cursor) -> Page:
    rows = fetch(query, [unit_id, at, *after, _LOTS_OF_A_PAGE])
    if not rows:
        return Page([], 0, None)
    holders, counts, lots, due_at, lot = rows[0]
    groups: list[list[int]] = [[]]
    together = 0
    for holder, count in zip(holders, counts, strict=True):
        if together >= LOTS_AT_ONCE:
            groups.append([])
            together = 0
        groups[-1].append(holder)
        together += count + _HOLDER_WEIGHS
    return Page(groups, lots, (due_at, lot) if lots == _LOTS_OF_A_PAGE else None)


def _warned_before(book_id: int, unit_id: int, at: datetime) -> datetime | None:
    days = warning_days(unit_id)
    return warned_long_enough(at, days, book_dates(book_id)) if days else None


def _idle_days(book_id: int, unit_id: int, at: datetime) -> list[IdleDay]:
    dates: BookDates = book_dates(book_id)
    oldest = fetch(sql.SLIDES, [unit_id])
    return [day for months, since in oldest for day in idle_days(since, at, months, dates)]
