"""The list of members: filtered, sorted, a page at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson

from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.undone_imports import counted_purchases, counted_returns
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.insight.reads.listing import order_by
from vafa.insight.reads.member_filters import MemberFilter, Narrowed, narrow
from vafa.program.reads.tiers import tiers_of
from vafa.program.rules.document import Program, Tier

SORTS = ("best", "name", "joined", "points", "last", "purchases", "spent")
# More are neither counted nor sorted by a figure, for which all of them would have to be read.
MOST_COUNTED = 100_000


class MemberRow(NamedTuple):
    """A member with what the list says of her; ``spent`` is what she bought less returns.

    ``merged``: she became another member, for whom her purchases count.
    """

    id: int
    name: str
    mobile: str | None
    external_id: str | None
    is_active: bool
    joined_at: datetime
    merged: bool
    points: int
    purchases: int
    spent: int
    last_at: datetime | None
    gender: str
    birth_date: date | None
    branch: str | None
    attributes: Mapping[str, Any]
    tier: Tier | None


# As program.reads.standing: less what has expired since the last upkeep.
_POINTS = (
    "(SELECT coalesce(sum(a.balance - coalesce((SELECT sum(l.remaining) FROM ledger_lot l"
    " WHERE l.account_id = a.id AND l.remaining > 0 AND l.expires_at <= %s), 0)), 0)::bigint"
    " FROM ledger_account a WHERE a.unit_id = %s AND a.holder = coalesce(m.holder, m.id)"
    " AND a.kind IN ('available', 'debt'))"
)
# The purchases of whoever became another count for that one.
_THEM = (
    "(SELECT x.id FROM club_member x WHERE x.merged_into_id = m.id"
    " OR x.id = m.id AND x.merged_into_id IS NULL)"
)
_BOUGHT = f"commerce_purchase p WHERE p.member_id IN {_THEM} AND {counted_purchases('p')}"
_PURCHASES = f"(SELECT count(*) FROM {_BOUGHT})"
_SPENT = (
    f"((SELECT coalesce(sum(p.total), 0) FROM {_BOUGHT})"
    " - (SELECT coalesce(sum(r.total), 0) FROM commerce_return r"
    f" WHERE r.member_id IN {_THEM} AND {counted_returns('r')}))::bigint"
)
_LAST = f"(SELECT max(p.purchased_at) FROM {_BOUGHT})"

_SHOWN = {
    "points": (_POINTS, "0"),
    "purchases": (_PURCHASES, "0"),
    "spent": (_SPENT, "0"),
    "last": (_LAST, "NULL::timestamptz"),
}


def _gathered(figure: str, rows: str) -> str:
    """A join of each member's figure of ``rows`` (by member_id), with the merged ones'."""
    return (
        f"LEFT JOIN (SELECT coalesce(x.merged_into_id, x.id) AS member_id, {figure}(s.v) AS v"
        f" FROM ({rows} GROUP BY member_id) s JOIN club_member x ON x.id = s.member_id"
        " GROUP BY 1) f ON f.member_id = m.id"
    )


_HERE = f"club_id = %s AND {counted_purchases()}"
# Sorting by a figure needs it of every member: one pass over its table, not one look-up each.
_FIGURES = {
    "points": (
        "LEFT JOIN ledger_account f ON f.unit_id = %s AND f.holder = coalesce(m.holder, m.id)"
        " AND f.kind = 'available' LEFT JOIN ledger_account g ON g.unit_id = %s"
        " AND g.holder = coalesce(m.holder, m.id) AND g.kind = 'debt'",
        "coalesce(f.balance, 0) + coalesce(g.balance, 0)",
    ),
    "purchases": (
        _gathered("sum", f"SELECT member_id, count(*) AS v FROM commerce_purchase WHERE {_HERE}"),
        "coalesce(f.v, 0)",
    ),
    "last": (
        _gathered(
            "max",
            f"SELECT member_id, max(purchased_at) AS v FROM commerce_purchase WHERE {_HERE}",
        ),
        "f.v",
    ),
    "spent": (
        _gathered(
            "sum",
            "SELECT member_id, sum(v) AS v FROM ("
            f"SELECT member_id, total AS v FROM commerce_purchase WHERE {_HERE}"
            " UNION ALL SELECT member_id, -total FROM commerce_return WHERE club_id = %s"
            f" AND {counted_returns()}) moves",
        ),
        "coalesce(f.v, 0)",
    ),
}


class MemberList:
    """The members that a filter keeps: counted, listed, and as numbers."""

    def __init__(self, club: ClubContext, program: Program, wanted: MemberFilter) -> None:
        self._club, self._program = club, program
        self._kept = narrow(club, program, wanted)
        self.count, self.is_more = self._count()

    def sorted_by(self, sort: str) -> str:
        """The order that an address asks for, as far as it can be had: by default the best match
        of a text, and otherwise the name, by which also the largest lists are sorted."""
        usual = "best" if self._kept.found is not None else "name"
        key = sort.removeprefix("-")
        is_known = key in SORTS and (key != "best" or usual == "best")
        if not is_known or (key in _FIGURES and self.is_more and self._kept.found is None):
            return usual
        return sort

    def rows(
        self, sort: str, limit: int, offset: int = 0, *, figures: Collection[str] = tuple(_FIGURES)
    ) -> list[MemberRow]:
        """A page of members in an order of ``sorted_by``; of the ``figures`` (points, purchases,
        spent, last) what is not asked for is 0 or None.

        Names are in the order of the Persian alphabet. Figures are made for the page's rows only.
        """
        return _rows(self._club, self._program, self._kept, sort, (limit, offset), figures)

    def ids(self, most: int) -> list[int]:
        """The numbers of at most ``most`` of them who speak for themselves, in order."""
        where = self._kept.where
        rows = fetch(
            f"SELECT m.id FROM club_member m WHERE {where.sql} AND m.merged_into_id IS NULL"
            " ORDER BY m.id LIMIT %s",
            [*where.params, most],
        )
        return [pk for (pk,) in rows]

    def _count(self) -> tuple[int, bool]:
        where = self._kept.where
        if self._kept.is_text_only:
            return len(self._kept.found or ()), self._kept.is_cut
        rows = fetch(
            f"SELECT count(*) FROM (SELECT FROM club_member m WHERE {where.sql} LIMIT %s) s",
            [*where.params, MOST_COUNTED + 1],
        )
        count = int(rows[0][0])
        return min(count, MOST_COUNTED), count > MOST_COUNTED or self._kept.is_cut


def count_members(club: ClubContext, program: Program, wanted: MemberFilter) -> int:
    """How many members the filter keeps, as far as ``MOST_COUNTED``."""
    return MemberList(club, program, wanted).count


def list_members(
    club: ClubContext,
    program: Program,
    wanted: MemberFilter,
    *,
    sort: str = "name",
    limit: int = 50,
    offset: int = 0,
) -> list[MemberRow]:
    """A page of members with all figures, without being counted; ``sort`` is one of ``SORTS``,
    with "-" before it descending."""
    kept = narrow(club, program, wanted)
    return _rows(club, program, kept, sort, (limit, offset), tuple(_FIGURES))


def _rows(
    club: ClubContext,
    program: Program,
    kept: Narrowed,
    sort: str,
    page: tuple[int, int],
    figures: Collection[str],
) -> list[MemberRow]:
    where, key = kept.where, sort.removeprefix("-")
    join, params = _join(club, key, kept.found)
    columns = {"name": "m.sort_key", "joined": "m.joined_at", "best": "f.place"}
    columns |= {name: column for name, (_, column) in _FIGURES.items()}
    order = order_by(sort, columns, "name", "m.id")
    if key not in _FIGURES:  # never empty: so that an index serves in either direction
        order = order.replace(" NULLS LAST", "")
    moment, unit = now(), club.points_unit_id
    points = [moment, unit] if "points" in figures else []
    shown = [sql if name in figures else empty for name, (sql, empty) in _SHOWN.items()]
    # row_number keeps the page's order while its figures are looked up.
    rows = fetch(
        "SELECT m.id, m.name, m.mobile, m.external_id, m.is_active, m.joined_at,"
        f" m.merged_into_id IS NOT NULL, {', '.join(shown)}, m.gender, m.birth_date,"
        " (SELECT b.name FROM club_branch b WHERE b.id = m.branch_id), m.attributes::text"
        f" FROM (SELECT m.*, row_number() OVER (ORDER BY {order}) AS place FROM club_member m {join}"
        f" WHERE {where.sql} ORDER BY {order} LIMIT %s OFFSET %s) m ORDER BY m.place",
        [*points, *params, *where.params, *page],
    )
    tiers = tiers_of(club, program, [row[0] for row in rows], moment)
    return [MemberRow._make((*row[:-1], orjson.loads(row[-1]), tiers[row[0]])) for row in rows]


def _join(club: ClubContext, key: str, found: Sequence[int] | None) -> tuple[str, list[Any]]:
    if key == "best":
        order = "JOIN unnest(%s::bigint[]) WITH ORDINALITY AS f(id, place) ON f.id = m.id"
        return order, [list(found or ())]
    if key not in _FIGURES:
        return "", []
    join, _ = _FIGURES[key]
    value = club.points_unit_id if key == "points" else club.id
    return join, [value] * join.count("%s")
