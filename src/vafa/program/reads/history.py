"""Everything that changed a member's points, newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import orjson

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import merged_into, wallet_of
from vafa.core.db import fetch


class HistoryRow(NamedTuple):
    """A line of the history. ``trigger``: that of the decision, or expire and revive (then there
    is no decision). ``parts`` explain the points (see rules/explain.py)."""

    at: datetime
    trigger: str
    points: int
    parts: list[list[Any]]
    revision_id: int | None
    purchase_id: int | None
    receipt_no: str | None
    branch_name: str | None
    total: int | None
    reward_name: str | None


_SQL = """
SELECT * FROM (
    SELECT d.effective_at AS at, d.trigger, d.points, d.parts, d.revision_id, d.purchase_id,
        p.receipt_no, b.name, p.total, w.name AS reward, d.id
    FROM program_decision d
    LEFT JOIN commerce_purchase p ON p.id = d.purchase_id
    LEFT JOIN club_branch b ON b.id = p.branch_id
    LEFT JOIN program_redemption r ON r.decision_id = d.id
    LEFT JOIN program_reward w ON w.id = r.reward_id
    WHERE d.member_id = ANY(%(members)s) AND d.club_id = %(club)s AND d.points <> 0
    UNION ALL
    SELECT t.effective_at, t.kind, -t.amount, '[]'::jsonb, NULL, NULL, NULL, NULL, NULL, NULL, t.id
    FROM ledger_account a JOIN ledger_transfer t ON t.debit_account_id = a.id
    WHERE a.unit_id = %(unit)s AND a.holder = %(holder)s AND a.kind = 'available'
        AND t.kind = 'expire' AND t.debit_version IS NOT NULL
) h
WHERE %(trigger)s::text[] IS NULL OR h.trigger = ANY(%(trigger)s)
ORDER BY h.at DESC, h.id DESC LIMIT %(limit)s OFFSET %(offset)s
"""


def history(
    club: ClubContext,
    member_id: int,
    *,
    limit: int = 50,
    offset: int = 0,
    triggers: list[str] | None = None,
) -> list[HistoryRow]:
    """A page of the member's history, with that of members merged into her; ``triggers`` keeps
    only lines of these kinds."""
    rows = fetch(
        _SQL,
        {
            "members": [member_id, *merged_into(member_id)],
            "holder": wallet_of(member_id).holder,
            "club": club.id,
            "unit": club.points_unit_id,
            "trigger": triggers,
            "limit": limit,
            "offset": offset,
        },
    )
    return [
        HistoryRow(r[0], r[1], r[2], _parts(r[3]), r[4], r[5], r[6], r[7], r[8], r[9]) for r in rows
    ]


def _parts(value: Any) -> list[list[Any]]:
    found: list[list[Any]] = orjson.loads(value) if isinstance(value, str) else value
    return found
