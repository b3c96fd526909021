"""The rows behind the figures of points: every movement with what made it.

Issued, spent and expired points of the dashboard are sums over these rows.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.insight.reads.spans import Span

# What each figure counts: the pool of the ledger that it moves against.
KINDS = {"issued": "issuance", "spent": "spent", "expired": "expired"}


class PointRow(NamedTuple):
    """A movement. ``points`` are signed as the member sees them: given plus, taken minus."""

    at: datetime
    points: int
    kind: str
    member_id: int
    member: str
    mobile: str | None
    purchase_id: int | None
    receipt_no: str | None


class PointSum(NamedTuple):
    n: int
    points: int


_MOVES = """
SELECT t.id, t.effective_at AS at, t.kind, t.source, t.source_id,
    CASE WHEN c.holder = 0 THEN -t.amount ELSE t.amount END AS points,
    CASE WHEN c.holder = 0 THEN d.holder ELSE c.holder END AS holder
FROM ledger_transfer t
JOIN ledger_account d ON d.id = t.debit_account_id
JOIN ledger_account c ON c.id = t.credit_account_id
WHERE t.unit_id = %(unit)s
    AND (d.holder = 0 AND d.kind = ANY(%(pools)s) OR c.holder = 0 AND c.kind = ANY(%(pools)s))
    AND (%(since)s::timestamptz IS NULL OR t.effective_at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR t.effective_at < %(until)s)
"""


def sum_points(club: ClubContext, kind: str, span: Span | None) -> PointSum:
    """Number and sum of the movements of a kind of ``KINDS`` ("" means all)."""
    rows = fetch(
        f"SELECT count(*), coalesce(sum(points), 0)::bigint FROM ({_MOVES}) moves",
        _params(club, kind, span),
    )
    return PointSum(*rows[0])


def list_points(
    club: ClubContext, kind: str, span: Span | None, *, limit: int = 50, offset: int = 0
) -> list[PointRow]:
    """A page of movements, newest first."""
    rows = fetch(
        "SELECT v.at, v.points, v.kind, m.id, m.name, m.mobile, p.id, p.receipt_no"
        f" FROM (SELECT * FROM ({_MOVES}) moves ORDER BY at DESC, id DESC"
        " LIMIT %(limit)s OFFSET %(offset)s) v"
        " LEFT JOIN program_decision w ON v.source = 'decision' AND w.id = v.source_id"
        " LEFT JOIN club_household h ON h.holder = v.holder"
        " JOIN club_member m ON m.id = coalesce(w.member_id, h.head_id, v.holder)"
        " LEFT JOIN commerce_purchase p ON p.id = w.purchase_id"
        " ORDER BY v.at DESC, v.id DESC",
        _params(club, kind, span) | {"limit": limit, "offset": offset},
    )
    return [PointRow(*row) for row in rows]


def _params(club: ClubContext, kind: str, span: Span | None) -> dict[str, object]:
    since, until = span.moments(club) if span else (None, None)
    pools = [KINDS[kind]] if kind in KINDS else list(KINDS.values())
    return {"unit": club.points_unit_id, "pools": pools, "since": since, "until": until}
