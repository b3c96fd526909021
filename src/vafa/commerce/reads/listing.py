"""Purchases as values for programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Sum

from vafa.commerce.models import Purchase, PurchaseLine


def purchase_detail(purchase: Purchase) -> dict[str, Any]:
    """A purchase with its lines and how much of each has come back."""
    lines = (
        PurchaseLine.objects.filter(purchase=purchase)
        .select_related("product")
        .annotate(back=Sum("returned__amount"), back_quantity=Sum("returned__quantity"))
        .order_by("number")
    )
    return {
        **_row(purchase),
        "lines": [
            {
                "line": line.number,
                "sku": line.product.sku if line.product else "",
                "name": line.name,
                "quantity": line.quantity / 1000,
                "amount": line.amount,
                "returned_amount": line.back or 0,
                "returned_quantity": (line.back_quantity or 0) / 1000,
            }
            for line in lines
        ],
    }


def purchases_page(
    club_id: int,
    branch_ids: Iterable[int] | None,
    *,
    since: datetime | None,
    until: datetime | None,
    after: int,
    limit: int,
) -> dict[str, Any]:
    """At most ``limit`` purchases with a number above ``after``; ``next_after`` continues."""
    rows = Purchase.objects.filter(club_id=club_id, id__gt=after).select_related("branch")
    if branch_ids is not None:
        rows = rows.filter(branch_id__in=list(branch_ids))
    if since is not None:
        rows = rows.filter(purchased_at__gte=since)
    if until is not None:
        rows = rows.filter(purchased_at__lt=until)
    page = list(rows.order_by("id")[:limit])
    return {
        "items": [_row(purchase) for purchase in page],
        "next_after": page[-1].id if len(page) == limit else None,
    }


def _row(purchase: Purchase) -> dict[str, Any]:
    return {
        "purchase_id": purchase.id,
        "receipt_no": purchase.receipt_no,
        "branch": purchase.branch.code,
        "member_id": purchase.member_id,
        "channel": purchase.channel,
        "payment": purchase.payment,
        "total": purchase.total,
        "paid_by_points": purchase.paid_by_points,
        "discount": purchase.discount,
        "purchased_at": purchase.purchased_at.isoformat(),
    }
