"""Purchases that stayed bought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vafa.core.db import fetch


def has_settled_purchase(member_ids: Sequence[int], before: datetime, *, delivered: bool) -> bool:
    """Whether one of the members bought something by ``before`` that did not come back whole.

    With ``delivered`` only what was reported delivered counts.
    """
    rows = fetch(
        "SELECT 1 FROM commerce_purchase p WHERE p.member_id = ANY(%s) AND p.purchased_at <= %s"
        " AND (NOT %s OR EXISTS (SELECT 1 FROM commerce_delivery y WHERE y.purchase_id = p.id))"
        " AND p.total > (SELECT coalesce(sum(r.total), 0) FROM commerce_return r"
        " WHERE r.purchase_id = p.id) LIMIT 1",
        [list(member_ids), before, delivered],
    )
    return bool(rows)


def delivered_at(purchase_id: int) -> datetime | None:
    """When the purchase was delivered, as far as it was reported."""
    rows = fetch("SELECT delivered_at FROM commerce_delivery WHERE purchase_id = %s", [purchase_id])
    return rows[0][0] if rows else None
