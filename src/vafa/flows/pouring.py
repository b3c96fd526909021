"""One wallet is emptied into another, with everything that is held in it."""

from __future__ import annotations

from datetime import datetime

from vafa.club.reads.context import ClubContext
from vafa.ledger.actions.wallets import close_wallets, lock_wallets
from vafa.ledger.reads.holds import open_holds
from vafa.ledger.reads.lots import taken_by
from vafa.ledger.rules.handing import pour
from vafa.ledger.rules.holds import move_hold
from vafa.ledger.rules.state import Ref


def pour_wallets(
    club: ClubContext, source: int, target: int, why: str, why_id: int, at: datetime
) -> tuple[int, int]:
    """Move points and credit, pending, available, held and owed, from one holder to another.

    Lots keep their dates; whoever comes with the emptied wallet afterwards looks again. Must run
    inside a transaction. Returns what moved of each unit, debts deducted.
    """
    units = (club.points_unit_id, club.credit_unit_id)
    wallets = [(unit, holder) for unit in units for holder in (source, target)]
    locked = lock_wallets(club.book_id, wallets, with_lots=wallets, at=at)
    plan, ref = locked.plan, Ref(why, why_id, at)
    moved = []
    for unit in units:
        moved.append(
            sum(plan.balance(unit, source, k) for k in ("pending", "available", "held", "debt"))
        )
        for hold in open_holds(unit, source):
            taken = taken_by([hold.transfer_id])[hold.transfer_id]
            move_hold(plan, hold, target, taken, ref, at=at)
        pour(plan, unit, source, target, ref)
    locked.write()
    close_wallets([(unit, source) for unit in units], at)
    return moved[0], moved[1]
