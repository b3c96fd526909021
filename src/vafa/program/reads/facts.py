"""Facts that decisions need, for many members in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.db import Query, dumps, recordset

_COLUMNS = (
    ("n", "int"),
    ("member_id", "bigint"),
    ("since", "timestamptz"),
    ("until", "timestamptz"),
)


class TierWindow(NamedTuple):
    """Which of a member's tier points count: after ``since``, up to ``until``."""

    member_id: int
    since: datetime
    until: datetime


def tier_points_query(windows: Sequence[TierWindow]) -> Query[list[int]]:
    """Tier points within each window, in the same order. Equal windows are summed up once: those of
    one member's purchases of the same moment."""
    different = list(dict.fromkeys(windows))
    sql = (
        "SELECT w.n, (SELECT coalesce(sum(d.tier_points), 0)::bigint FROM program_decision d"
        " WHERE d.member_id = w.member_id AND d.tier_at >= w.since AND d.tier_at <= w.until)"
        f" FROM {recordset(_COLUMNS, 'w')}"
    )
    return Query(
        sql if windows else "",
        [dumps([(n, *w) for n, w in enumerate(different)])],
        lambda rows: _of_each(windows, {different[n]: points for n, points in rows}),
    )


def tier_points(windows: Sequence[TierWindow]) -> list[int]:
    """Tier points within each window, in the same order."""
    return tier_points_query(windows).ask()


def _of_each(windows: Sequence[TierWindow], points: dict[TierWindow, int]) -> list[int]:
    return [points[window] for window in windows]
