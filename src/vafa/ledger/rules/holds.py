"""Value set aside: reserve, then capture (whole or part) or release; each hold ends once. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vafa.ledger.errors import CaptureTooLarge, HoldResolved
from vafa.ledger.rules.planning import Plan
from vafa.ledger.rules.state import HoldState, Ref, Taken


def reserve(
    plan: Plan,
    unit_id: int,
    holder: int,
    amount: int,
    ref: Ref,
    *,
    at: datetime,
    expires_at: datetime | None,
    purpose: tuple[str, int],
) -> HoldState:
    """Set ``amount`` (positive) aside out of the lots that expire first, for ``purpose``.

    Raises InsufficientBalance.
    """
    lots = plan.spendable(unit_id, holder, amount, at=at)
    available = plan.account(unit_id, holder, "available")
    held = plan.account(unit_id, holder, "held")
    transfer = plan.move(available, held, amount, "reserve", ref)
    plan.consume_in_order(lots, transfer, amount)
    hold = HoldState(
        plan.new_id("ledger_hold"),
        held.id,
        unit_id,
        holder,
        transfer,
        amount,
        0,
        "open",
        expires_at,
        *purpose,
        is_new=True,
    )
    plan.touched_holds[hold.id] = hold
    return hold


def capture(
    plan: Plan, hold: HoldState, amount: int, taken: Sequence[Taken], ref: Ref, *, at: datetime
) -> int:
    """Spend ``amount`` of an open hold and release the rest; returns the capturing transfer.

    ``taken`` is what the reservation took of which lots. The spending is ``ref``'s; the rest goes
    back in the name of what the hold was made for. Raises HoldResolved, CaptureTooLarge.
    """
    _must_be_open(hold)
    if not 0 < amount <= hold.amount:
        raise CaptureTooLarge(held=hold.amount, needed=amount)
    held = plan.account(hold.unit_id, hold.holder, "held")
    pool = plan.pool_account(hold.unit_id, "spent")
    transfer = plan.move(held, pool, amount, "capture", ref, hold.transfer_id)
    hold.captured = amount
    _resolve(plan, hold, "captured", at)
    if amount < hold.amount:
        rest = Ref(hold.source, hold.source_id, ref.effective_at)
        _give_back(plan, hold, hold.amount - amount, taken, rest, at, None)
        plan.settle(hold.unit_id, hold.holder, rest)
    return transfer


def release(
    plan: Plan,
    hold: HoldState,
    taken: Sequence[Taken],
    ref: Ref,
    *,
    at: datetime,
    status: str = "released",
    grace_until: datetime | None = None,
) -> None:
    """Give all of an open hold back into its lots; a debt is repaid at once.

    ``status`` is released, or expired when time did it. Raises HoldResolved.
    """
    _must_be_open(hold)
    _resolve(plan, hold, status, at)
    _give_back(plan, hold, hold.amount, taken, ref, at, grace_until)
    plan.settle(hold.unit_id, hold.holder, ref)


def move_hold(
    plan: Plan, hold: HoldState, to_holder: int, taken: Sequence[Taken], ref: Ref, *, at: datetime
) -> HoldState:
    """Hold the same amount for another holder instead, out of the same lots.

    Used where wallets become one; both wallets are locked.
    """
    _must_be_open(hold)
    _resolve(plan, hold, "moved", at)
    held = plan.account(hold.unit_id, hold.holder, "held")
    theirs = plan.account(hold.unit_id, to_holder, "available")
    back = plan.move(held, theirs, hold.amount, "release", ref, hold.transfer_id)
    plan.give_back(theirs, back, taken, hold.amount, at=at, grace_until=None)
    lots = [lot for lot in plan.new_lots if lot.transfer_id == back]
    new_held = plan.account(hold.unit_id, to_holder, "held")
    transfer = plan.move(theirs, new_held, hold.amount, "reserve", ref)
    plan.consume_in_order(lots, transfer, hold.amount)
    moved = HoldState(
        plan.new_id("ledger_hold"),
        new_held.id,
        hold.unit_id,
        to_holder,
        transfer,
        hold.amount,
        0,
        "open",
        hold.expires_at,
        hold.source,
        hold.source_id,
        is_new=True,
    )
    plan.touched_holds[moved.id] = moved
    return moved


def _must_be_open(hold: HoldState) -> None:
    if hold.status != "open":
        raise HoldResolved(status=hold.status)


def _resolve(plan: Plan, hold: HoldState, status: str, at: datetime) -> None:
    hold.status = status
    hold.resolved_at = at
    plan.touched_holds[hold.id] = hold


def _give_back(
    plan: Plan,
    hold: HoldState,
    amount: int,
    taken: Sequence[Taken],
    ref: Ref,
    at: datetime,
    grace_until: datetime | None,
) -> None:
    held = plan.account(hold.unit_id, hold.holder, "held")
    available = plan.account(hold.unit_id, hold.holder, "available")
    transfer = plan.move(held, available, amount, "release", ref, hold.transfer_id)
    plan.give_back(available, transfer, taken, amount, at=at, grace_until=grace_until)
