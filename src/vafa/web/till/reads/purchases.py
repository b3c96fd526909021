"""What a branch sold lately, and what is left of a bill to return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from vafa.club.reads.context import ClubContext
from vafa.commerce.models import Purchase, PurchaseLine, Return
from vafa.core.clock import now
from vafa.core.text import normalize, to_latin_digits
from vafa.program.models import Decision
from vafa.web.till.quantities import plain_quantity, quantity
from vafa.web.till.reads.members import look_up

_JUST_NOW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class RecentPurchase:
    """A row of the list: the bill, the points that it earned, and how much of it came back."""

    purchase: Purchase
    points: int
    returned: int

    @property
    def undone(self) -> bool:
        """Nothing of it is left."""
        return self.returned >= self.purchase.total


@dataclass(frozen=True, slots=True)
class LineLeft:
    """A line of a bill with what is left of it; quantities in thousandths."""

    line: PurchaseLine
    quantity_left: int
    amount_left: int

    @property
    def bought(self) -> int | Decimal:
        """The quantity to print."""
        return quantity(self.line.quantity)

    @property
    def left(self) -> str:
        """The quantity that a form offers to return."""
        return plain_quantity(self.quantity_left)


def recent_purchases(
    club: ClubContext, branch_id: int, *, typed: str = "", limit: int = 40
) -> list[RecentPurchase]:
    """The branch's latest purchases; ``typed`` keeps those with that receipt number, or those of
    the member whom it stands for."""
    rows = Purchase.objects.filter(club_id=club.id, branch_id=branch_id)
    text = to_latin_digits(normalize(typed))[:64]
    if text:
        by_receipt = rows.filter(receipt_no__in={text, text.upper()})
        member = None if by_receipt.exists() else look_up(club, text).member_id
        rows = rows.filter(member_id=member) if member else by_receipt
    return _with_points(
        rows.select_related("member")
        .annotate(came_back=_returned_sum())
        .order_by("-purchased_at", "-id")[:limit]
    )


def same_just_now(club: ClubContext, branch_id: int, member_id: int, total: int) -> Purchase | None:
    """Her latest purchase of the very same sum at that branch within ten minutes, none of which came
    back: what is about to be recorded may be it."""
    found = Purchase.objects.filter(
        club_id=club.id,
        member_id=member_id,
        branch_id=branch_id,
        total=total,
        purchased_at__gt=now() - _JUST_NOW,
        returns__isnull=True,
    )
    return found.order_by("-purchased_at", "-id").first()


def lines_left(purchase: Purchase) -> list[LineLeft]:
    """The lines of the bill in their order."""
    lines = (
        PurchaseLine.objects.filter(purchase=purchase)
        .annotate(
            gone=Coalesce(Sum("returned__quantity"), 0),
            gone_amount=Coalesce(Sum("returned__amount"), 0),
        )
        .order_by("number")
    )
    return [LineLeft(li, li.quantity - li.gone, li.amount - li.gone_amount) for li in lines]


def decisions_of(purchase: Purchase) -> list[Decision]:
    """What the rules decided about the bill, oldest first."""
    return list(Decision.objects.filter(purchase_id=purchase.id).order_by("recorded_at", "id"))


def _returned_sum() -> Coalesce:
    sums = (
        Return.objects.filter(purchase_id=OuterRef("pk"))
        .order_by()
        .values("purchase_id")
        .annotate(total_back=Sum("total"))
        .values("total_back")
    )
    return Coalesce(Subquery(sums, output_field=IntegerField()), 0)


def _with_points(rows: QuerySet[Purchase]) -> list[RecentPurchase]:
    purchases = list(rows)
    earned = dict(
        Decision.objects.filter(
            purchase_id__in=[purchase.id for purchase in purchases], trigger="purchase"
        ).values_list("purchase_id", "points")
    )
    return [RecentPurchase(p, earned.get(p.id, 0), getattr(p, "came_back", 0)) for p in purchases]
