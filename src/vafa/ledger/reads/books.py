"""What a book is set to."""

from __future__ import annotations

from vafa.core.db import fetch
from vafa.ledger.rules.dates import BookDates

_dates: dict[int, BookDates] = {}


def book_dates(book_id: int) -> BookDates:
    """The calendar and zone of a book (set when it is opened, so this process remembers them)."""
    dates = _dates.get(book_id)
    if dates is None:
        rows = fetch("SELECT calendar, zone FROM ledger_book WHERE id = %s", [book_id])
        dates = _dates[book_id] = BookDates(*rows[0])
    return dates


def frozen(book_id: int) -> str | None:
    """Why the book is read-only, or None where value may move."""
    rows = fetch(
        "SELECT frozen_reason FROM ledger_book WHERE id = %s AND frozen_at IS NOT NULL", [book_id]
    )
    return str(rows[0][0]) if rows else None
