"""Write purchases and their lines as facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.db import Table, insert_rows

_PURCHASES = Table(
    "commerce_purchase",
    (
        ("id", "bigint"),
        ("club_id", "bigint"),
        ("branch_id", "bigint"),
        ("member_id", "bigint"),
        ("receipt_no", "text"),
        ("channel", "text"),
        ("total", "bigint"),
        ("paid_by_points", "bigint"),
        ("paid_by_credit", "bigint"),
        ("discount", "bigint"),
        ("content_hash", "text"),
        ("source", "text"),
        ("actor", "text"),
        ("purchased_at", "timestamptz"),
        ("payment", "text"),
        ("payment_card", "text"),
    ),
)
_LINES = Table(
    "commerce_purchaseline",
    (
        ("id", "bigint"),
        ("purchase_id", "bigint"),
        ("number", "smallint"),
        ("product_id", "bigint"),
        ("name", "text"),
        ("quantity", "bigint"),
        ("amount", "bigint"),
        ("kind", "text"),
    ),
)


class NewPurchase(NamedTuple):
    """A row of commerce_purchase; see the model."""

    id: int
    club_id: int
    branch_id: int
    member_id: int | None
    receipt_no: str
    channel: str
    total: int
    paid_by_points: int
    paid_by_credit: int
    discount: int
    content_hash: str
    source: str
    actor: str
    purchased_at: datetime
    payment: str = ""
    payment_card: str = ""


class NewLine(NamedTuple):
    """A row of commerce_purchaseline; see the model."""

    id: int
    purchase_id: int
    number: int
    product_id: int | None
    name: str
    quantity: int
    amount: int
    kind: str = ""


def insert_purchases(purchases: Sequence[NewPurchase], lines: Sequence[NewLine]) -> None:
    """Two statements. Raises IntegrityError when a receipt number was taken meanwhile."""
    insert_rows(_PURCHASES, [tuple(p) for p in purchases])
    insert_rows(_LINES, [tuple(line) for line in lines])
