"""Receipts and products, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vafa.core.db import Query, dumps, recordset

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
