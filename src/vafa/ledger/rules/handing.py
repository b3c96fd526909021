"""Value that goes from one holder to another: gifts, and wallets that become one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vafa.ledger.errors import InsufficientBalance, NothingToReverse
from vafa.ledger.rules.planning import Plan
from vafa.ledger.rules.state import AccountState, LotState, Ref, Taken


def give(
    plan: Plan,
    unit_id: int,
    giver: int,
    taker: int,
    amount: int,
    ref: Ref,
    *,
    at: datetime,
    not_from: frozenset[int] = frozenset(),
) -> int:
    """Give ``amount`` away: lots keep their dates, those that expire first go first.

    Lots that descend from the transfers ``not_from`` may not be given. A debt of the taker is
    repaid at once. Returns the transfer's number. Raises InsufficientBalance.
    """
    lots = [
        lot
        for lot in plan.spendable(unit_id, giver, amount, at=at)
        if lot.origin_id not in not_from
    ]
    usable = sum(lot.remaining for lot in lots)
    if usable < amount:
        raise InsufficientBalance(available=usable, needed=amount)
    source = plan.account(unit_id, giver, "available")
    target = plan.account(unit_id, taker, "available")
    transfer = plan.move(source, target, amount, "gift", ref)
    _hand_on(plan, target, transfer, plan.consume_in_order(lots, transfer, amount))
    plan.settle(unit_id, taker, ref)
    return transfer


def take_gift_back(
    plan: Plan,
    unit_id: int,
    giver: int,
    taker: int,
    gift_id: int,
    taken: Sequence[Taken],
    ref: Ref,
    *,
    at: datetime,
    grace_until: datetime,
) -> None:
    """Undo a gift: what the taker has of it first, then the rest of hers, then as a debt.

    ``taken`` is what the gift took of the giver's lots. Raises NothingToReverse.
    """
    amount = sum(t.amount for t in taken)
    if not amount:
        raise NothingToReverse
    back = plan.account(unit_id, giver, "available")
    lots = plan.open_lots(unit_id, taker, "available")
    lots.sort(key=lambda lot: lot.transfer_id != gift_id)
    there = min(amount, sum(lot.remaining for lot in lots))
    if there:
        source = plan.account(unit_id, taker, "available")
        transfer = plan.move(source, back, there, "gift_back", ref, gift_id)
        plan.consume_in_order(lots, transfer, there)
        plan.give_back(back, transfer, taken, there, at=at, grace_until=grace_until)
    if amount > there:
        left = plan.left_of(taken, there)
        debt = plan.account(unit_id, taker, "debt")
        transfer = plan.move(debt, back, amount - there, "gift_back", ref, gift_id)
        plan.give_back(back, transfer, left, amount - there, at=at, grace_until=grace_until)
    plan.settle(unit_id, giver, ref)


def pour(plan: Plan, unit_id: int, source: int, target: int, ref: Ref) -> None:
    """Move everything that one holder has, pending, available and owed, into another's wallet.

    Lots keep their dates; holds are the caller's to move before.
    """
    for kind in ("pending", "available"):
        lots = plan.open_lots(unit_id, source, kind)
        amount = sum(lot.remaining for lot in lots)
        if amount:
            giving = plan.account(unit_id, source, kind)
            taking = plan.account(unit_id, target, kind)
            transfer = plan.move(giving, taking, amount, "pour", ref)
            _hand_on(plan, taking, transfer, plan.consume_in_order(lots, transfer, amount))
    owed = -plan.balance(unit_id, source, "debt")
    if owed:
        theirs = plan.account(unit_id, target, "debt")
        plan.move(theirs, plan.account(unit_id, source, "debt"), owed, "pour", ref)
    active_at = plan.account(unit_id, source, "available").active_at
    if active_at is not None:
        plan.note_activity(unit_id, target, active_at, ref)
    plan.settle(unit_id, target, ref)


def _hand_on(
    plan: Plan, account: AccountState, transfer: int, parts: Sequence[tuple[LotState, int]]
) -> None:
    for lot, part in parts:
        plan.open_lot(account, transfer, lot.origin_id, part, lot.terms)
