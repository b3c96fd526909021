"""Receipts and products, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.db import Query, dumps, fetch, recordset

Receipt = tuple[int, str]  # (branch, receipt number)
_RECEIPT = (("branch_id", "bigint"), ("receipt_no", "text"))


class KnownReceipt(NamedTuple):
    purchase_id: int
    content_hash: str


class FoundProduct(NamedTuple):
    id: int
    name: str
    category_id: int | None
    brand: str = ""


def receipts_query(table: str, receipts: Sequence[Receipt]) -> Query[dict[Receipt, KnownReceipt]]:
    """Which of these receipt numbers are taken, and by what; ``table``: purchase or return."""
    assert table in ("purchase", "return")
    sql = (
        "SELECT p.branch_id, p.receipt_no, p.id, p.content_hash"
        f" FROM {recordset(_RECEIPT, 'w')}, LATERAL (SELECT * FROM commerce_{table} p"
        # One at most; the limit makes every plan a look-up by index, however old the statistics.
        " WHERE p.branch_id = w.branch_id AND p.receipt_no = w.receipt_no LIMIT 1) p"
    )
    return Query(
        sql if receipts else "",
        [dumps(list(receipts))],
        lambda rows: {
            (branch, number): KnownReceipt(pk, digest) for branch, number, pk, digest in rows
        },
    )


def find_receipts(table: str, receipts: Sequence[Receipt]) -> dict[Receipt, KnownReceipt]:
    """Which of these receipt numbers are taken, and by what; ``table``: purchase or return."""
    return receipts_query(table, receipts).ask()


def unclaimed_bill(club_id: int, receipt_no: str, total: int, since: datetime) -> int | None:
    """The club's newest bill since that moment with that number and sum (smallest units), which
    no member was named for and of which nothing came back; None for none."""
    rows = fetch(
        "SELECT p.id FROM club_branch b JOIN commerce_purchase p"
        " ON p.branch_id = b.id AND p.receipt_no = %s WHERE b.club_id = %s AND p.member_id IS NULL"
        " AND p.total = %s AND p.purchased_at >= %s"
        " AND NOT EXISTS (SELECT FROM commerce_return r WHERE r.purchase_id = p.id)"
        " ORDER BY p.purchased_at DESC, p.id DESC LIMIT 1",
        [receipt_no, club_id, total, since],
    )
    return int(rows[0][0]) if rows else None


def products_query(club_id: int, skus: Iterable[str]) -> Query[dict[str, FoundProduct]]:
    """The club's products by SKU."""
    wanted = sorted(set(skus))
    sql = (
        "SELECT sku, id, name, category_id, brand FROM commerce_product"
        " WHERE club_id = %s AND sku = ANY(%s)"
    )
    return Query(
        sql if wanted else "",
        [club_id, wanted],
        lambda rows: {sku: FoundProduct(*rest) for sku, *rest in rows},
    )
