"""Record returns: the mirror of record_purchases.

A return takes back the share of what *was granted* that the returned lines carried, and gives
back what was spent on them into the same lots. Several returns of one purchase always add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import transaction

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import wallets_of
from vafa.commerce.actions.returns import NewReturn, NewReturnLine, insert_returns
from vafa.core.clock import now
from vafa.core.errors import DomainError
from vafa.core.events import NewEvent, append_events
from vafa.core.idempotency import retry_lost_race, store_answers
from vafa.core.ids import next_id
from vafa.flows.broken_happenings import Returned, take_back_broken
from vafa.flows.entries import Outcome, ReturnEntry
from vafa.flows.granting import balance_of
from vafa.flows.repeats import patiently
from vafa.flows.return_deeds import Lost, open_deeds, take_deeds_back, write_deeds_back
from vafa.flows.return_happenings import tell_of_returns
from vafa.flows.return_vouchers import (
    discount_back,
    give_vouchers_back,
    is_whole,
    net_progress,
    open_vouchers,
)
from vafa.flows.return_work import (
    ReturnItem,
    ReturnWork,
    copy_repeats,
    resolve_returns,
    settle_lines,
)
from vafa.ledger.actions.wallets import lock_wallets, read_wallets
from vafa.ledger.reads.lots import taken_by
from vafa.ledger.reads.transfers import transfers_of
from vafa.ledger.rules.state import Ref
from vafa.program.actions.counters import lock_counters, write_draws
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.reads.undo import Undoable, undoable_decisions
from vafa.program.rules.earning import Part
from vafa.program.rules.terms import grace_until
from vafa.program.rules.undoing import LineProgress, Paid, cumulative_share, money_share


@dataclass(slots=True)
class _Taken:
    """What the purchase had earned and what now goes back."""

    points: int = 0
    credit: int = 0
    lost: list[Lost] = field(default_factory=list)


class _GivenBack(NamedTuple):
    """What had paid and comes back now."""

    points: int
    credit: int
    money: int


def record_returns(
    club: ClubContext, batch: Sequence[ReturnEntry], *, source: str = "api"
) -> list[Outcome]:
    """Record every return of ``batch`` in one durable transaction; outcomes in the same order.

    Refusals (UnknownPurchase, ReturnTooLarge, ReceiptReused, ...) are per entry; one whose key
    is in flight waits for the other up to two seconds.
    """
    return patiently(
        club.id, batch, lambda some: retry_lost_race(lambda: _record(club, some, source))
    )


def preview_return(club: ClubContext, entry: ReturnEntry) -> Outcome:
    """What ``record_returns`` would answer now; nothing is locked or written."""
    work = ReturnWork(club, [ReturnItem(entry)], now(), "preview")
    _decide_all(work, lock=False)
    return work.items[0].outcome


def _record(club: ClubContext, batch: Sequence[ReturnEntry], source: str) -> list[Outcome]:
    with transaction.atomic(durable=True):
        work = ReturnWork(club, [ReturnItem(entry) for entry in batch], now(), source)
        _decide_all(work, lock=True)
        _write(work)
    copy_repeats(work)
    return [item.outcome for item in work.items]


def _decide_all(work: ReturnWork, *, lock: bool) -> None:
    resolve_returns(work, lock=lock)
    _open_books(work, lock=lock)
    for item in work.open_items():
        try:
            settle_lines(item)
        except DomainError as error:
            item.refuse(error)
            continue
        _come_back(item)
        item.outcome = Outcome("recorded", _undo(work, item))


def _open_books(work: ReturnWork, *, lock: bool) -> None:
    """Lock the members' wallets with their lots; read what can be undone and by which transfers."""
    units = (work.club.points_unit_id, work.club.credit_unit_id)
    items = [i for i in work.open_items() if i.purchase is not None and i.member_id is not None]
    work.holders = wallets_of(i.member_id for i in items if i.member_id is not None)
    wallets = [(unit, wallet.holder) for wallet in work.holders.values() for unit in units]
    open_plan = lock_wallets if lock else read_wallets
    work.wallets = open_plan(work.club.book_id, wallets, with_lots=wallets, at=work.now)
    found = undoable_decisions([i.purchase.id for i in items if i.purchase is not None])
    for decision in found:
        work.undoable.setdefault(decision.purchase_id, []).append(decision)
    made = transfers_of("decision", [d.id for d in found])
    for decision in found:
        transfers = made.get(decision.id, [])
        if decision.trigger == "pay":
            for transfer in transfers:
                if transfer.kind in ("spend", "capture"):
                    work.spends[decision.id, transfer.unit_id] = transfer.spend_id
        else:
            for transfer in transfers:
                mine = work.origins.setdefault((decision.id, transfer.unit_id), [])
                mine.append(transfer.id)
    work.taken = taken_by(list(work.spends.values()))
    open_vouchers(work, lock=lock)
    open_deeds(work, lock=lock)
    if lock:
        work.going_on = lock_counters(n for d in found for n, _, _ in d.counted)


def _come_back(item: ReturnItem) -> None:
    for back in item.back:
        if back.line is not None:
            back.line.returned += back.amount
            back.line.returned_quantity += back.quantity
    if item.purchase is not None:
        item.progress = {li.id: LineProgress(li.amount, li.returned) for li in item.purchase.lines}


def _undo(work: ReturnWork, item: ReturnItem) -> dict[str, Any]:
    taken, back = _Taken(), _GivenBack(0, 0, item.total)
    purchase = item.purchase
    if purchase is not None:
        decisions = work.undoable.get(purchase.id, [])
        paid = next((d for d in decisions if d.trigger == "pay"), None)
        back = _give_back(work, item, paid)  # spent points come back first
        for decision in decisions:
            if decision is not paid:
                points, credit, tier = decision.to_undo(item.progress)
                lost = take_deeds_back(work, item, decision)
                _take_back(work, item, decision, points, credit, tier, lost)
                taken.lost.append(lost)
                taken.points += points
                taken.credit += credit
    return _answer(work, item, taken, back)


def _give_back(work: ReturnWork, item: ReturnItem, paid: Undoable | None) -> _GivenBack:
    """The share of what was returned, in everything that had paid the bill."""
    back, total = net_progress(work, item)
    now = item.total - discount_back(work, item)
    if paid is None:
        return _GivenBack(0, 0, now)
    whole = Paid(-paid.points, int(paid.parts[0][3]["worth"]), -paid.credit)
    due_points = cumulative_share(whole.points, back, total)
    due_credit = cumulative_share(whole.credit, back, total)
    # A correction may have given some back already; in its place comes the money.
    points = max(due_points - paid.undone, 0)
    credit = max(due_credit - paid.credit_undone, 0)
    before = back - now
    money = money_share(back, total, whole) - money_share(before, total, whole)
    money += (due_points - cumulative_share(whole.points, before, total) - points) * whole.worth
    money += due_credit - cumulative_share(whole.credit, before, total) - credit
    if points or credit:
        number = _store(work, item, paid, "give_back", points, credit)
        _restore(work, item, paid, work.club.points_unit_id, points, number)
        _restore(work, item, paid, work.club.credit_unit_id, credit, number)
    return _GivenBack(points, credit, money)


def _restore(
    work: ReturnWork, item: ReturnItem, decision: Undoable, unit: int, amount: int, number: int
) -> None:
    if not amount:
        return
    assert work.wallets is not None
    plan, spend = work.wallets.plan, work.spends[decision.id, unit]
    holder = work.holders[decision.member_id].holder
    held = work.taken.get(spend, [])
    ref = Ref("decision", number, item.returned_at)
    grace = grace_until(work.now, work.club.dates)
    plan.restore(unit, holder, spend, held, amount, ref, at=work.now, grace_until=grace)
    work.taken[spend] = plan.left_of(held, amount)


def _take_back(
    work: ReturnWork,
    item: ReturnItem,
    decision: Undoable,
    points: int,
    credit: int,
    tier: int,
    lost: Lost,
) -> None:
    # What gave no amount is undone with the last of the bill, and says what became of it.
    no_amount = not (decision.credit or decision.tier_points)
    ends = no_amount and is_whole(item)
    if not (points or credit or tier or lost.saw or ends):
        return
    assert work.wallets is not None
    drawn = decision.drawn_back(points, credit, tier) if ends or not no_amount else []
    counted = [(work.going_on.get(counter, counter), n, times) for counter, n, times in drawn]
    number = _store(work, item, decision, "return", -points, -credit, -tier, counted, lost.saw)
    club, holder = work.club, work.holders[decision.member_id].holder
    for unit, amount in ((club.points_unit_id, points), (club.credit_unit_id, credit)):
        if amount:
            made = work.origins[decision.id, unit]
            ref = Ref("decision", number, item.returned_at)
            work.wallets.plan.claw_back(unit, holder, amount, made, ref)


def _store(
    work: ReturnWork,
    item: ReturnItem,
    decision: Undoable,
    trigger: str,
    points: int,
    credit: int,
    tier: int = 0,
    counted: Sequence[tuple[int, int, int]] = (),
    lost: Mapping[str, int | str] = {},
) -> int:
    number = next_id("program_decision")
    tier_points = points + tier if trigger == "return" else 0
    decision.undone += points
    decision.credit_undone += credit
    decision.tier_undone += tier_points
    work.decisions.append(
        NewDecision(
            id=number,
            club_id=work.club.id,
            member_id=work.holders[decision.member_id].member_id,
            revision_id=decision.revision_id,
            trigger=trigger,
            points=points,
            credit=credit,
            parts=[Part("", trigger, points, _saw(item, credit) | dict(lost))],
            effective_at=item.returned_at,
            tier_at=decision.tier_at,
            tier_points=tier_points,
            purchase_id=decision.purchase_id,
            undone_by_id=item.return_id,
            undoes_id=decision.id,
            counted=counted,
        )
    )
    return number


def _saw(item: ReturnItem, credit: int) -> dict[str, int | str]:
    saw: dict[str, int | str] = {"returned": item.total}
    return saw | {"credit": credit} if credit else saw


def _answer(work: ReturnWork, item: ReturnItem, taken: _Taken, back: _GivenBack) -> dict[str, Any]:
    purchase, total = item.purchase, item.total
    answer: dict[str, Any] = {
        "return_id": item.return_id,
        "receipt_no": item.receipt_no,
        "purchase_id": purchase.id if purchase else None,
        "member_id": item.member_id,
        "total": total,
        "money_back": back.money,
        "points_taken": taken.points,
        "credit_taken": taken.credit,
        "points_given_back": back.points,
        "credit_given_back": back.credit,
    }
    if item.member_id is not None and work.wallets is not None:
        member = work.holders[item.member_id].holder if purchase else item.member_id
        answer["balance"] = balance_of(work.wallets.plan, work.club, member)
    for lost in taken.lost:
        lost.tell(answer)
    return answer


def _write(work: ReturnWork) -> None:
    done = [item for item in work.items if item.recorded]
    give_vouchers_back(work, done)
    write_deeds_back(work)
    insert_returns(
        [_return(work, item) for item in done],
        [
            NewReturnLine(
                item.return_id,
                back.line.id if back.line else None,
                back.line.name if back.line else "",
                back.quantity,
                back.amount,
            )
            for item in done
            for back in item.back
        ],
    )
    insert_decisions(work.decisions)
    write_draws(drawn for decision in work.decisions for drawn in decision.counted)
    if work.wallets is not None:
        work.wallets.write()
    _undo_broken(work, done)
    tell_of_returns(work, done)
    append_events([_event(work, item) for item in done])
    store_answers(work.club.id, work.answers())


def _undo_broken(work: ReturnWork, done: Sequence[ReturnItem]) -> None:
    """What other happenings had earned for what came back; her own part is in the answer."""
    returns = {
        item.return_id: Returned(item.purchase.id, item.return_id, item.returned_at)
        for item in done
        if item.purchase is not None
    }
    answers = {item.return_id: item for item in done}
    for taken in take_back_broken(work.club, list(returns.values())):
        item = answers[taken.return_id]
        if item.member_id is None or work.holders[item.member_id].member_id != taken.member_id:
            continue
        item.outcome.answer["points_taken"] += taken.points
        taken.moved.add_to(item.outcome.answer["balance"])
        taken.lost.tell(item.outcome.answer)


def _return(work: ReturnWork, item: ReturnItem) -> NewReturn:
    return NewReturn(
        item.return_id,
        work.club.id,
        item.branch_id,
        item.purchase.id if item.purchase else None,
        item.member_id,
        item.receipt_no,
        item.total,
        item.entry.reason,
        item.content_hash,
        work.source,
        item.entry.actor.label,
        item.returned_at,
    )


def _event(work: ReturnWork, item: ReturnItem) -> NewEvent:
    answer = item.outcome.answer
    payload = {
        "return": item.return_id,
        "purchase": answer["purchase_id"],
        "member": answer["member_id"],
        "total": answer["total"],
        "points_taken": answer["points_taken"],
        "points_given_back": answer["points_given_back"],
    }
    return NewEvent(work.club.id, "purchase.returned", payload, item.returned_at)
