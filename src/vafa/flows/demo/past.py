"""Record in the past: the flows of purchases and hand-overs, judged as of an earlier moment.

The faces record now; only a history that is being made needs another "now".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.core.events import NewEvent, append_events
from vafa.flows.entries import Outcome, PurchaseEntry
from vafa.flows.purchase_decisions import decide_all
from vafa.flows.purchase_work import Item, PurchaseWork, copy_repeats, resolve
from vafa.flows.purchases import _open_books, _write
from vafa.program.actions.vouchers import insert_uses, read_vouchers
from vafa.program.reads.revisions import live_program
from vafa.program.rules.vouchers import check_usable

_SOURCE = "demo"


def record_past_purchases(
    club: ClubContext, batch: Sequence[PurchaseEntry], *, at: datetime
) -> list[Outcome]:
    """As ``record_purchases``, with points and vouchers judged as of ``at``."""
    with transaction.atomic(durable=True):
        items = [Item(entry) for entry in batch]
        work = PurchaseWork(club, items, at, _SOURCE, live_program(club.id))
        resolve(work)
        _open_books(work)
        decide_all(work)
        _write(work)
    copy_repeats(work)
    return [item.outcome for item in items]


def hand_over_past(
    club: ClubContext, code: str, member_id: int, actor: Actor, *, at: datetime
) -> None:
    """As ``hand_over``, at an earlier moment. Raises VoucherUnusable."""
    with transaction.atomic(durable=True):
        voucher = read_vouchers(club.id, [code], lock=True).get(code)
        check_usable(voucher, member_id, at, kind="product")
        assert voucher is not None
        insert_uses([voucher.use(None, at, actor.label)])
        payload = {"voucher": voucher.id, "member": member_id}
        append_events([NewEvent(club.id, "voucher.handed_over", payload, at)])
