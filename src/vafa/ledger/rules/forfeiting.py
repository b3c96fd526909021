"""Value that a holder gives up for good, as if its time were over. Pure."""

from __future__ import annotations

from vafa.ledger.rules.planning import Plan
from vafa.ledger.rules.state import Ref


def forfeit(plan: Plan, unit_id: int, holder: int, ref: Ref) -> int:
    """Take everything pending and available from a holder, out of every lot, whether its time is
    over or not; returns how much. A debt stays, and what is held is the caller's to end before."""
    lost = 0
    for kind in ("pending", "available"):
        lots = plan.open_lots(unit_id, holder, kind)
        amount = sum(lot.remaining for lot in lots)
        if amount:
            account, pool = (
                plan.account(unit_id, holder, kind),
                plan.pool_account(unit_id, "expired"),
            )
            plan.consume_in_order(lots, plan.move(account, pool, amount, "forfeit", ref), amount)
            lost += amount
    return lost
