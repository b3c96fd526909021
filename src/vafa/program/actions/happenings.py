"""Store what happened to members, and how far the clock was followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from vafa.core.db import Table, execute, insert_rows

_TABLE = Table(
    "program_happening",
    (
        ("club_id", "bigint"),
        ("member_id", "bigint"),
        ("kind", "text"),
        ("what", "text"),
        ("occurrence", "text"),
        ("occurred_at", "timestamptz"),
        ("branch_id", "bigint"),
        ("data", "jsonb"),
        ("purchases", "bigint[]"),
        ("decision_id", "bigint"),
        ("actor", "text"),
    ),
)


class NewHappening(NamedTuple):
    """A happening to store; see the model for what each field means."""

    club_id: int
    member_id: int
    kind: str
    what: str
    occurrence: str
    occurred_at: datetime
    actor: str
    branch_id: int | None = None
    data: Mapping[str, Any] | None = None
    purchases: Sequence[int] = ()
    decision_id: int | None = None


def insert_happenings(happenings: Sequence[NewHappening]) -> None:
    """Store all in one statement. Raises django.db.IntegrityError where one happened before."""
    insert_rows(_TABLE, [_row(one) for one in happenings])


def set_mark(club_id: int, reached_at: datetime) -> None:
    """Remember up to when happenings by the clock were looked for."""
    execute(
        "INSERT INTO program_happeningmark (club_id, reached_at) VALUES (%s, %s)"
        " ON CONFLICT (club_id) DO UPDATE SET reached_at = greatest("
        "program_happeningmark.reached_at, EXCLUDED.reached_at)",
        [club_id, reached_at],
    )


def _row(one: NewHappening) -> tuple[Any, ...]:
    return (
        one.club_id,
        one.member_id,
        one.kind,
        one.what,
        one.occurrence,
        one.occurred_at,
        one.branch_id,
        None if one.data is None else dict(one.data),
        "{" + ",".join(map(str, one.purchases)) + "}",
        one.decision_id,
        one.actor,
    )
