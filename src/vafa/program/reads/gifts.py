"""What limits gifts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vafa.core.db import fetch


def given_since(member_ids: Sequence[int], since: datetime) -> tuple[int, int]:
    """How many gifts and points these members have given since, undone ones included."""
    rows = fetch(
        "SELECT count(*), coalesce(-sum(points), 0)::bigint FROM program_decision"
        " WHERE member_id = ANY(%s) AND trigger = 'gift' AND tier_at >= %s",
        [list(member_ids), since],
    )
    return rows[0][0], rows[0][1]


def latest_gift(member_ids: Sequence[int], since: datetime) -> int:
    """The number of the newest gift that these members have given since; 0 for none."""
    rows = fetch(
        "SELECT coalesce(max(id), 0) FROM program_decision"
        " WHERE member_id = ANY(%s) AND trigger = 'gift' AND tier_at >= %s",
        [list(member_ids), since],
    )
    return int(rows[0][0])


def bonus_origins(origins: Sequence[int]) -> frozenset[int]:
    """Those of the earning transfers that no purchase made."""
    rows = fetch(
        "SELECT t.id FROM ledger_transfer t"
        " LEFT JOIN program_decision d ON t.source = 'decision' AND d.id = t.source_id"
        " WHERE t.id = ANY(%s) AND d.trigger IS DISTINCT FROM 'purchase'",
        [list(origins)],
    )
    return frozenset(number for (number,) in rows)
