"""Record purchases: the product's main story, for one from a till and thousands from a file.

Everything is read set-wise, decided in memory, and written set-wise: a fixed number of
statements whatever the size of the batch. Each entry succeeds or is refused on its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import partial

from django.db import transaction

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import nobody_left_query
from vafa.commerce.actions.purchases import NewLine, NewPurchase, insert_purchases
from vafa.commerce.reads.purchases import receipts_query
from vafa.commerce.rules.payment_card import card_digest
from vafa.core.clock import now
from vafa.core.db import COPY_FROM_ROWS, ask_together, together
from vafa.core.events import NewEvent, append_events
from vafa.core.idempotency import retry_lost_race, store_answers
from vafa.flows.challenges import judge_challenges
from vafa.flows.deeds import Closed
from vafa.flows.earlier_revisions import MixedRevisions
from vafa.flows.entries import Outcome, PurchaseEntry
from vafa.flows.member_facts import MemberFacts
from vafa.flows.purchase_decisions import decide_all
from vafa.flows.purchase_deeds import Raised, do_all, report_raised
from vafa.flows.purchase_vouchers import uses_of
from vafa.flows.purchase_work import (
    Item,
    PurchaseWork,
    answer_known_receipts,
    copy_repeats,
    first_of_each_receipt,
    resolve,
)
from vafa.flows.repeats import patiently
from vafa.ledger.actions.wallets import (
    Accounts,
    Wallet,
    accounts_query,
    lock_wallets,
    read_wallets,
)
from vafa.ledger.reads.holds import holds_for, holds_query
from vafa.ledger.reads.lots import taken_by
from vafa.ledger.rules.state import HoldState
from vafa.program.actions.counters import open_counters
from vafa.program.actions.decisions import insert_decisions
from vafa.program.actions.happenings import insert_happenings
from vafa.program.actions.reservations import (
    OpenReservation,
    reservations_query,
    use_reservations,
)
from vafa.program.actions.vouchers import count_by_member, insert_uses, read_vouchers
from vafa.program.reads.tier_facts import tier_facts_query
from vafa.program.reads.tier_segments import segments_of_tiers
from vafa.program.rules.expressions import NOTHING, Sight
from vafa.program.rules.index import index_of, limits_at


def record_purchases(
    club: ClubContext,
    batch: Sequence[PurchaseEntry],
    *,
    source: str = "api",
    grant_points: bool = True,
    at: datetime | None = None,
) -> list[Outcome]:
    """Record every entry of ``batch`` in one durable transaction; outcomes in the same order.

    Each entry carries its own actor and idempotency key. A repeated key or receipt gives the
    stored answer; one whose key is in flight waits for the other up to two seconds, when all
    others are done. ``grant_points`` False records facts only (an import of history). ``at`` judges
    points and vouchers as of an earlier moment (a history that is replayed); default now.
    Purchases that different revisions judge are recorded one revision after the other.
    Raises NoLiveProgram (for the batch); refusals of single entries are in their outcomes.
    """
    moment = at or now()

    def record(some: Sequence[PurchaseEntry]) -> list[Outcome]:
        return retry_lost_race(lambda: _record(club, some, source, grant_points, moment))

    return patiently(club.id, batch, record)


def record_without_waiting(
    club: ClubContext, batch: Sequence[PurchaseEntry], *, source: str
) -> list[Outcome]:
    """``record_purchases``, but entries whose key is in flight are refused with KeyInFlight at
    once, for callers that do the waiting themselves."""
    return retry_lost_race(lambda: _record(club, batch, source, True, now()))


def rehearse_purchases(
    club: ClubContext, batch: Sequence[PurchaseEntry], *, at: datetime
) -> list[Outcome]:
    """Whether each entry would be accepted, as far as that can be told without deciding points:
    status open, repeated or refused. Nothing is locked or written."""
    work = PurchaseWork(club, [Item(entry) for entry in batch], at, "rehearsal")
    resolve(work, for_judging=False)
    first = first_of_each_receipt(work)
    answer_known_receipts(first, receipts_query("purchase", list(first)).ask())
    return [
        Outcome("repeated") if item.same_as is not None else item.outcome for item in work.items
    ]


def _record(
    club: ClubContext,
    batch: Sequence[PurchaseEntry],
    source: str,
    grant_points: bool,
    at: datetime,
) -> list[Outcome]:
    try:
        work = PurchaseWork(club, [Item(entry) for entry in batch], at, source, grant_points)
        with transaction.atomic(durable=True):
            resolve(work)
            open_books(work)
            decide_all(work)
            judge_challenges(work)
            _write(work, do_all(work))
    except MixedRevisions as mixed:
        return _record_apart(club, batch, mixed.groups, source, grant_points, at)
    copy_repeats(work)
    return [item.outcome for item in work.items]


def _record_apart(
    club: ClubContext,
    batch: Sequence[PurchaseEntry],
    groups: Sequence[Sequence[int]],
    source: str,
    grant_points: bool,
    at: datetime,
) -> list[Outcome]:
    """Each group of entries in a transaction of its own, under the revision that judges it."""
    outcomes: dict[int, Outcome] = {}
    for places in groups:
        some = [batch[place] for place in places]
        done = _record(club, some, source, grant_points, at)
        outcomes.update(zip(places, done, strict=True))
    return [outcomes[place] for place in range(len(batch))]


def open_books(work: PurchaseWork, *, lock: bool = True) -> None:
    """Look receipts up, lock wallets and vouchers, sorted and late, then read what they guard."""
    first = first_of_each_receipt(work) if lock else {}
    mine = [item for item in work.open_items() if item.member is not None]
    earning = mine if work.grant_points else []
    wallets = _wallets(work, earning)
    reserved = [i.entry.reservation for i in work.open_items() if i.entry.reservation is not None]
    program = work.live.program
    needs = index_of(program, "purchase").needs | index_of(program, "challenge").needs
    needs |= Sight(segments=segments_of_tiers(program))
    if needs != NOTHING:
        asked = [work.asking(item) for item in earning]
        work.member_facts = MemberFacts(work.club, needs, asked, work.now)
    _look_what_is_gone(work, earning, lock=lock)
    known, accounts, reservations, holds, earned, *_ = ask_together(
        receipts_query("purchase", list(first)),
        accounts_query(wallets, lock=lock),
        reservations_query(work.club.id, reserved, lock=lock),
        holds_query("reservation", reserved),  # asked when the locks are held, as what follows
        tier_facts_query(work.club, work.live.program, work.tier_asks(earning)),
        nobody_left_query([item.member_id for item in earning] if lock else []),
        *(work.member_facts.queries() if work.member_facts else ()),
        *(work.closed.queries() if work.closed else ()),
    )
    for item, facts in zip(earning, earned, strict=True):
        item.tier_facts = facts
    answer_known_receipts(first, known)
    if work.grant_points:
        _open_wallets(work, mine, accounts, lock=lock)
    _open_payments(work, reservations, holds, lock=lock)
    limits = partial(limits_at, program, ("purchase", "challenge"))
    places = [work.place_of(item) for item in earning]
    if any(place.limited(limits) for place in places):
        work.counters = open_counters(work.club.id, limits, places, lock=lock)


def _look_what_is_gone(work: PurchaseWork, earning: Sequence[Item], *, lock: bool) -> None:
    """Whether rules can still give what they name is asked only where one names something."""
    program = work.live.program
    targets = index_of(program, "purchase").targets | index_of(program, "challenge").targets
    if targets and earning:
        people = [item.member_id for item in earning]
        work.closed = Closed(work.club.id, targets, people, work.now, lock=lock)


def _open_wallets(
    work: PurchaseWork, mine: Sequence[Item], accounts: Accounts, *, lock: bool
) -> None:
    open_plan = lock_wallets if lock else read_wallets
    club = work.club
    paying: Counter[Wallet] = Counter()
    for item in mine:
        for unit, amount in (
            (club.points_unit_id, item.entry.pay_points),
            (club.credit_unit_id, item.entry.pay_credit),
        ):
            if amount:
                paying[unit, item.holder] += amount
    # Who never had credit has none reserved either, and needs no account for it unless it earns.
    needed = _earns_credit(work)
    wallets = [
        wallet
        for wallet in _wallets(work, mine)
        if needed
        or wallet[0] == club.points_unit_id
        or wallet in paying
        or (*wallet, "available") in accounts
    ]
    work.wallets = open_plan(club.book_id, wallets, paying=paying, locked=accounts, at=work.now)


def _wallets(work: PurchaseWork, earning: Sequence[Item]) -> list[Wallet]:
    """Everybody's points, and the credit of those who pay with it, or of all where it is earned."""
    club = work.club
    points = [(club.points_unit_id, item.holder) for item in earning]
    everybody = _earns_credit(work)
    return points + [
        (club.credit_unit_id, item.holder)
        for item in earning
        if everybody or item.entry.pay_credit or item.entry.reservation is not None
    ]


def _earns_credit(work: PurchaseWork) -> bool:
    program = work.live.program
    return any("credit" in index_of(program, on).units for on in ("purchase", "challenge"))


def _open_payments(
    work: PurchaseWork,
    reservations: dict[int, OpenReservation],
    holds: Sequence[HoldState],
    *,
    lock: bool,
) -> None:
    """What the entries' reservations hold, and then their vouchers, locked behind them."""
    items = work.open_items()
    for hold in holds:
        work.reserved_holds.setdefault(hold.source_id, []).append(hold)
    for item in items:
        item.pay_with(reservations.get(item.entry.reservation or 0))
    work.taken = taken_by(_going_back(work, items))
    codes = [code for item in items for code in item.vouchers]
    if codes:
        work.vouchers = read_vouchers(work.club.id, codes, lock=lock)
        buyers = [item.member.id for item in items if item.vouchers and item.member]
        count_by_member(work.vouchers.values(), buyers)
        paid = [v.decision_id for v in work.vouchers.values() if v.decision_id is not None]
        held = holds_for("decision", paid) if paid else []
        work.holds = {hold.source_id: hold for hold in held if hold.status == "open"}


def _going_back(work: PurchaseWork, items: Sequence[Item]) -> list[int]:
    """The transfers of what is held and not all spent: something of it goes back into its lots."""
    club, found = work.club, set()
    for item in items:
        spent = {club.points_unit_id: item.pay_points, club.credit_unit_id: item.pay_credit}
        for hold in work.reserved_holds.get(item.entry.reservation or 0, ()):
            if hold.status == "open" and spent.get(hold.unit_id) != hold.amount:
                found.add(hold.transfer_id)
    return sorted(found)


def _write(work: PurchaseWork, raised: Raised) -> None:
    """Facts, decisions, value, events, keys: one statement for each table; then what the events
    bring that rules raised.

    A few purchases are sent at once, so that the till waits for one answer instead of eight;
    many go by COPY, which cannot be sent so.
    """
    done = [item for item in work.items if item.recorded]
    few = len(done) < COPY_FROM_ROWS // 2
    with together(last=not raised) if few else nullcontext():
        insert_purchases([_purchase(work, item) for item in done], _lines(done))
        insert_decisions(work.decisions)
        insert_happenings(work.happenings)
        if work.wallets is not None:
            work.wallets.write()
        insert_uses(uses_of(done))
        if work.counters is not None:
            work.counters.write()
        use_reservations(
            [(i.reservation.id, i.purchase_id) for i in done if i.reservation is not None], work.now
        )
        append_events([_event(work, item) for item in done])
        if not raised:
            store_answers(work.club.id, work.answers())
    if raised:
        report_raised(work, raised)
        store_answers(work.club.id, work.answers())


def _purchase(work: PurchaseWork, item: Item) -> NewPurchase:
    entry = item.entry
    return NewPurchase(
        item.purchase_id,
        work.club.id,
        item.branch_id,
        item.member.id if item.member else None,
        item.receipt_no,
        item.channel,
        entry.total,
        item.paid_by_points,
        item.paid_by_credit,
        item.discount,
        item.content_hash,
        work.source,
        entry.actor.label,
        item.purchased_at,
        entry.payment,
        card_digest(work.club.id, entry.payment_card),
    )


def _lines(items: Sequence[Item]) -> list[NewLine]:
    rows: list[NewLine] = []
    for item in items:
        for number, (line_id, line) in enumerate(zip(item.line_ids, item.lines, strict=True), 1):
            product = item.products[number - 1]
            rows.append(
                NewLine(
                    line_id,
                    item.purchase_id,
                    number,
                    product.id if product else None,
                    line.name or (product.name if product else line.sku),
                    line.quantity,
                    line.amount,
                    line.kind,
                )
            )
    return rows


def _event(work: PurchaseWork, item: Item) -> NewEvent:
    payload = {
        "purchase": item.purchase_id,
        "branch": item.branch_id,
        "member": item.member.id if item.member else None,
        "total": item.entry.total,
        "points": item.outcome.answer["points"],
    }
    return NewEvent(work.club.id, "purchase.recorded", payload, item.purchased_at)
