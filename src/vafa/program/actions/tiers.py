"""Note what became of members' tiers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from vafa.core.db import Table, fetch, insert_rows

_CHANGES = Table(
    "program_tierchange",
    (
        ("run_id", "bigint"),
        ("club_id", "bigint"),
        ("member_id", "bigint"),
        ("before", "text"),
        ("after", "text"),
        ("why", "text"),
    ),
)
_WARNINGS = Table(
    "program_tierwarning",
    (
        ("club_id", "bigint"),
        ("member_id", "bigint"),
        ("tier", "text"),
        ("falls_to", "text"),
        ("loses_on", "date"),
    ),
)


class NewTierChange(NamedTuple):
    """See the model for what each field means."""

    run_id: int
    club_id: int
    member_id: int
    before: str
    after: str
    why: str


class NewTierWarning(NamedTuple):
    """See the model for what each field means."""

    club_id: int
    member_id: int
    tier: str
    falls_to: str
    loses_on: date


def open_tier_run(club_id: int, revision_id: int, day: date, at: datetime) -> int | None:
    """The number of the run of that day of the club; None where there is one already (or another
    transaction is making it: then it is waited for)."""
    rows = fetch(
        "INSERT INTO program_tierrun (club_id, revision_id, day, ran_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (club_id, day) DO NOTHING RETURNING id",
        [club_id, revision_id, day, at],
    )
    return int(rows[0][0]) if rows else None


def insert_tier_changes(changes: Sequence[NewTierChange]) -> None:
    """Store all in one statement."""
    insert_rows(_CHANGES, changes)


def insert_tier_warnings(warnings: Sequence[NewTierWarning]) -> None:
    """Store all in one statement."""
    insert_rows(_WARNINGS, warnings)
