"""Tier points of a member by the moment at which they count."""

from __future__ import annotations

from datetime import datetime

from vafa.core.db import fetch


def tier_points_by_day(member_id: int) -> list[tuple[datetime, int]]:
    """(moment, tier points) wherever they do not cancel out, in order."""
    rows = fetch(
        "SELECT tier_at, sum(tier_points)::bigint FROM program_decision WHERE member_id = %s"
        " GROUP BY tier_at HAVING sum(tier_points) <> 0 ORDER BY tier_at",
        [member_id],
    )
    return [(at, points) for at, points in rows]
