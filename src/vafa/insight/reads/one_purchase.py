"""Everything about one purchase: lines, what was decided and why, what came back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import orjson

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.core.errors import NotFound


class PurchaseHead(NamedTuple):
    """The bill. ``source``: api, till, import ...; ``actor`` as rows name it ("staff:3")."""

    id: int
    receipt_no: str
    purchased_at: datetime
    recorded_at: datetime
    branch_id: int
    branch: str
    member_id: int | None
    member: str | None
    mobile: str | None
    total: int
    paid_by_points: int
    discount: int
    channel: str
    payment: str
    source: str
    actor: str
    voucher_code: str | None


class LineRow(NamedTuple):
    """A line; quantities in thousandths, ``returned`` in money."""

    id: int
    number: int
    name: str
    sku: str | None
    category: str | None
    quantity: int
    amount: int
    returned_quantity: int
    returned: int


class DecisionRow(NamedTuple):
    """What the rules decided; ``parts`` are explained with the revision's program."""

    id: int
    trigger: str
    points: int
    parts: list[list[Any]]
    revision_id: int
    revision: int
    effective_at: datetime
    return_id: int | None


class ReturnOfPurchase(NamedTuple):
    id: int
    receipt_no: str
    returned_at: datetime
    branch: str
    total: int
    reason: str
    actor: str


def purchase_head(club: ClubContext, purchase_id: int) -> PurchaseHead:
    """The bill of a purchase of this club. Raises NotFound."""
    rows = fetch(
        "SELECT p.id, p.receipt_no, p.purchased_at, p.recorded_at, b.id, b.name, m.id, m.name,"
        " m.mobile, p.total, p.paid_by_points, p.discount, p.channel, p.payment, p.source,"
        " p.actor, (SELECT string_agg(v.code, ' ' ORDER BY u.id) FROM program_voucheruse u"
        " JOIN program_voucher v ON v.id = u.voucher_id"
        " WHERE u.purchase_id = p.id AND u.purpose = 'bill')"
        " FROM commerce_purchase p JOIN club_branch b ON b.id = p.branch_id"
        " LEFT JOIN club_member m ON m.id = p.member_id"
        " WHERE p.club_id = %s AND p.id = %s",
        [club.id, purchase_id],
    )
    if not rows:
        raise NotFound
    return PurchaseHead(*rows[0])


def purchase_lines(purchase_id: int) -> list[LineRow]:
    """The lines of a bill in their order, with what came back of each."""
    rows = fetch(
        "SELECT l.id, l.number, l.name, g.sku, c.name, l.quantity, l.amount,"
        " coalesce(sum(r.quantity), 0)::bigint, coalesce(sum(r.amount), 0)::bigint"
        " FROM commerce_purchaseline l LEFT JOIN commerce_product g ON g.id = l.product_id"
        " LEFT JOIN commerce_category c ON c.id = g.category_id"
        " LEFT JOIN commerce_returnline r ON r.purchase_line_id = l.id"
        " WHERE l.purchase_id = %s GROUP BY l.id, g.sku, c.name ORDER BY l.number",
        [purchase_id],
    )
    return [LineRow(*row) for row in rows]


def purchase_decisions(purchase_id: int) -> list[DecisionRow]:
    """Every decision about a purchase, its returns included, oldest first."""
    rows = fetch(
        "SELECT d.id, d.trigger, d.points, d.parts, d.revision_id, v.number, d.effective_at,"
        " d.undone_by_id FROM program_decision d JOIN program_revision v ON v.id = d.revision_id"
        " WHERE d.purchase_id = %s ORDER BY d.effective_at, d.id",
        [purchase_id],
    )
    return [DecisionRow(r[0], r[1], r[2], _parts(r[3]), r[4], r[5], r[6], r[7]) for r in rows]


def purchase_returns(purchase_id: int) -> list[ReturnOfPurchase]:
    """What came back of a purchase, oldest first."""
    rows = fetch(
        "SELECT r.id, r.receipt_no, r.returned_at, b.name, r.total, r.reason, r.actor"
        " FROM commerce_return r JOIN club_branch b ON b.id = r.branch_id"
        " WHERE r.purchase_id = %s ORDER BY r.returned_at, r.id",
        [purchase_id],
    )
    return [ReturnOfPurchase(*row) for row in rows]


def _parts(value: Any) -> list[list[Any]]:
    found: list[list[Any]] = orjson.loads(value) if isinstance(value, str) else value
    return found
