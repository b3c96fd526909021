"""Sales that a till made without a line, as they stand when all has been sent: for stories of what
became of them."""

from __future__ import annotations

from uuid import uuid4

from tests.world import World
from vafa.core.clock import now
from vafa.program.models import OfflineSale


def short_sale(world: World) -> OfflineSale:
    """Ninety points that the till let the member spend at the first branch, and that were spent
    elsewhere meanwhile."""
    bought = world.buy(2_000_000).answer["purchase_id"]
    by = world.actor("cashier").label
    sale = OfflineSale.objects.create(
        club=world.record,
        branch=world.branch,
        member=world.member,
        entry=uuid4(),
        rung_by=by,
        sent_by=by,
        till_at=now(),
        sold_at=now(),
        total=2_000_000,
        asked_points=90,
    )
    OfflineSale.objects.filter(pk=sale.pk).update(
        state="open", why="balance", short_points=90, purchase_id=bought
    )
    return sale
