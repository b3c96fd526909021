"""What vouchers paid of a bill, when some of it comes back.

Each line knows what each voucher took off it: that is not refunded in money. A gift card gets its
part back at once; a use of any other voucher comes back when the whole bill has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vafa.flows.return_work import ReturnItem, ReturnWork
from vafa.program.actions.voucher_returns import Reissue, reissue
from vafa.program.actions.vouchers import LockedVoucher, NewUse, insert_uses, read_vouchers
from vafa.program.reads.voucher_uses import BillUse, uses_on
from vafa.program.rules.terms import GRACE
from vafa.program.rules.undoing import LineProgress, granted_to_undo


def open_vouchers(work: ReturnWork, *, lock: bool) -> None:
    """Look up what vouchers paid on these bills, and lock those vouchers."""
    paid = [i.purchase.id for i in work.open_items() if i.purchase and i.purchase.discount]
    if not paid:
        return
    for use in uses_on(paid):
        work.bill_uses.setdefault(use.purchase_id, []).append(use)
    codes = [use.code for uses in work.bill_uses.values() for use in uses]
    work.vouchers = read_vouchers(work.club.id, codes, lock=lock)


def discount_back(work: ReturnWork, item: ReturnItem) -> int:
    """How much of what comes back now vouchers had paid."""
    return sum(_part(item, use) for use in _uses(work, item))


def net_progress(work: ReturnWork, item: ReturnItem) -> tuple[int, int]:
    """How much of the bill has come back, this return included, and the whole bill: both without
    what vouchers paid."""
    assert item.purchase is not None
    uses = _uses(work, item)
    back = sum(granted_to_undo(use.shares, item.progress, 0) for use in uses)
    return item.purchase.returned - back, item.purchase.total - sum(use.amount for use in uses)


def give_vouchers_back(work: ReturnWork, done: Sequence[ReturnItem]) -> None:
    """Write what goes back to the vouchers of these returns; new codes are in their answers."""
    uses: list[NewUse] = []
    fresh: list[tuple[ReturnItem, Reissue]] = []
    for item in done:
        for use in _uses(work, item):
            voucher, part = work.vouchers[use.code], _part(item, use)
            wanted = _worth(item, voucher, use, part)
            if wanted is None:
                continue
            if _stays(voucher, item.returned_at):
                uses.append(_given_back(work, item, voucher, use, part))
            else:
                fresh.append((item, wanted))
    insert_uses(uses)
    codes = reissue(work.club.id, [wanted for _, wanted in fresh])
    for (item, _), code in zip(fresh, codes, strict=True):
        answer = item.outcome.answer
        answer.setdefault("voucher_code", code)
        answer.setdefault("voucher_codes", []).append(code)


def _worth(item: ReturnItem, voucher: LockedVoucher, use: BillUse, part: int) -> Reissue | None:
    """What a fresh code would be worth, if anything of it comes back now."""
    until = max(voucher.expires_at, item.returned_at + GRACE)
    if voucher.kind == "gift":
        return Reissue(voucher.id, part, until) if part else None
    if voucher.ended and voucher.max_uses != 1:
        return None
    return Reissue(voucher.id, voucher.value, until) if is_whole(item) else None


def is_whole(item: ReturnItem) -> bool:
    """Whether with this return everything has come back."""
    return all(line.returned == line.amount for line in item.progress.values())


def _stays(voucher: LockedVoucher, returned_at: datetime) -> bool:
    """Whether the code itself goes on: one that served once is gone, and one that has expired
    would be of no use."""
    is_lasting = voucher.kind == "gift" or voucher.max_uses != 1
    return is_lasting and not voucher.ended and voucher.expires_at >= returned_at + GRACE


def _given_back(
    work: ReturnWork, item: ReturnItem, voucher: LockedVoucher, use: BillUse, part: int
) -> NewUse:
    assert item.purchase is not None
    return voucher.use(
        "given_back",
        item.purchase.id,
        work.now,
        item.entry.actor.label,
        amount=-part if voucher.kind == "gift" else -use.amount,
        member_id=use.member_id,
        times=-1 if is_whole(item) else 0,
    )


def _uses(work: ReturnWork, item: ReturnItem) -> list[BillUse]:
    return work.bill_uses.get(item.purchase.id, []) if item.purchase is not None else []


def _part(item: ReturnItem, use: BillUse) -> int:
    """How much of what the voucher took off comes back with these lines: what has come back with
    all returns, less what had before."""
    now = item.progress
    coming = {back.line.id: back.amount for back in item.back if back.line is not None}
    before = {
        number: LineProgress(line.amount, line.returned - coming.get(number, 0))
        for number, line in now.items()
    }
    return granted_to_undo(use.shares, now, granted_to_undo(use.shares, before, 0))
