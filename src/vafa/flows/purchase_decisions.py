"""Decide every purchase of a batch, in order, and plan the value that moves."""

from __future__ import annotations

from typing import Any

from vafa.club.errors import MayNotSpend
from vafa.core.errors import DomainError
from vafa.core.ids import next_id
from vafa.flows.entries import Outcome
from vafa.flows.purchase_work import Item, PurchaseWork
from vafa.ledger.rules.holds import capture
from vafa.ledger.rules.state import HoldState, LotTerms, Ref
from vafa.program.actions.decisions import NewDecision
from vafa.program.errors import PointsDoNotPay, TooManyPoints, VoucherUnusable
from vafa.program.rules.earning import (
    Decided,
    LineFacts,
    Part,
    PurchaseFacts,
    decide_purchase,
    spread,
    tier_for,
)
from vafa.program.rules.terms import expiry_of, matures_at, most_points_payable
from vafa.program.rules.vouchers import usable_amount

_NOTHING = Decided(0, [], [])


def decide_all(work: PurchaseWork) -> None:
    """Decide the open entries one after another; each sees what the earlier ones changed."""
    for item in work.open_items():
        try:
            _decide(work, item)
        except DomainError as error:
            item.refuse(error)


def _decide(work: PurchaseWork, item: Item) -> None:
    _check_payment(work, item)
    _spend(work, item)  # the last thing that may refuse: from here on the entry is accepted
    _capture_reward(work, item)
    decided = _earn(work, item)
    item.outcome = Outcome("recorded", _answer(work, item, decided))


def _check_payment(work: PurchaseWork, item: Item) -> None:
    """Voucher first, then points on what it leaves."""
    entry = item.entry
    if entry.voucher:
        voucher = work.vouchers.get(entry.voucher)
        item.discount = usable_amount(
            voucher, item.member.id if item.member else None, entry.total, work.now
        )
        assert voucher is not None
        if voucher.decision_id is not None and _hold(work, item, voucher.decision_id) is None:
            raise VoucherUnusable
        item.voucher_use = voucher.use("bill", item.purchase_id, work.now, entry.actor.label)
        voucher.used = True
    if entry.pay_points:
        terms = work.live.program.terms
        if item.member is None or not terms.worth or work.wallets is None:
            raise PointsDoNotPay
        if not item.member.may_spend:
            raise MayNotSpend
        limit = most_points_payable(terms, entry.total - item.discount)
        if entry.pay_points > limit:
            raise TooManyPoints(limit=limit)
        item.paid_by_points = entry.pay_points * terms.worth


def _capture_reward(work: PurchaseWork, item: Item) -> None:
    """The voucher of a reward is used: the points that were held for it are spent."""
    voucher = work.vouchers.get(item.entry.voucher)
    if voucher is None or voucher.decision_id is None or work.wallets is None:
        return
    hold = _hold(work, item, voucher.decision_id)
    assert hold is not None
    ref = Ref("hold", hold.id, item.purchased_at)
    capture(work.wallets.plan, hold, hold.amount, (), ref, at=work.now)


def _hold(work: PurchaseWork, item: Item, decision_id: int) -> HoldState | None:
    hold = work.holds.get(decision_id)
    hers = hold is not None and item.member is not None and hold.holder == item.holder
    return hold if hers and work.wallets is not None else None


def _spend(work: PurchaseWork, item: Item) -> None:
    points = item.entry.pay_points
    if not points:
        return
    assert work.wallets is not None
    decision = next_id("program_decision")
    unit = work.club.points_unit_id
    ref = Ref("decision", decision, item.purchased_at)
    try:
        work.wallets.plan.spend(unit, item.holder, points, ref, at=work.now)
    except DomainError:
        if item.voucher_use is not None:  # a later entry of the batch may still use it
            work.vouchers[item.entry.voucher].used = False
            item.voucher_use = None
        raise
    part = Part("", "pay", -points, {"worth": work.live.program.terms.worth})
    work.decisions.append(_decision(work, item, decision, "pay", -points, [part]))


def _earn(work: PurchaseWork, item: Item) -> Decided:
    if item.member is None or work.wallets is None:
        return _NOTHING
    decided = decide_purchase(work.live.program, _facts(work, item))
    if not decided.points:
        return decided
    decision = next_id("program_decision")
    _grant(work, item, decision, decided)
    shares = [(line, n) for line, n in zip(item.line_ids, decided.shares, strict=True) if n]
    work.decisions.append(
        _decision(work, item, decision, "purchase", decided.points, decided.parts)._replace(
            tier_points=decided.points, shares=shares
        )
    )
    work.granted.setdefault(item.member_id, []).append((item.purchased_at, decided.points))
    return decided


def _facts(work: PurchaseWork, item: Item) -> PurchaseFacts:
    taken = item.paid_by_points + item.discount
    amounts = [line.amount for line in item.lines]
    deductions = spread(taken, amounts) if taken else [0] * len(amounts)
    lines = [
        LineFacts(amount - deduction, product.category_id if product else None)
        for amount, deduction, product in zip(amounts, deductions, item.products, strict=True)
    ]
    assert item.member is not None
    return PurchaseFacts(
        item.day,
        work.club.calendar,
        item.branch_id,
        lines,
        item.member.birth_date,
        work.tier_points_of(item),
    )


def _grant(work: PurchaseWork, item: Item, decision: int, decided: Decided) -> None:
    assert work.wallets is not None
    club, terms = work.club, work.live.program.terms
    months = terms.expires_after_months
    lot = LotTerms(
        item.purchased_at,
        expiry_of(item.day, months, club.calendar, club.zone) if months else None,
        matures_at(terms, item.purchased_at, work.now),
    )
    ref = Ref("decision", decision, item.purchased_at)
    work.wallets.plan.earn(club.points_unit_id, item.holder, decided.points, lot, ref)


def _decision(
    work: PurchaseWork, item: Item, number: int, trigger: str, points: int, parts: list[Part]
) -> NewDecision:
    return NewDecision(
        id=number,
        club_id=work.club.id,
        member_id=item.member_id,
        revision_id=work.live.revision_id,
        trigger=trigger,
        points=points,
        parts=parts,
        effective_at=item.purchased_at,
        tier_at=item.purchased_at,
        purchase_id=item.purchase_id,
    )


def _answer(work: PurchaseWork, item: Item, decided: Decided) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "purchase_id": item.purchase_id,
        "receipt_no": item.receipt_no,
        "member_id": item.member.id if item.member else None,
        "total": item.entry.total,
        "paid_by_points": item.paid_by_points,
        "discount": item.discount,
        "points_paid": item.entry.pay_points,
        "points": decided.points,
        "revision_id": work.live.revision_id,
        "parts": [list(part) for part in decided.parts],
    }
    if item.member is not None and work.wallets is not None:
        plan, unit = work.wallets.plan, work.club.points_unit_id
        tier = tier_for(work.live.program, work.tier_points_of(item))
        answer["balance"] = {
            "available": plan.balance(unit, item.holder, "available")
            + plan.balance(unit, item.holder, "debt"),
            "pending": plan.balance(unit, item.holder, "pending"),
        }
        answer["tier"] = tier.code if tier else None
    return answer
