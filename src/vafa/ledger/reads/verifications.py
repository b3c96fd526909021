"""What the last verifications of a book found, and whether it stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from vafa.core.db import fetch
from vafa.core.verification import Difference

# One that is silent for longer has died, or nobody has begun with it.
SIGN_OF_LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class VerificationRow:
    """See the model. ``found`` is empty while it is not done."""

    id: int
    state: str
    asked_by: str
    asked_at: datetime
    told_at: datetime
    finished_at: datetime | None
    step: str
    reached: int
    total: int
    found: list[Difference]

    def is_alive(self, at: datetime) -> bool:
        """Whether its end may still be expected."""
        return self.finished_at is None and self.told_at > at - SIGN_OF_LIFE


@dataclass(frozen=True, slots=True)
class Frozen:
    """Since when a book is read-only, and why."""

    since: datetime
    reason: str


_SELECT = (
    "SELECT id, state, asked_by, asked_at, told_at, finished_at, step, reached, total, found"
    " FROM ledger_verification WHERE book_id = %s"
)


def latest_verification(book_id: int) -> VerificationRow | None:
    """The newest one, whatever became of it."""
    return _first(f"{_SELECT} ORDER BY id DESC LIMIT 1", book_id)


def last_done(book_id: int) -> VerificationRow | None:
    """The newest one that came to its end."""
    return _first(f"{_SELECT} AND state = 'done' ORDER BY id DESC LIMIT 1", book_id)


def last_with_differences(book_id: int) -> VerificationRow | None:
    """The newest one that found something."""
    return _first(
        f"{_SELECT} AND state = 'done' AND found <> '[]' ORDER BY id DESC LIMIT 1", book_id
    )


def frozen_since(book_id: int) -> Frozen | None:
    """Since when and why nothing moves in the book; None where value may move."""
    rows = fetch(
        "SELECT frozen_at, frozen_reason FROM ledger_book WHERE id = %s AND frozen_at IS NOT NULL",
        [book_id],
    )
    return Frozen(*rows[0]) if rows else None


def _first(sql: str, book_id: int) -> VerificationRow | None:
    rows = fetch(sql, [book_id])
    if not rows:
        return None
    number, state, by, asked, told, finished, step, reached, total, found = rows[0]
    listed = orjson.loads(found) if isinstance(found, str) else found
    differences = [Difference(*each) for each in listed]
    return VerificationRow(
        number, state, by, asked, told, finished, step, reached, total, differences
    )
