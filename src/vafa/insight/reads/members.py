"""The list of members: filtered, sorted, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from vafa.audience.reads.compiling import compile_definition
from vafa.audience.rules.definition import Condition, Definition
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.core.phones import InvalidMobile, parse_mobile
from vafa.core.text import normalize
from vafa.insight.reads.listing import Where, bare_number, containing, escape_like, order_by
from vafa.insight.reads.spans import Span
from vafa.program.reads.tiers import tiers_of
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.tier_terms import NO_TIER

SORTS = ("name", "joined", "points", "last", "purchases", "spent")


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """Which members. ``text`` is (part of) a name, mobile, card or customer number.

    ``bought`` with ``branch_id`` and ``at_least`` keeps those who bought in that span (there,
    that often); without ``bought``, ``branch_id`` keeps those who joined there. ``tier`` is a
    code, "none" for those below all tiers. ``active`` None keeps both. ``among``: the
    members' numbers (a segment's) to which the list is narrowed.
    """

    text: str = ""
    tier: str = ""
    joined: Span | None = None
    bought: Span | None = None
    at_least: int = 1
    branch_id: int | None = None
    active: bool | None = None
    with_points: bool = False
    among: Sequence[int] | None = None


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
_PURCHASES = f"(SELECT count(*) FROM commerce_purchase p WHERE p.member_id IN {_THEM})"
_SPENT = (
    f"((SELECT coalesce(sum(p.total), 0) FROM commerce_purchase p WHERE p.member_id IN {_THEM})"
    " - (SELECT coalesce(sum(r.total), 0) FROM commerce_return r"
    f" WHERE r.member_id IN {_THEM}))::bigint"
)
_LAST = f"(SELECT max(p.purchased_at) FROM commerce_purchase p WHERE p.member_id IN {_THEM})"


def _gathered(figure: str, rows: str) -> str:
    """A join of each member's figure of ``rows`` (by member_id), with the merged ones'."""
    return (
        f"LEFT JOIN (SELECT coalesce(x.merged_into_id, x.id) AS member_id, {figure}(s.v) AS v"
        f" FROM ({rows} GROUP BY member_id) s JOIN club_member x ON x.id = s.member_id"
        " GROUP BY 1) f ON f.member_id = m.id"
    )


# Sorting by a figure needs it of every member: one pass over its table, not one look-up each.
_FIGURES = {
    "points": (
        "LEFT JOIN ledger_account f ON f.unit_id = %s AND f.holder = coalesce(m.holder, m.id)"
        " AND f.kind = 'available' LEFT JOIN ledger_account g ON g.unit_id = %s"
        " AND g.holder = coalesce(m.holder, m.id) AND g.kind = 'debt'",
        "coalesce(f.balance, 0) + coalesce(g.balance, 0)",
    ),
    "purchases": (
        _gathered(
            "sum", "SELECT member_id, count(*) AS v FROM commerce_purchase WHERE club_id = %s"
        ),
        "coalesce(f.v, 0)",
    ),
    "last": (
        _gathered(
            "max",
            "SELECT member_id, max(purchased_at) AS v FROM commerce_purchase WHERE club_id = %s",
        ),
        "f.v",
    ),
    "spent": (
        _gathered(
            "sum",
            "SELECT member_id, sum(v) AS v FROM ("
            "SELECT member_id, total AS v FROM commerce_purchase WHERE club_id = %s"
            " UNION ALL SELECT member_id, -total FROM commerce_return WHERE club_id = %s) moves",
        ),
        "coalesce(f.v, 0)",
    ),
}


def count_members(club: ClubContext, program: Program, wanted: MemberFilter) -> int:
    """How many members the filter keeps."""
    where = _where(club, program, wanted)
    return int(fetch(f"SELECT count(*) FROM club_member m WHERE {where.sql}", where.params)[0][0])


def list_members(
    club: ClubContext,
    program: Program,
    wanted: MemberFilter,
    *,
    sort: str = "name",
    limit: int = 50,
    offset: int = 0,
) -> list[MemberRow]:
    """A page of members; ``sort`` is one of ``SORTS``, with "-" before it descending.

    Names are in the order of the Persian alphabet. Figures are made for the page's rows only.
    """
    where = _where(club, program, wanted)
    join, params = _join(club, sort.removeprefix("-"))
    columns = {"name": "m.sort_key", "joined": "m.joined_at"}
    columns |= {name: column for name, (_, column) in _FIGURES.items()}
    order = order_by(sort, columns, "name", "m.id")
    moment, unit = now(), club.points_unit_id
    # row_number keeps the page's order while its figures are looked up.
    rows = fetch(
        "SELECT m.id, m.name, m.mobile, m.external_id, m.is_active, m.joined_at,"
        f" m.merged_into_id IS NOT NULL, {_POINTS}, {_PURCHASES}, {_SPENT}, {_LAST}"
        f" FROM (SELECT m.*, row_number() OVER (ORDER BY {order}) AS place FROM club_member m {join}"
        f" WHERE {where.sql} ORDER BY {order} LIMIT %s OFFSET %s) m ORDER BY m.place",
        [moment, unit, *params, *where.params, limit, offset],
    )
    tiers = tiers_of(club, program, [row[0] for row in rows], moment)
    return [MemberRow(*(*row, tiers[row[0]])) for row in rows]


def _join(club: ClubContext, key: str) -> tuple[str, list[int]]:
    if key not in _FIGURES:
        return "", []
    join, _ = _FIGURES[key]
    value = club.points_unit_id if key == "points" else club.id
    return join, [value] * join.count("%s")


def _where(club: ClubContext, program: Program, wanted: MemberFilter) -> Where:
    where = Where()
    where.add("m.club_id = %s", club.id)
    if wanted.text.strip():
        _match_text(where, club.id, wanted.text)
    if wanted.active is not None:
        where.add("m.is_active = %s", wanted.active)
    if wanted.joined is not None:
        where.add("m.joined_at >= %s AND m.joined_at < %s", *wanted.joined.moments(club))
    if wanted.tier:
        _match_tier(where, club, program, wanted.tier)
    if wanted.among is not None:
        where.add("m.id IN (SELECT unnest(%s::bigint[]))", list(wanted.among))
    if wanted.with_points:
        where.add(
            "coalesce(m.holder, m.id) IN (SELECT holder FROM ledger_account WHERE unit_id = %s AND holder > 0"
            " AND balance <> 0)",
            club.points_unit_id,
        )
    if wanted.bought is not None:
        where.add(
            "m.id IN (SELECT member_id FROM commerce_purchase WHERE club_id = %s"
            " AND purchased_at >= %s AND purchased_at < %s"
            " AND (%s::bigint IS NULL OR branch_id = %s)"
            " GROUP BY member_id HAVING count(*) >= %s)",
            club.id,
            *wanted.bought.moments(club),
            wanted.branch_id,
            wanted.branch_id,
            wanted.at_least,
        )
    elif wanted.branch_id is not None:
        where.add("m.branch_id = %s", wanted.branch_id)
    return where


def _match_text(where: Where, club_id: int, text: str) -> None:
    """By name; a number is also (the end or a part of) a mobile, a card, a customer number."""
    number = bare_number(text)
    name = "m.search_key LIKE %s"
    external = "m.external_id LIKE %s"
    literal = f"{escape_like(normalize(text))}%"
    if not number:
        where.add(f"({name} OR {external})", containing(text), literal)
        return
    try:
        mobile = parse_mobile(text)
    except InvalidMobile:
        # A part of a number: without the leading zero that the stored form does not have.
        mobile = f"%{number.removeprefix('0')}%"
    where.add(
        f"({name} OR {external} OR m.mobile LIKE %s OR m.id IN (SELECT c.member_id FROM club_card c"
        " WHERE c.club_id = %s AND c.number = %s))",
        containing(text),
        f"{number}%",
        mobile,
        club_id,
        number,
    )


def _match_tier(where: Where, club: ClubContext, program: Program, code: str) -> None:
    if code != NO_TIER and program.tier(code) is None:
        where.add("FALSE")
        return
    condition = Condition(facet="program.tier", op="in", value=(code,))
    meant = compile_definition(club, Definition(items=(condition,)), now(), {}).whole()
    where.add(f"m.id IN ({meant.text})", *meant.params)
