"""Corrections by hand: a reason always, and a second person where it is much."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vafa.club.actions.audit import record_audit, thing_of_member
from vafa.club.actor import Actor
from vafa.club.errors import UnknownMember
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import find_members, wallet_of
from vafa.club.spending import refuse_left
from vafa.core.clock import now
from vafa.core.errors import InvalidInput
from vafa.core.events import NewEvent, append_events
from vafa.core.ids import next_id
from vafa.flows.entries import MAX_AMOUNT, Outcome, checked_reason
from vafa.flows.keyed import operation_key, run_once
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.rules.state import Ref
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.errors import (
    AdjustmentDecided,
    SamePerson,
    UnknownAdjustment,
)
from vafa.program.models import Adjustment
from vafa.program.reads.revisions import LiveProgram, live_program
from vafa.program.rules.earning import Part
from vafa.program.rules.terms import lot_terms


def request_adjustment(
    club: ClubContext,
    *,
    member_id: int,
    amount: int,
    reason: str,
    actor: Actor,
    unit: str = "points",
    key: str = "",
) -> Outcome:
    """Give (or, negative, take) ``amount`` of points or credit; at once, or after a second person.

    The answer's ``status`` is applied or waiting. Refusals: InvalidInput (unit, amount),
    ReasonMissing, UnknownMember, InsufficientBalance (never into debt).
    """
    asked = {"member": member_id, "unit": unit, "amount": amount, "reason": reason}
    once = operation_key(actor, "adjust", key, asked)
    return run_once(club, once, lambda: _request(club, member_id, unit, amount, reason, actor))


def decide_adjustment(
    club: ClubContext, *, adjustment_id: int, approve: bool, actor: Actor, key: str = ""
) -> Outcome:
    """The second person applies a waiting adjustment, or refuses it; final.

    Refusals: UnknownAdjustment, AdjustmentDecided, SamePerson, InsufficientBalance.
    """
    asked = {"adjustment_id": adjustment_id, "approve": approve}
    once = operation_key(actor, "decide_adjustment", key, asked)
    return run_once(club, once, lambda: _decide(club, adjustment_id, approve, actor))


def _request(
    club: ClubContext, member_id: int, unit: str, amount: int, reason: str, actor: Actor
) -> dict[str, Any]:
    if unit not in ("points", "credit"):
        raise InvalidInput(field="unit")
    if not 0 < abs(amount) <= MAX_AMOUNT:
        raise InvalidInput(field="amount")
    why = checked_reason(reason)
    ref = ("id", str(member_id))
    member = find_members(club.id, [ref]).get(ref)
    if member is None:
        raise UnknownMember
    moment, live = now(), live_program(club.id)
    adjustment = Adjustment(
        club_id=club.id,
        member_id=member.id,
        unit=unit,
        amount=amount,
        reason=why,
        requested_by=actor.label,
        requested_at=moment,
    )
    if abs(amount) <= _limit(live, unit):
        number = _apply(club, live, adjustment, moment)
        adjustment.status, adjustment.decision_id = "applied", number
        adjustment.decided_by, adjustment.decided_at = actor.label, moment
    adjustment.save()
    _audit(club, adjustment, f"adjustment.{_SAID[adjustment.status]}", actor)
    return _answer(adjustment)


def _limit(live: LiveProgram, unit: str) -> int:
    alone = live.program.adjustments
    return alone.points_alone if unit == "points" else alone.credit_alone


def _decide(club: ClubContext, adjustment_id: int, approve: bool, actor: Actor) -> dict[str, Any]:
    adjustment = (
        Adjustment.objects.select_for_update(of=("self",))
        .filter(pk=adjustment_id, club_id=club.id)
        .first()
    )
    if adjustment is None:
        raise UnknownAdjustment
    if adjustment.status != "waiting":
        raise AdjustmentDecided
    if adjustment.requested_by == actor.label:
        raise SamePerson
    moment = now()
    if approve:
        number = _apply(club, live_program(club.id), adjustment, moment)
        adjustment.status, adjustment.decision_id = "applied", number
    else:
        adjustment.status = "refused"
    adjustment.decided_by, adjustment.decided_at = actor.label, moment
    adjustment.save(update_fields=["status", "decision", "decided_by", "decided_at"])
    _audit(club, adjustment, f"adjustment.{_SAID[adjustment.status]}", actor)
    return _answer(adjustment)


def _apply(club: ClubContext, live: LiveProgram, adjustment: Adjustment, at: datetime) -> int:
    is_points = adjustment.unit == "points"
    unit = club.points_unit_id if is_points else club.credit_unit_id
    terms = live.program.terms if is_points else live.program.credit
    wallet = (unit, wallet_of(adjustment.member_id).holder)
    locked = lock_wallets(club.book_id, [wallet], with_lots=[wallet], at=at)
    refuse_left([adjustment.member_id])
    number = next_id("program_decision")
    ref = Ref("decision", number, at)
    if adjustment.amount > 0:
        locked.plan.earn(*wallet, adjustment.amount, lot_terms(terms, at, club.dates), ref)
    else:
        locked.plan.take(*wallet, -adjustment.amount, ref, at=at)
    points = adjustment.amount if is_points else 0
    credit = 0 if is_points else adjustment.amount
    saw: dict[str, Any] = {"reason": adjustment.reason} | ({"credit": credit} if credit else {})
    decision = NewDecision(
        id=number,
        club_id=club.id,
        member_id=adjustment.member_id,
        revision_id=live.revision_id,
        trigger="adjust",
        points=points,
        credit=credit,
        parts=[Part("", "adjust", points, saw)],
        effective_at=at,
        tier_at=at,
    )
    insert_decisions([decision])
    locked.write()
    payload = {
        "member": adjustment.member_id,
        "unit": adjustment.unit,
        "amount": adjustment.amount,
    }
    append_events([NewEvent(club.id, "value.adjusted", payload, at)])
    return number


_SAID = {"waiting": "requested", "applied": "applied", "refused": "refused"}


def _audit(club: ClubContext, adjustment: Adjustment, action: str, actor: Actor) -> None:
    record_audit(
        club.id,
        actor.label,
        action,
        thing_of_member(adjustment.member),
        after={adjustment.unit: adjustment.amount},
        reason=adjustment.reason,
    )


def _answer(adjustment: Adjustment) -> dict[str, Any]:
    return {
        "adjustment_id": adjustment.id,
        "member_id": adjustment.member_id,
        "unit": adjustment.unit,
        "amount": adjustment.amount,
        "status": adjustment.status,
        "decision_id": adjustment.decision_id,
    }
