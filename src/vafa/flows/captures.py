"""Spend what was reserved for a bill that is not recorded here (a bill that is pays with its
reservation in ``purchases``), or give it back; many at once, each for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.db import ask_together, by_index, or_refusal, together
from vafa.core.errors import DomainError
from vafa.core.events import NewEvent, append_events
from vafa.core.idempotency import answers_query, retry_lost_race, store_answers
from vafa.core.ids import next_id
from vafa.flows.entries import Outcome
from vafa.flows.keyed import (
    KeyedItem,
    all_outcomes,
    answer_known,
    answers_to_keep,
    keys_of,
    refuse_unanswered,
)
from vafa.flows.repeats import patiently
from vafa.flows.reservation_ends import Locked, lock_reserved, must_be_open
from vafa.flows.reservation_work import (
    CaptureEntry,
    EndEntry,
    ReleaseEntry,
    reservation_answer,
    reservation_event,
)
from vafa.ledger.errors import CaptureTooLarge
from vafa.ledger.rules.holds import capture
from vafa.ledger.rules.state import HoldState, Ref
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.actions.reservations import (
    OpenReservation,
    Place,
    end_reservations,
    places_query,
    use_reservations,
)
from vafa.program.actions.vouchers import LockedVoucher, NewUse, insert_uses
from vafa.program.errors import ReservationResolved, UnknownReservation, VoucherUnusable
from vafa.program.reads.revisions import LiveProgram, live_query
from vafa.program.rules.earning import Part


def capture_reservation(
    club: ClubContext,
    *,
    reservation_id: int,
    actor: Actor,
    points: int | None = None,
    credit: int | None = None,
    key: str = "",
) -> Outcome:
    """Spend what was reserved, or a part of it, where no bill is recorded; the rest goes back.

    Without ``points`` and ``credit`` everything is spent. A voucher that was reserved is used up.
    Refusals: UnknownReservation, ReservationResolved, CaptureTooLarge, VoucherUnusable.
    """
    return end_all(club, [CaptureEntry(actor, reservation_id, points, credit, key)])[0]


def end_all(club: ClubContext, batch: Sequence[EndEntry]) -> list[Outcome]:
    """Capture or release as each entry says, in one durable transaction; outcomes in that order.

    Each entry succeeds or is refused on its own. One whose key is in flight waits for the other
    up to two seconds, when all others are done.
    """
    return patiently(club.id, batch, lambda some: end_without_waiting(club, some))


def end_without_waiting(club: ClubContext, batch: Sequence[EndEntry]) -> list[Outcome]:
    """``end_all``, but entries whose key is in flight are refused with KeyInFlight at once, for
    callers that do the waiting themselves."""
    return retry_lost_race(lambda: _end(club, batch))


@dataclass(slots=True, eq=False)
class _Item(KeyedItem):
    entry: EndEntry


@dataclass(slots=True)
class _Work:
    """A batch: its club, time and programme, and everything that will be written."""

    club: ClubContext
    items: Sequence[_Item]
    now: datetime
    live: LiveProgram | DomainError | None = None
    decisions: list[NewDecision] = field(default_factory=list)
    uses: list[NewUse] = field(default_factory=list)
    used: list[int] = field(default_factory=list)
    released: list[int] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)

    def open_items(self) -> list[_Item]:
        return [item for item in self.items if item.is_open]


def _end(club: ClubContext, batch: Sequence[EndEntry]) -> list[Outcome]:
    work = _Work(club, [_Item(entry.once, entry) for entry in batch], now())
    try:
        with transaction.atomic(durable=True):
            places = _look_up(work)
            locked = lock_reserved(club, places)
            locked.look_up_taken(_going_back(work, locked))
            for item in work.open_items():
                _end_one(work, locked, item)
            _write(work, locked)
    except DomainError as error:  # the ledger stands still
        refuse_unanswered(work.items, error)
    return all_outcomes(work.items)


def _look_up(work: _Work) -> dict[int, Place]:
    """Answer what was asked before; where the value lies that the others are about."""
    club, items = work.club, work.items
    keys = keys_of(items)
    _, stored, places, work.live = ask_together(
        by_index(len(items)),
        answers_query(club.id, keys),
        places_query(club.id, [item.entry.reservation_id for item in items]),
        or_refusal(live_query(club.id)),
    )
    answer_known(club.id, items, stored)
    wanted: dict[int, Place] = {}
    for item in work.open_items():
        number = item.entry.reservation_id
        if number in places:
            wanted[number] = places[number]
        else:
            item.refuse(UnknownReservation())
    return wanted


def _going_back(work: _Work, locked: Locked) -> list[HoldState]:
    """The holds of which something may go back."""
    found: dict[int, HoldState] = {}
    for item in work.open_items():
        reserved = locked.reserved[item.entry.reservation_id]
        wanted = _wanted(work.club, item.entry, reserved)
        for hold in locked.holds_of(reserved.id):
            if wanted.get(hold.unit_id) != hold.amount:
                found[hold.id] = hold
    return list(found.values())


def _wanted(club: ClubContext, entry: EndEntry, reserved: OpenReservation) -> dict[int, int]:
    """How much of each unit is to be spent."""
    if isinstance(entry, ReleaseEntry):
        return {}
    points, credit = entry.points, entry.credit
    if points is None and credit is None:
        points, credit = reserved.points, reserved.credit
    return {club.points_unit_id: points or 0, club.credit_unit_id: credit or 0}


def _end_one(work: _Work, locked: Locked, item: _Item) -> None:
    entry = item.entry
    try:
        reserved = must_be_open(locked.reserved[entry.reservation_id], entry.actor)
        if isinstance(entry, CaptureEntry):
            made = _capture(work, locked, reserved, entry)
        else:
            made = _release(work, locked, reserved)
    except DomainError as error:
        item.refuse(error)
        return
    holder = locked.places[reserved.id].holder
    answer = reservation_answer(work.club, reserved, locked.wallets.plan, holder)
    item.outcome = Outcome("recorded", {**answer, **made})


def _release(work: _Work, locked: Locked, reserved: OpenReservation) -> dict[str, Any]:
    locked.give_back(reserved, locked.holds_of(reserved.id), work.now, "released")
    work.released.append(reserved.id)
    work.events.append(reservation_event(work.club, reserved, "released", work.now))
    reserved.status = "released"
    return {}


def _capture(
    work: _Work, locked: Locked, reserved: OpenReservation, entry: CaptureEntry
) -> dict[str, Any]:
    if reserved.expires_at <= work.now:
        raise ReservationResolved
    holds = locked.holds_of(reserved.id)
    wanted = _wanted(work.club, entry, reserved)
    _check_amounts(reserved, holds, wanted)
    decision = _paid(work, reserved, *wanted.values()) if any(wanted.values()) else None
    voucher = _usable(locked, reserved)
    # From here on nothing refuses.
    _spend(work, locked, reserved, wanted, decision)
    if voucher is not None:
        _use(work, locked, voucher, entry.actor)
    reserved.status, (reserved.points, reserved.credit) = "used", wanted.values()
    work.used.append(reserved.id)
    work.events.append(reservation_event(work.club, reserved, "captured", work.now))
    return {"decision_id": decision.id if decision else None}


def _check_amounts(
    reserved: OpenReservation, holds: Sequence[HoldState], wanted: dict[int, int]
) -> None:
    held = {hold.unit_id: hold.amount for hold in holds}
    for unit, amount in wanted.items():
        if not 0 <= amount <= held.get(unit, 0):
            raise CaptureTooLarge(held=held.get(unit, 0), needed=amount)
    if not any(wanted.values()) and reserved.voucher_code is None:
        raise CaptureTooLarge(held=sum(held.values()), needed=0)


def _paid(work: _Work, reserved: OpenReservation, points: int, credit: int) -> NewDecision:
    live = work.live
    if isinstance(live, DomainError):
        raise live
    assert live is not None
    saw: dict[str, Any] = {"worth": live.program.terms.worth, "reservation": reserved.id}
    if credit:
        saw["credit"] = credit
    return NewDecision(
        id=next_id("program_decision"),
        club_id=work.club.id,
        member_id=reserved.member_id,
        revision_id=live.revision_id,
        trigger="pay",
        points=-points,
        credit=-credit,
        parts=[Part("", "pay", -points, saw)],
        effective_at=work.now,
        tier_at=work.now,
    )


def _usable(locked: Locked, reserved: OpenReservation) -> LockedVoucher | None:
    """The voucher that is used up with it. Raises VoucherUnusable."""
    if reserved.voucher_code is None:
        return None
    voucher = locked.vouchers[reserved.voucher_code]
    if voucher.used:
        raise VoucherUnusable
    return voucher


def _spend(
    work: _Work,
    locked: Locked,
    reserved: OpenReservation,
    wanted: dict[int, int],
    decision: NewDecision | None,
) -> None:
    """Capture what is wanted of each unit; what is not goes back."""
    if decision is not None:
        work.decisions.append(decision)
    for hold in locked.holds_of(reserved.id):
        amount = wanted[hold.unit_id]
        if amount and decision is not None:
            ref, taken = Ref("decision", decision.id, work.now), locked.taken
            lots = taken.get(hold.transfer_id, ())  # of what is spent whole nothing goes back
            capture(locked.wallets.plan, hold, amount, lots, ref, at=work.now)
        else:
            locked.give_back(reserved, [hold], work.now, "released")


def _use(work: _Work, locked: Locked, voucher: LockedVoucher, actor: Actor) -> None:
    """Use a voucher up, with the points that are held for it."""
    for hold in locked.paid.get(voucher.decision_id or 0, ()):
        ref = Ref("hold", hold.id, work.now)
        capture(locked.wallets.plan, hold, hold.amount, (), ref, at=work.now)
    work.uses.append(voucher.use("counter", None, work.now, actor.label))


def _write(work: _Work, locked: Locked) -> None:
    """One statement for each table, all in one journey with the commit."""
    with together(last=True):
        insert_decisions(work.decisions)
        insert_uses(work.uses)
        locked.wallets.write()
        use_reservations([(number, None) for number in work.used], work.now)
        end_reservations(work.released, "released", work.now)
        append_events(work.events)
        store_answers(work.club.id, answers_to_keep(work.items))
