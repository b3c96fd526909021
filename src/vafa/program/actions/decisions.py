"""Store what the rules decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from vafa.core.db import Table, dumps, insert_rows
from vafa.program.rules.earning import Part

_TABLE = Table(
    "program_decision",
    (
        ("id", "bigint"),
        ("club_id", "bigint"),
        ("member_id", "bigint"),
        ("revision_id", "bigint"),
        ("purchase_id", "bigint"),
        ("undone_by_id", "bigint"),
        ("undoes_id", "bigint"),
        ("answers_id", "bigint"),
        ("trigger", "text"),
        ("points", "bigint"),
        ("credit", "bigint"),
        ("tier_points", "bigint"),
        ("parts", "jsonb"),
        ("shares", "jsonb"),
        ("counted", "jsonb"),
        ("inputs", "jsonb"),
        ("effective_at", "timestamptz"),
        ("tier_at", "timestamptz"),
    ),
)


class NewDecision(NamedTuple):
    """A decision to store; see the model for what each field means."""

    id: int
    club_id: int
    member_id: int
    revision_id: int
    trigger: str
    points: int
    parts: Sequence[Part]
    effective_at: datetime
    tier_at: datetime
    tier_points: int = 0
    purchase_id: int | None = None
    undone_by_id: int | None = None
    undoes_id: int | None = None
    # (purchase line, points), or with credit and tier points behind
    shares: Sequence[tuple[int, ...]] | None = None
    credit: int = 0
    answers_id: int | None = None
    counted: Sequence[tuple[int, int, int]] = ()  # (counter, points, times)
    inputs: Mapping[str, Any] | None = None  # of a decision of the rules (rules/inputs.py)


def insert_decisions(decisions: Sequence[NewDecision]) -> None:
    """Store all in one statement."""
    insert_rows(_TABLE, [_row(d) for d in decisions])


def kept_parts(parts: Sequence[Part]) -> str:
    """Parts as JSON text, as they are kept."""
    return dumps([part if part.unit != "points" else part[:4] for part in parts])


def _row(d: NewDecision) -> tuple[Any, ...]:
    return (
        d.id,
        d.club_id,
        d.member_id,
        d.revision_id,
        d.purchase_id,
        d.undone_by_id,
        d.undoes_id,
        d.answers_id,
        d.trigger,
        d.points,
        d.credit,
        d.tier_points,
        kept_parts(d.parts),
        None if d.shares is None else dumps(d.shares),
        dumps(d.counted) if d.counted else None,
        None if d.inputs is None else dumps(d.inputs),
        d.effective_at,
        d.tier_at,
    )
