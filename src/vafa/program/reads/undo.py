"""What a purchase granted and took, and how much of that was undone already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from vafa.core.db import fetch


@dataclass(slots=True)
class Undoable:
    """A decision of a purchase: points granted (trigger purchase) or spent (pay; negative).

    ``undone`` is the sum of what returns (and corrections) did to it so far (negative for grants);
    ``credit`` and ``credit_undone`` are the same of credit."""

    id: int
    purchase_id: int
    member_id: int
    revision_id: int
    trigger: str
    points: int
    shares: list[tuple[int, int]]
    parts: list[list[Any]]
    tier_at: datetime
    undone: int
    credit: int
    credit_undone: int


def undoable_decisions(purchase_ids: Sequence[int]) -> list[Undoable]:
    """The decisions of these purchases, in one statement."""
    if not purchase_ids:
        return []
    rows = fetch(
        "SELECT d.id, d.purchase_id, d.member_id, d.revision_id, d.trigger, d.points, d.shares,"
        " d.parts, d.tier_at, coalesce(sum(u.points), 0)::bigint,"
        " d.credit, coalesce(sum(u.credit), 0)::bigint"
        " FROM program_decision d LEFT JOIN program_decision u ON u.undoes_id = d.id"
        " WHERE d.purchase_id = ANY(%s) AND d.trigger IN ('purchase', 'pay')"
        " GROUP BY d.id ORDER BY d.id",
        [list(purchase_ids)],
    )
    return [
        Undoable(r[0], r[1], r[2], r[3], r[4], r[5], _json(r[6]) or [], _json(r[7]), *r[8:12])
        for r in rows
    ]


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str) else value
