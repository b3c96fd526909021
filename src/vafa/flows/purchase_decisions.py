"""Decide every purchase of a batch, in order, and plan the value that moves."""

from __future__ import annotations

from typing import Any

from vafa.commerce.reads.purchases import FoundProduct
from vafa.core.errors import DomainError
from vafa.core.ids import next_id
from vafa.flows.entries import LineEntry, Outcome
from vafa.flows.granting import balance_of, earn
from vafa.flows.purchase_payments import take_payment
from vafa.flows.purchase_work import Item, PurchaseWork
from vafa.ledger.rules.state import Ref
from vafa.program.actions.decisions import NewDecision
from vafa.program.rules.earning import Decided, LineFacts, Part, PurchaseFacts, decide_purchase
from vafa.program.rules.facts import NO_LINE
from vafa.program.rules.inputs import purchase_inputs
from vafa.program.rules.terms import slides_with
from vafa.program.rules.what_earns import BillLine, earning_amounts

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
    if item.member is None or work.wallets is None or not _has_paid(work, item):
        return _NOTHING
    _slide(work, item)
    tier = work.tier_of(item)
    item.tier = tier.code if tier else None
    item.facts = purchase_facts(work, item)
    decided = decide_purchase(work.live.program, item.facts)
    work.count_for_tier(item, decided.tier_points)
    if work.member_facts is not None:
        work.member_facts.note(work.asking(item), item.entry.total)
    if not decided.anything:
        return decided
    if work.closed is not None:
        work.closed.note(item.member_id, decided.parts)
    decision = next_id("program_decision")
    ref = Ref("decision", decision, item.purchased_at)
    plan, program = work.wallets.plan, work.live.program
    earn(plan, work.club, program, item.holder, decided, ref, waits_from=work.now)
    shares = decided.shares_of(item.line_ids)
    counters = work.counters
    counted = counters.draw(work.place_of(item), decided.parts) if counters else ()
    work.decisions.append(
        _decision(work, item, decision, "purchase", decided.points, decided.parts)._replace(
            credit=decided.credit,
            tier_points=decided.tier_points,
            shares=shares,
            counted=counted,
            inputs=purchase_inputs(item.facts),
        )
    )
    return decided


def _has_paid(work: PurchaseWork, item: Item) -> bool:
    """Whether her membership fee lets her earn on the day of the purchase; a free club's does."""
    assert item.member is not None
    joined = work.club.local_date(item.member.joined_at)
    return work.club.fee.lets_earn(item.member.fee_until, joined, item.day)


def _slide(work: PurchaseWork, item: Item) -> None:
    """The purchase (and paying with points) may lengthen the life of what she has."""
    assert work.wallets is not None
    terms, unit = work.live.program.terms, work.club.points_unit_id
    spends = item.pay_points > 0 and slides_with(terms, "spend")
    if spends or slides_with(terms, "purchase"):
        ref = Ref("purchase", item.purchase_id, item.purchased_at)
        work.wallets.plan.note_activity(unit, item.holder, item.purchased_at, ref)


def _line_facts(line: LineEntry, amount: int | None, product: FoundProduct | None) -> LineFacts:
    if amount is None:
        return NO_LINE
    if product is None:
        return LineFacts(amount, None, None, line.quantity)
    return LineFacts(amount, product.category_id, product.id, line.quantity, product.brand)


def purchase_facts(work: PurchaseWork, item: Item) -> PurchaseFacts:
    """What the rules see of an entry whose payment is settled."""
    off = item.discount_shares or [0] * len(item.lines)
    billed = [BillLine(li.amount, part, li.kind) for li, part in zip(item.lines, off, strict=True)]
    terms = work.live.program.earning
    amounts = earning_amounts(terms, billed, item.paid_by_points, item.paid_by_credit)
    lines = [
        _line_facts(line, amount, product)
        for line, amount, product in zip(item.lines, amounts, item.products, strict=True)
    ]
    assert item.member is not None
    local = item.purchased_at.astimezone(work.club.tz)
    facts = PurchaseFacts(
        item.day,
        work.club.calendar,
        item.branch_id,
        lines,
        item.member.birth_date,
        item.tier,
        local.hour * 60 + local.minute,
        item.merchant_id,
        item.channel,
        item.member.gender,
        left=work.counters.left(work.place_of(item)) if work.counters else {},
        payment=item.entry.payment,
        shut=work.shut_for(item),
    )
    known = work.member_facts
    return known.told(facts, work.asking(item)) if known else facts


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


def _vouchers(work: PurchaseWork, item: Item) -> dict[str, Any]:
    """What became of the vouchers that the bill named: what each took off, and those that it did
    not need."""
    if not item.vouchers:
        return {}
    used = {use.code for use in item.applied}
    return {
        "vouchers": [
            {"code": use.code, "amount": use.amount, "lines": list(use.shares)}
            for use in item.applied
        ],
        "unused_vouchers": [code for code in item.vouchers if code not in used],
        "free_delivery": any(work.vouchers[code].kind == "delivery" for code in used),
    }


def _answer(work: PurchaseWork, item: Item, decided: Decided) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "purchase_id": item.purchase_id,
        "receipt_no": item.receipt_no,
        "member_id": item.member.id if item.member else None,
        "total": item.entry.total,
        "paid_by_points": item.paid_by_points,
        "discount": item.discount,
        **_vouchers(work, item),
        "points_paid": item.pay_points,
        "paid_by_credit": item.paid_by_credit,
        "points": decided.points,
        "credit": decided.credit,
        "revision_id": work.live.revision_id,
        "parts": [list(part) for part in decided.parts],
    }
    if item.member is not None and work.wallets is not None:
        tier = work.tier_of(item)
        answer["balance"] = balance_of(work.wallets.plan, work.club, item.holder)
        answer["tier"] = tier.code if tier else None
    return answer
