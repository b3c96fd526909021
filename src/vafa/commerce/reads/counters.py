"""What members bought in a stretch of time, for many of them in one statement."""

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
# Whoever became another bought for that one. What was wholly brought back by then does not count.
_SQL = (
    "SELECT w.n, b.bills, b.total, b.last"
    f" FROM {recordset(_COLUMNS, 'w')}, LATERAL ("
    "SELECT count(*)::int AS bills, coalesce(sum(x.kept), 0)::bigint AS total,"
    " max(x.purchased_at) AS last FROM ("
    "SELECT p.purchased_at, p.total - coalesce((SELECT sum(r.total) FROM commerce_return r"
    " WHERE r.purchase_id = p.id AND r.returned_at <= w.until), 0) AS kept"
    " FROM commerce_purchase p WHERE p.member_id = ANY(w.member_id || ARRAY("
    "SELECT m.id FROM club_member m WHERE m.merged_into_id = w.member_id))"
    " AND p.purchased_at >= w.since AND p.purchased_at <= w.until) x WHERE x.kept > 0) b"
)


class Stretch(NamedTuple):
    """A member's purchases from ``since`` up to ``until``, both included."""

    member_id: int
    since: datetime
    until: datetime


class Bought(NamedTuple):
    """How many purchases, what of them she kept (smallest currency units), and the last of them."""

    bills: int = 0
    total: int = 0
    last: datetime | None = None


def bought_query(stretches: Sequence[Stretch]) -> Query[dict[Stretch, Bought]]:
    """What was bought in each stretch, less what was brought back by its end."""
    different = list(dict.fromkeys(stretches))
    return Query(
        _SQL if different else "",
        [dumps([(n, *stretch) for n, stretch in enumerate(different)])],
        lambda rows: {different[n]: Bought(*rest) for n, *rest in rows},
    )
