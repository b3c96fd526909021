"""Holds as the rules and faces need them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vafa.core.db import fetch
from vafa.ledger.rules.state import HoldState

_SELECT = (
    "SELECT h.id, h.account_id, a.unit_id, a.holder, h.transfer_id, h.amount, h.captured,"
    " h.status, h.expires_at, h.source, h.source_id, h.resolved_at"
    " FROM ledger_hold h JOIN ledger_account a ON a.id = h.account_id"
)


def holds_for(source: str, source_ids: Sequence[int]) -> list[HoldState]:
    """The holds made for these purposes, oldest first; lock their wallets before resolving."""
    rows = fetch(
        f"{_SELECT} WHERE h.source = %s AND h.source_id = ANY(%s) ORDER BY h.id",
        [source, list(source_ids)],
    )
    return [HoldState(*row) for row in rows]


def open_holds(unit_id: int, holder: int) -> list[HoldState]:
    """What is set aside for a holder now."""
    rows = fetch(
        f"{_SELECT} WHERE a.unit_id = %s AND a.holder = %s AND a.kind = 'held'"
        " AND h.status = 'open' ORDER BY h.id",
        [unit_id, holder],
    )
    return [HoldState(*row) for row in rows]


def holds_due(book_id: int, source: str, at: datetime, limit: int) -> list[HoldState]:
    """Open holds of a book, made for that kind of purpose, whose time is over by ``at``."""
    rows = fetch(
        f"{_SELECT} WHERE h.status = 'open' AND h.expires_at <= %s AND a.book_id = %s"
        " AND h.source = %s ORDER BY h.expires_at, h.id LIMIT %s",
        [at, book_id, source, limit],
    )
    return [HoldState(*row) for row in rows]
