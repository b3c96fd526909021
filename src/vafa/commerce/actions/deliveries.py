"""Write that purchases were delivered."""

from __future__ import annotations

from datetime import datetime

from vafa.core.db import Table, insert_rows

_DELIVERIES = Table(
    "commerce_delivery",
    (("purchase_id", "bigint"), ("delivered_at", "timestamptz"), ("actor", "text")),
)


def insert_delivery(purchase_id: int, delivered_at: datetime, actor: str) -> None:
    """The fact, once for each purchase (the unique constraint refuses a second)."""
    insert_rows(_DELIVERIES, [(purchase_id, delivered_at, actor)])
