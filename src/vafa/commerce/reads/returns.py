"""Purchases as a return needs them: locked, with what has come back already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vafa.commerce.reads.purchases import Receipt
from vafa.core.db import dumps, fetch, recordset

_RECEIPT = (("branch_id", "bigint"), ("receipt_no", "text"))


@dataclass(slots=True)
class LineState:
    """A line and what has come back of it (amount, quantity in thousandths)."""

    id: int
    number: int
    amount: int
    quantity: int
    name: str
    returned: int
    returned_quantity: int


@dataclass(slots=True)
class PurchaseState:
    """A purchase under lock with its lines."""

    id: int
    branch_id: int
    receipt_no: str
    member_id: int | None
    total: int
    paid_by_points: int
    discount: int
    purchased_at: datetime
    lines: list[LineState] = field(default_factory=list)

    @property
    def returned(self) -> int:
        return sum(line.returned for line in self.lines)


def read_purchases(
    club_id: int, ids: Sequence[int], receipts: Sequence[Receipt], *, lock: bool
) -> tuple[dict[int, PurchaseState], dict[Receipt, PurchaseState]]:
    """The club's purchases by number and by receipt; with ``lock``, locked in order."""
    found = fetch(
        "SELECT id FROM commerce_purchase WHERE club_id = %s AND id = ANY(%s) UNION"
        f" SELECT p.id FROM {recordset(_RECEIPT, 'w')}, LATERAL (SELECT id FROM commerce_purchase p"
        " WHERE p.club_id = %s AND p.branch_id = w.branch_id AND p.receipt_no = w.receipt_no"
        " LIMIT 1) p",
        [club_id, list(ids), dumps(list(receipts)), club_id],
    )
    rows = fetch(
        "SELECT id, branch_id, receipt_no, member_id, total, paid_by_points, discount, purchased_at"
        f" FROM commerce_purchase WHERE id = ANY(%s) ORDER BY id{' FOR UPDATE' if lock else ''}",
        [[number for (number,) in found]],
    )
    by_id = {row[0]: PurchaseState(*row) for row in rows}
    lines = fetch(
        "SELECT l.purchase_id, l.id, l.number, l.amount, l.quantity, l.name,"
        " coalesce(sum(r.amount), 0)::bigint, coalesce(sum(r.quantity), 0)::bigint"
        " FROM commerce_purchaseline l"
        " LEFT JOIN commerce_returnline r ON r.purchase_line_id = l.id"
        " WHERE l.purchase_id = ANY(%s) GROUP BY l.id ORDER BY l.purchase_id, l.number",
        [list(by_id)],
    )
    for purchase_id, *line in lines:
        by_id[purchase_id].lines.append(LineState(*line))
    return by_id, {(p.branch_id, p.receipt_no): p for p in by_id.values()}
