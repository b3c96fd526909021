"""The event log: append in the transaction that makes the thing true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from vafa.core.db import Table, dumps, insert_rows

_TABLE = Table(
    "core_event",
    (
        ("club_id", "bigint"),
        ("name", "text"),
        ("payload", "jsonb"),
        ("happened_at", "timestamptz"),
    ),
)


class NewEvent(NamedTuple):
    """A happening of a club: dotted name, ids and totals (never personal data), when."""

    club_id: int
    name: str
    payload: dict[str, Any]
    happened_at: datetime


def append_events(events: Sequence[NewEvent]) -> None:
    """Append all in one statement."""
    insert_rows(_TABLE, [(e.club_id, e.name, dumps(e.payload), e.happened_at) for e in events])
