"""What members bought of a product and have not brought back, and what came back by receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vafa.commerce.reads.purchases import Receipt
from vafa.core.db import dumps, fetch, recordset

_WANTED = (("member_id", "bigint"), ("sku", "text"))
_RETURN = (("branch_id", "bigint"), ("receipt_no", "text"), ("returned_at", "timestamptz"))


@dataclass(slots=True)
class SoldLine:
    """A line of a purchase: what is left of it, quantity in thousandths and amount."""

    member_id: int
    sku: str
    purchase_id: int
    purchased_at: datetime
    number: int
    quantity_left: int
    amount_left: int


def sold_lines(club_id: int, wanted: Sequence[tuple[int, str]]) -> list[SoldLine]:
    """Lines of these (member, SKU) of which some is left, the latest purchase first."""
    if not wanted:
        return []
    rows = fetch(
        "SELECT w.member_id, w.sku, p.id, p.purchased_at, l.number,"
        " (l.quantity - coalesce(sum(r.quantity), 0))::bigint,"
        " (l.amount - coalesce(sum(r.amount), 0))::bigint"
        f" FROM {recordset(_WANTED, 'w')}"
        " JOIN commerce_product k ON k.club_id = %s AND k.sku = w.sku"
        " JOIN commerce_purchase p ON p.member_id = w.member_id"
        " JOIN commerce_purchaseline l ON l.purchase_id = p.id AND l.product_id = k.id"
        " LEFT JOIN commerce_returnline r ON r.purchase_line_id = l.id"
        " GROUP BY w.member_id, w.sku, p.id, l.id"
        " HAVING l.quantity > coalesce(sum(r.quantity), 0)"
        " ORDER BY p.purchased_at DESC, p.id DESC, l.number",
        [dumps(sorted(set(wanted))), club_id],
    )
    return [SoldLine(*row) for row in rows]


def returned_totals(
    club_id: int, returns: Sequence[tuple[int, str, datetime]]
) -> dict[Receipt, int]:
    """What came back under each (branch, receipt number) at that moment, its parts (C7/2, C7/3 ...)
    included; those that are not there are left out.
    """
    if not returns:
        return {}
    rows = fetch(
        "SELECT w.branch_id, w.receipt_no, sum(t.total)::bigint"
        f" FROM {recordset(_RETURN, 'w')} JOIN commerce_return t"
        " ON t.club_id = %s AND t.returned_at = w.returned_at AND t.branch_id = w.branch_id"
        " AND (t.receipt_no = w.receipt_no OR (starts_with(t.receipt_no, w.receipt_no || '/')"
        " AND substr(t.receipt_no, length(w.receipt_no) + 2) ~ '^[0-9]+$'))"
        " GROUP BY w.branch_id, w.receipt_no",
        [dumps(list(returns)), club_id],
    )
    return {(branch, receipt): total for branch, receipt, total in rows}
