"""Holds as the rules and faces need them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vafa.core.db import Query, dumps, fetch
from vafa.ledger.rules.state import HoldState

_SELECT = (
    "SELECT h.id, h.account_id, a.unit_id, a.holder, h.transfer_id, h.amount, h.captured,"
    " h.status, h.expires_at, h.source, h.source_id, h.resolved_at"
    " FROM ledger_hold h JOIN ledger_account a ON a.id = h.account_id"
)


def holds_query(source: str, source_ids: Iterable[int]) -> Query[list[HoldState]]:
    """The holds made for these purposes, oldest first; lock their wallets before resolving."""
    wanted = sorted(set(source_ids))
    return Query(
        # The subquery that is not to be flattened makes every plan a look-up by index, and one
        # for any number of purposes.
        "SELECT h.* FROM jsonb_array_elements_text(%s::jsonb) AS w(id), LATERAL"
        f" ({_SELECT} WHERE h.source_id = w.id::bigint AND h.source = %s OFFSET 0) AS h"
        " ORDER BY h.id"
        if wanted
        else "",
        [dumps(wanted), source],
        lambda rows: [HoldState(*row) for row in rows],
    )


def holds_for(source: str, source_ids: Iterable[int]) -> list[HoldState]:
    """The answer of ``holds_query``, asked alone."""
    return holds_query(source, source_ids).ask()


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
