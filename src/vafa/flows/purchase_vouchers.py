"""The vouchers of a bill: whether they serve it, what each takes off which line, and their use."""

from __future__ import annotations

from collections.abc import Iterable

from vafa.flows.purchase_work import Item, PurchaseWork
from vafa.ledger.rules.holds import capture
from vafa.ledger.rules.state import HoldState, Ref
from vafa.program.actions.vouchers import NewUse
from vafa.program.errors import VoucherUnusable
from vafa.program.rules.offers import Basket, BasketLine
from vafa.program.rules.vouchers import usable_on


def check_vouchers(work: PurchaseWork, item: Item) -> None:
    """Settle what the vouchers take off the bill; points and credit pay of what they leave.

    Raises VoucherUnusable, VoucherBasketTooSmall, VoucherNotForThis; then nothing was planned.
    """
    item.discount_shares = [0] * len(item.lines)
    if not item.vouchers:
        return
    found = [work.vouchers.get(code) for code in item.vouchers]
    member_id = item.member.id if item.member else None
    item.applied = usable_on(found, member_id, basket_of(item), work.now)
    mine = item.reservation.id if item.reservation else None
    for voucher in found:
        assert voucher is not None
        if voucher.is_exclusive and voucher.reserved_by not in (None, mine):
            raise VoucherUnusable
        is_paid_first = voucher.decision_id is not None and not voucher.number
        if is_paid_first and reward_hold(work, item, voucher.code) is None:
            raise VoucherUnusable
    for use in item.applied:
        item.discount += use.amount
        shares = zip(item.discount_shares, use.shares, strict=True)
        item.discount_shares = [a + b for a, b in shares]


def basket_of(item: Item) -> Basket:
    """The bill as vouchers see it."""
    lines = [
        BasketLine(
            line.amount,
            product.id if product else None,
            product.category_id if product else None,
            line.quantity,
        )
        for line, product in zip(item.lines, item.products, strict=True)
    ]
    return Basket(lines, item.branch_id, item.channel)


def use_vouchers(work: PurchaseWork, item: Item) -> None:
    """Plan their uses; the points that are held for a reward are spent with its first."""
    for applied in item.applied:
        hold = reward_hold(work, item, applied.code)
        shares = zip(item.line_ids, applied.shares, strict=True)
        item.voucher_uses.append(
            work.vouchers[applied.code].use(
                "bill",
                item.purchase_id,
                work.now,
                item.entry.actor.label,
                amount=applied.amount,
                shares=[(line, part) for line, part in shares if part],
                member_id=item.member.id if item.member else None,
            )
        )
        if hold is not None and work.wallets is not None:
            ref = Ref("hold", hold.id, item.purchased_at)
            capture(work.wallets.plan, hold, hold.amount, (), ref, at=work.now)


def reward_hold(work: PurchaseWork, item: Item, code: str) -> HoldState | None:
    """The open hold of the points that the voucher's reward costs, in the buyer's wallet."""
    decision = work.vouchers[code].decision_id
    hold = work.holds.get(decision) if decision is not None else None
    if hold is None or item.member is None or work.wallets is None:
        return None
    return hold if hold.holder == item.holder and hold.status == "open" else None


def uses_of(items: Iterable[Item]) -> list[NewUse]:
    """All that is to be written; the uses of one voucher in their order."""
    return [use for item in items for use in item.voucher_uses]
