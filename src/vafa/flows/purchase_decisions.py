"""Decide every purchase of a batch, in order, and plan the value that moves."""

from __future__ import annotations

from typing import Any

from vafa.core.errors import DomainError
from vafa.core.ids import next_id
from vafa.flows.entries import Outcome
from vafa.flows.purchase_payments import take_payment
from vafa.flows.purchase_work import Item, PurchaseWork
from vafa.ledger.rules.state import Ref
from vafa.program.actions.decisions import NewDecision
from vafa.program.rules.earning import Decided, LineFacts, Part, PurchaseFacts, decide_purchase
from vafa.program.rules.shares import spread
from vafa.program.rules.terms import lot_terms, slides_with
from vafa.program.rules.tiers import tier_for

_NOTHING = Decided(0, [], [])


def decide_all(work: PurchaseWork) -> None:
    """Decide the open entries one after another; each sees what the earlier ones changed."""
    for item in work.open_items():
        try:
            _decide(work, item)
        except DomainError as error:
            item.refuse(error)


def _decide(work: PurchaseWork, item: Item) -> None:
    paid = take_payment(work, item)  # the last thing that may refuse
    if paid is not None:
        work.decisions.append(paid)
    decided = _earn(work, item)
    item.outcome = Outcome("recorded", _answer(work, item, decided))


def _earn(work: PurchaseWork, item: Item) -> Decided:
    if item.member is None or work.wallets is None:
        return _NOTHING
    _slide(work, item)
    decided = decide_purchase(work.live.program, purchase_facts(work, item))
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


def _slide(work: PurchaseWork, item: Item) -> None:
    """The purchase (and paying with points) may lengthen the life of what she has."""
    assert work.wallets is not None
    terms, unit = work.live.program.terms, work.club.points_unit_id
    spends = item.pay_points > 0 and slides_with(terms, "spend")
    if spends or slides_with(terms, "purchase"):
        ref = Ref("purchase", item.purchase_id, item.purchased_at)
        work.wallets.plan.note_activity(unit, item.holder, item.purchased_at, ref)


def purchase_facts(work: PurchaseWork, item: Item) -> PurchaseFacts:
    """What the rules see of an entry whose payment is settled."""
    taken = item.paid_by_points + item.paid_by_credit + item.discount
    amounts = [line.amount for line in item.lines]
    deductions = spread(taken, amounts) if taken else [0] * len(amounts)
    lines = [
        LineFacts(
            line.amount - deduction,
            product.category_id if product else None,
            product.id if product else None,
            line.quantity,
        )
        for line, deduction, product in zip(item.lines, deductions, item.products, strict=True)
    ]
    assert item.member is not None
    local = item.purchased_at.astimezone(work.club.tz)
    return PurchaseFacts(
        item.day,
        work.club.calendar,
        item.branch_id,
        lines,
        item.member.birth_date,
        work.tier_points_of(item),
        local.hour * 60 + local.minute,
        item.merchant_id,
        item.channel,
        item.member.gender,
    )


def _grant(work: PurchaseWork, item: Item, decision: int, decided: Decided) -> None:
    assert work.wallets is not None
    club, terms = work.club, work.live.program.terms
    lot = lot_terms(terms, item.purchased_at, club.dates, waits_from=work.now)
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
        "points_paid": item.pay_points,
        "paid_by_credit": item.paid_by_credit,
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
