"""Set points, credit or a voucher aside for a bill: reserve, then capture or release.

A till reserves when the member says what she wants to use, and captures when the bill is paid
(``record_purchases`` with the reservation, or ``capture_reservation`` where no bill is kept
here). What is neither captured nor released in time goes back by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from vafa.club.actor import Actor
from vafa.club.errors import InactiveMember, MayNotSpend, UnknownBranch, UnknownMember
from vafa.club.reads.branches import find_branches
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import FoundMember, MemberRef, find_members, wallet_of
from vafa.core.clock import now
from vafa.core.db import together
from vafa.core.errors import DomainError, InvalidInput
from vafa.core.events import NewEvent, append_events
from vafa.core.idempotency import find_answers, make_key
from vafa.core.ids import next_id
from vafa.flows.entries import MAX_AMOUNT, Outcome, refused
from vafa.flows.keyed import operation_key, run_once
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.actions.writing import Wallets
from vafa.ledger.reads.holds import holds_for
from vafa.ledger.reads.lots import taken_by
from vafa.ledger.rules.holds import release, reserve
from vafa.ledger.rules.state import HoldState, Ref
from vafa.program.actions.reservations import (
    OpenReservation,
    end_reservations,
    insert_reservation,
    overdue_reservations,
    read_reservations,
)
from vafa.program.actions.vouchers import read_vouchers
from vafa.program.errors import (
    NothingToReserve,
    ReservationResolved,
    UnknownReservation,
    VoucherUnusable,
)
from vafa.program.reads.revisions import live_program
from vafa.program.rules.vouchers import check_usable


def reserve_for_bill(
    club: ClubContext,
    *,
    member: MemberRef,
    branch: int | str,
    actor: Actor,
    points: int = 0,
    credit: int = 0,
    voucher: str = "",
    minutes: int | None = None,
    key: str = "",
    at: datetime | None = None,
) -> Outcome:
    """Set aside for ``minutes`` (default: the programme's) what will pay a bill.

    What had been set aside before and is overdue goes back first. ``at`` dates it in the past
    (history being replayed). Refusals: NothingToReserve, UnknownMember, InactiveMember, MayNotSpend, UnknownBranch,
    InsufficientBalance, VoucherUnusable.
    """
    asked = {
        "member": list(member),
        "branch": branch,
        "points": points,
        "credit": credit,
        "voucher": voucher,
        "minutes": minutes,
    }
    once = operation_key(actor, "reserve", key, asked)
    try:
        _end_overdue(club, member, _code(voucher))
    except DomainError as error:
        return refused(error)
    return run_once(
        club,
        once,
        lambda: _reserve(
            club, member, branch, actor, points, credit, voucher, minutes, at or now()
        ),
    )


def reservation_made(club: ClubContext, *, actor: Actor, key: str) -> int | None:
    """The reservation that was made under this key, whatever became of it since."""
    once = make_key(actor.label, "reserve", key, {})
    found = find_answers(club.id, [once]).get(once.name)
    return found.made.get("reservation_id") if found is not None else None


def release_reservation(
    club: ClubContext, *, reservation_id: int, actor: Actor, key: str = ""
) -> Outcome:
    """Give everything back. Refusals: UnknownReservation, ReservationResolved."""
    once = operation_key(actor, "release", key, {"reservation_id": reservation_id})
    return run_once(club, once, lambda: _release(club, reservation_id, actor))


def end_due_reservation(club: ClubContext, reservation_id: int, at: datetime) -> bool:
    """Give back what was reserved and neither captured nor released in time.

    False when it ended meanwhile. Must run inside a transaction.
    """
    wallets, reserved, holds = lock_reservation(club, reservation_id)
    if reserved.status != "open" or reserved.expires_at > at:
        return False
    _give_back(wallets, reserved, holds, "expired", at)
    append_events([reservation_event(club, reserved, "expired", at)])
    return True


def _reserve(
    club: ClubContext,
    ref: MemberRef,
    branch: int | str,
    actor: Actor,
    points: int,
    credit: int,
    voucher: str,
    minutes: int | None,
    moment: datetime,
) -> dict[str, Any]:
    for name, amount in (("points", points), ("credit", credit)):
        if not 0 <= amount <= MAX_AMOUNT:
            raise InvalidInput(field=name)
    if not (points or credit or voucher):
        raise NothingToReserve
    if minutes is not None and not 1 <= minutes <= 10_080:
        raise InvalidInput(field="minutes")
    member = _spender(club, ref, needs_value=bool(points or credit))
    place = find_branches(club.id, [branch]).get(branch)
    if place is None or not place.is_active or not actor.may_use_branch(place.id):
        raise UnknownBranch
    live = live_program(club.id)
    until = moment + timedelta(minutes=minutes or live.program.holds.minutes)
    amounts = _amounts(club, points, credit)
    paying = {(unit, member.holder): amount for unit, amount in amounts}
    mine = _wallets(club, member.holder)
    wallets = lock_wallets(club.book_id, mine, paying=paying, at=moment)
    code = _code(voucher)
    voucher_id = _lock_voucher(club, code, member.id, moment) if code else None
    number = next_id("program_reservation")
    made = OpenReservation(number, member.id, place.id, points, credit, code or None, "open", until)
    purpose = ("reservation", number)
    for unit, amount in amounts:
        reserve(
            wallets.plan,
            unit,
            member.holder,
            amount,
            Ref(*purpose, moment),
            at=moment,
            expires_at=until,
            purpose=purpose,
        )
    with together():
        insert_reservation(club.id, made, voucher_id, actor.label, moment)
        wallets.write()
        append_events([reservation_event(club, made, "made", moment)])
    return reservation_answer(club, made, wallets, member.holder)


def _spender(club: ClubContext, ref: MemberRef, *, needs_value: bool) -> FoundMember:
    member = find_members(club.id, [ref]).get(ref)
    if member is None:
        raise UnknownMember
    if not member.is_active:
        raise InactiveMember
    if needs_value and not member.may_spend:
        raise MayNotSpend
    return member


def _lock_voucher(club: ClubContext, code: str, member_id: int, at: datetime) -> int:
    voucher = read_vouchers(club.id, [code], lock=True).get(code)
    check_usable(voucher, member_id, at, kind="voucher")
    assert voucher is not None
    if voucher.reserved_by is not None:
        raise VoucherUnusable
    return voucher.id


def _release(club: ClubContext, reservation_id: int, actor: Actor) -> dict[str, Any]:
    moment = now()
    wallets, reserved, holds = lock_reservation(club, reservation_id)
    must_be_open(reserved, actor)
    _give_back(wallets, reserved, holds, "released", moment)
    reserved.status = "released"
    append_events([reservation_event(club, reserved, "released", moment)])
    return reservation_answer(club, reserved, wallets, wallet_of(reserved.member_id).holder)


def lock_reservation(
    club: ClubContext, reservation_id: int
) -> tuple[Wallets, OpenReservation, list[HoldState]]:
    """The member's wallets and the reservation, locked, and its holds still open."""
    known = read_reservations(club.id, [reservation_id], lock=False).get(reservation_id)
    if known is None:
        raise UnknownReservation
    mine = _wallets(club, wallet_of(known.member_id).holder)
    wallets = lock_wallets(club.book_id, [*mine, *_holding(club, known)])
    reserved = read_reservations(club.id, [reservation_id], lock=True)[reservation_id]
    holds = [h for h in holds_for("reservation", [reservation_id]) if h.status == "open"]
    return wallets, reserved, holds


def must_be_open(reserved: OpenReservation, actor: Actor) -> None:
    if not actor.may_use_branch(reserved.branch_id):
        raise UnknownReservation
    if reserved.status != "open":
        raise ReservationResolved


def _give_back(
    wallets: Wallets,
    reserved: OpenReservation,
    holds: Sequence[HoldState],
    status: str,
    at: datetime,
) -> None:
    taken = taken_by([hold.transfer_id for hold in holds])
    for hold in holds:
        ref = Ref("reservation", reserved.id, at)
        release(wallets.plan, hold, taken[hold.transfer_id], ref, at=at, status=status)
    wallets.write()
    end_reservations([reserved.id], status, at)


def _end_overdue(club: ClubContext, ref: MemberRef, code: str) -> None:
    """Nobody has to wait for the next upkeep to get back what nobody wants any more."""
    member, moment = find_members(club.id, [ref]).get(ref), now()
    wallets = _wallets(club, member.holder) if member is not None else []
    for number in overdue_reservations(club.id, wallets, code, moment):
        with transaction.atomic(durable=True):
            end_due_reservation(club, number, moment)


def _holding(club: ClubContext, reserved: OpenReservation) -> list[tuple[int, int]]:
    """The wallets in which something is held for it: not hers where she has left a household."""
    holds = holds_for("reservation", [reserved.id])
    if reserved.voucher_code is not None:
        voucher = read_vouchers(club.id, [reserved.voucher_code], lock=False)
        paid = [v.decision_id for v in voucher.values() if v.decision_id is not None]
        holds += holds_for("decision", paid)
    return [(hold.unit_id, hold.holder) for hold in holds if hold.status == "open"]


def _wallets(club: ClubContext, holder: int) -> list[tuple[int, int]]:
    return [(club.points_unit_id, holder), (club.credit_unit_id, holder)]


def _code(voucher: str) -> str:
    return voucher.strip().upper()


def reservation_event(
    club: ClubContext, reserved: OpenReservation, what: str, at: datetime
) -> NewEvent:
    payload = {
        "reservation": reserved.id,
        "member": reserved.member_id,
        "points": reserved.points,
        "credit": reserved.credit,
    }
    return NewEvent(club.id, f"reservation.{what}", payload, at)


def _amounts(club: ClubContext, points: int, credit: int) -> list[tuple[int, int]]:
    both = [(club.points_unit_id, points), (club.credit_unit_id, credit)]
    return [(unit, amount) for unit, amount in both if amount]


def reservation_answer(
    club: ClubContext, reserved: OpenReservation, wallets: Wallets, holder: int
) -> dict[str, Any]:
    plan = wallets.plan

    def standing(unit: int) -> dict[str, int]:
        debt = plan.balance(unit, holder, "debt")
        return {
            "available": plan.balance(unit, holder, "available") + debt,
            "held": plan.balance(unit, holder, "held"),
        }

    return {
        "reservation_id": reserved.id,
        "member_id": reserved.member_id,
        "branch_id": reserved.branch_id,
        "points": reserved.points,
        "credit": reserved.credit,
        "voucher_code": reserved.voucher_code,
        "status": reserved.status,
        "expires_at": reserved.expires_at.isoformat(),
        "balance": standing(club.points_unit_id),
        "credit_balance": standing(club.credit_unit_id),
    }
