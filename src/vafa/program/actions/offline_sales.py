"""Sales that tills rang up without a line: written down when they arrive, closed once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vafa.program.models import OfflineSale
from vafa.program.offline_errors import OfflineSaleSettled


def write_down(sales: Sequence[OfflineSale]) -> dict[str, OfflineSale]:
    """Store those that are new, and return all as they are stored, by the till's own number.

    What was sent before stays as it was then: when it was sold and by whom do not change because
    it is sent again by somebody else. All belong to one club.
    """
    if not sales:
        return {}
    OfflineSale.objects.bulk_create(sales, ignore_conflicts=True)
    stored = OfflineSale.objects.filter(
        club_id=sales[0].club_id, entry__in=[sale.entry for sale in sales]
    )
    return {str(sale.entry): sale for sale in stored}


def close_sale(sale: OfflineSale) -> None:
    """Store what became of it, unless somebody else was faster, who found the same."""
    OfflineSale.objects.filter(pk=sale.pk, state="arrived").update(
        state=sale.state,
        why=sale.why,
        short_points=sale.short_points,
        short_credit=sale.short_credit,
        purchase_id=sale.purchase_id,
        kept=sale.kept,
    )


def open_for_settling(club_id: int, number: int) -> OfflineSale:
    """The sale, locked until the transaction ends. Raises OfflineSaleSettled when nothing of it
    is open (any more)."""
    found = (
        OfflineSale.objects.select_for_update(of=("self",))
        .filter(pk=number, club_id=club_id, state="open")
        .first()
    )
    if found is None:
        raise OfflineSaleSettled
    return found


def settle_sale(
    sale: OfflineSale, *, how: str, note: str, by: str, at: datetime, decision_id: int | None
) -> None:
    """Store how it was settled: "points", "money" or "write_off"; final."""
    sale.state, sale.resolution, sale.note = "settled", how, note
    sale.resolved_by, sale.resolved_at, sale.decision_id = by, at, decision_id
    sale.save(
        update_fields=["state", "resolution", "note", "resolved_by", "resolved_at", "decision"]
    )
