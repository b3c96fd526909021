"""Spend what was reserved for a bill that is not recorded here (a bill that is pays with its
reservation in ``purchases``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import wallet_of
from vafa.core.clock import now
from vafa.core.db import together
from vafa.core.events import append_events
from vafa.core.ids import next_id
from vafa.flows.entries import Outcome
from vafa.flows.keyed import operation_key, run_once
from vafa.flows.reservations import (
    lock_reservation,
    must_be_open,
    reservation_answer,
    reservation_event,
)
from vafa.ledger.actions.writing import Wallets
from vafa.ledger.errors import CaptureTooLarge
from vafa.ledger.reads.holds import holds_for
from vafa.ledger.reads.lots import taken_by
from vafa.ledger.rules.holds import capture, release
from vafa.ledger.rules.state import HoldState, Ref
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.actions.reservations import OpenReservation, use_reservations
from vafa.program.actions.vouchers import NewUse, insert_uses, read_vouchers
from vafa.program.errors import ReservationResolved, VoucherUnusable
from vafa.program.reads.revisions import live_program
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
    Refusals: UnknownReservation, ReservationResolved, CaptureTooLarge.
    """
    asked = {"reservation_id": reservation_id, "points": points, "credit": credit}
    once = operation_key(actor, "capture", key, asked)
    return run_once(club, once, lambda: _capture(club, reservation_id, actor, points, credit))


def _capture(
    club: ClubContext,
    reservation_id: int,
    actor: Actor,
    points: int | None,
    credit: int | None,
) -> dict[str, Any]:
    moment = now()
    wallets, reserved, holds = lock_reservation(club, reservation_id)
    must_be_open(reserved, actor)
    if reserved.expires_at <= moment:
        raise ReservationResolved
    if points is None and credit is None:
        points, credit = reserved.points, reserved.credit
    wanted = {club.points_unit_id: points or 0, club.credit_unit_id: credit or 0}
    held = {hold.unit_id: hold.amount for hold in holds}
    for unit, amount in wanted.items():
        if not 0 <= amount <= held.get(unit, 0):
            raise CaptureTooLarge(held=held.get(unit, 0), needed=amount)
    if not any(wanted.values()) and reserved.voucher_code is None:
        raise CaptureTooLarge(held=sum(held.values()), needed=0)
    decision = None
    if any(wanted.values()):
        number = next_id("program_decision")
        decision = _paid(club, reserved, number, points or 0, credit or 0, moment)
    _spend(wallets, reserved, holds, wanted, decision.id if decision else None, moment)
    uses = _use_voucher(club, wallets, reserved, actor, moment)
    reserved.status, reserved.points, reserved.credit = "used", points or 0, credit or 0
    holder = wallet_of(reserved.member_id).holder
    with together():
        insert_decisions([decision] if decision else [])
        insert_uses(uses)
        wallets.write()
        use_reservations([(reserved.id, None)], moment)
        append_events([reservation_event(club, reserved, "captured", moment)])
    answer = reservation_answer(club, reserved, wallets, holder)
    return {**answer, "decision_id": decision.id if decision else None}


def _spend(
    wallets: Wallets,
    reserved: OpenReservation,
    holds: Sequence[HoldState],
    wanted: Mapping[int, int],
    decision: int | None,
    at: datetime,
) -> None:
    """Capture what is wanted of each unit; what is not goes back."""
    taken = taken_by([hold.transfer_id for hold in holds])
    for hold in holds:
        amount, lots = wanted[hold.unit_id], taken[hold.transfer_id]
        if amount and decision is not None:
            capture(wallets.plan, hold, amount, lots, Ref("decision", decision, at), at=at)
        else:
            release(wallets.plan, hold, lots, Ref("reservation", reserved.id, at), at=at)


def _paid(
    club: ClubContext,
    reserved: OpenReservation,
    number: int,
    points: int,
    credit: int,
    at: datetime,
) -> NewDecision:
    live = live_program(club.id)
    saw: dict[str, Any] = {"worth": live.program.terms.worth, "reservation": reserved.id}
    if credit:
        saw["credit"] = credit
    return NewDecision(
        id=number,
        club_id=club.id,
        member_id=reserved.member_id,
        revision_id=live.revision_id,
        trigger="pay",
        points=-points,
        credit=-credit,
        parts=[Part("", "pay", -points, saw)],
        effective_at=at,
        tier_at=at,
    )


def _use_voucher(
    club: ClubContext, wallets: Wallets, reserved: OpenReservation, actor: Actor, at: datetime
) -> list[NewUse]:
    if reserved.voucher_code is None:
        return []
    voucher = read_vouchers(club.id, [reserved.voucher_code], lock=True)[reserved.voucher_code]
    if voucher.used:
        raise VoucherUnusable
    if voucher.decision_id is not None:
        for hold in holds_for("decision", [voucher.decision_id]):
            if hold.status == "open":
                ref = Ref("hold", hold.id, at)
                capture(wallets.plan, hold, hold.amount, (), ref, at=at)
    return [voucher.use("counter", None, at, actor.label)]
