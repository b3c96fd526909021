"""The list of purchases: filtered, sorted, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import with_merged
from vafa.commerce.reads.undone_imports import counted_purchases, undone_purchases
from vafa.core.db import fetch
from vafa.core.text import normalize, to_latin_digits
from vafa.insight.reads.listing import Where, containing, escape_like, order_by
from vafa.insight.reads.spans import Span

SORTS = ("at", "total")


@dataclass(frozen=True, slots=True)
class PurchaseFilter:
    """Which purchases. ``text`` is the beginning of a receipt number, or a part of a member's
    name; ``member_id`` hers and those of members merged into her. ``returned`` keeps those of which
    something came back; ``strangers`` those without a member; ``undone`` those of imports that were
    taken back, which are left out otherwise, as they are of all figures."""

    text: str = ""
    span: Span | None = None
    branch_id: int | None = None
    member_id: int | None = None
    returned: bool = False
    strangers: bool = False
    undone: bool = False


class PurchaseSum(NamedTuple):
    """How many purchases a filter keeps, and their total."""

    n: int
    total: int


class PurchaseRow(NamedTuple):
    """A purchase; ``points`` are those that it earned (None for a stranger's)."""

    id: int
    receipt_no: str
    purchased_at: datetime
    branch_id: int
    branch: str
    member_id: int | None
    member: str | None
    mobile: str | None
    total: int
    discount: int
    paid_by_points: int
    points: int
    returned: int


def sum_purchases(club: ClubContext, wanted: PurchaseFilter) -> PurchaseSum:
    """Count and total of what the filter keeps."""
    where = _where(club, wanted)
    rows = fetch(
        "SELECT count(*), coalesce(sum(p.total), 0)::bigint FROM commerce_purchase p"
        f" WHERE {where.sql}",
        where.params,
    )
    return PurchaseSum(*rows[0])


def list_purchases(
    club: ClubContext,
    wanted: PurchaseFilter,
    *,
    sort: str = "-at",
    limit: int = 50,
    offset: int = 0,
) -> list[PurchaseRow]:
    """A page of purchases; ``sort``: at, total, with "-" before it descending."""
    where = _where(club, wanted)
    order = order_by(sort, {"at": "p.purchased_at", "total": "p.total"}, "-at", "p.id")
    rows = fetch(
        "SELECT p.id, p.receipt_no, p.purchased_at, b.id, b.name, m.id, m.name, m.mobile, p.total,"
        " p.discount, p.paid_by_points,"
        " (SELECT coalesce(sum(d.points), 0)::bigint FROM program_decision d"
        "  WHERE d.purchase_id = p.id AND d.trigger IN ('purchase', 'return')),"
        " (SELECT coalesce(sum(r.total), 0)::bigint FROM commerce_return r"
        "  WHERE r.purchase_id = p.id)"
        f" FROM (SELECT p.* FROM commerce_purchase p WHERE {where.sql}"
        f" ORDER BY {order} LIMIT %s OFFSET %s) p"
        " JOIN club_branch b ON b.id = p.branch_id LEFT JOIN club_member m ON m.id = p.member_id"
        f" ORDER BY {order}",
        [*where.params, limit, offset],
    )
    return [PurchaseRow(*row) for row in rows]


def _where(club: ClubContext, wanted: PurchaseFilter) -> Where:
    where = Where()
    where.add("p.club_id = %s", club.id)
    where.add(undone_purchases("p") if wanted.undone else counted_purchases("p"))
    if wanted.span is not None:
        where.add("p.purchased_at >= %s AND p.purchased_at < %s", *wanted.span.moments(club))
    if wanted.branch_id is not None:
        where.add("p.branch_id = %s", wanted.branch_id)
    if wanted.member_id is not None:
        where.add("p.member_id = ANY(%s)", with_merged(wanted.member_id))
    if wanted.strangers:
        where.add("p.member_id IS NULL")
    if wanted.returned:
        where.add(
            "p.id IN (SELECT r.purchase_id FROM commerce_return r WHERE r.club_id = %s"
            " AND r.purchase_id IS NOT NULL)",
            club.id,
        )
    text = normalize(wanted.text)
    if text:
        where.add(
            "(p.receipt_no LIKE %s OR p.member_id IN (SELECT id FROM club_member"
            " WHERE club_id = %s AND search_key LIKE %s))",
            f"{escape_like(to_latin_digits(text))}%",
            club.id,
            containing(text),
        )
    return where
