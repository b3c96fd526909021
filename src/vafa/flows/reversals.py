"""Undo one thing that moved value, once, by name; and give back what had expired.

A reversal names the decision that it undoes and takes back (or gives back) what returns and
earlier corrections have left of it, so that nothing is ever undone twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from vafa.club.actions.audit import Thing, record_audit, thing_of_member
from vafa.club.actor import Actor
from vafa.club.models import Member
from vafa.club.reads.context import ClubContext
from vafa.club.reads.households import household_wallet
from vafa.club.reads.members import Wallet, wallets_of
from vafa.core.clock import now
from vafa.core.errors import InvalidInput
from vafa.core.ids import next_id
from vafa.flows.broken_happenings import take_back_waiting
from vafa.flows.entries import Outcome, checked_reason
from vafa.flows.keyed import operation_key, run_once
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.actions.writing import Wallets
from vafa.ledger.errors import NothingToReverse
from vafa.ledger.reads.lots import taken_by
from vafa.ledger.reads.transfers import MadeTransfer, transfer, transfers_of
from vafa.ledger.rules.handing import take_gift_back
from vafa.ledger.rules.state import Ref
from vafa.program.actions.counters import lock_back, write_draws
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.errors import (
    AlreadyReversed,
    NotReversible,
    TooLateToRevive,
    UnknownTransfer,
)
from vafa.program.reads.reversible import Reversible, gift_taken, reversible
from vafa.program.reads.revisions import live_program
from vafa.program.rules.earning import Part
from vafa.program.rules.terms import grace_until

# What has no undoing of its own, by what it did.
REVERSIBLE = frozenset({"purchase", "join", "happening", "adjust", "pay", "gift", "opening"})


def reverse_transfer(
    club: ClubContext, *, transfer_id: int, reason: str, actor: Actor, key: str = ""
) -> Outcome:
    """Undo what made this transfer, as far as it is not undone yet.

    Refusals: ReasonMissing, UnknownTransfer, NotReversible (it follows from something else, or
    has an undoing of its own), AlreadyReversed, NothingToReverse.
    """
    once = operation_key(actor, "reverse", key, {"transfer_id": transfer_id, "reason": reason})
    return run_once(club, once, lambda: _reverse(club, transfer_id, reason, actor))


def revive_expired(
    club: ClubContext,
    *,
    transfer_id: int,
    reason: str,
    actor: Actor,
    days: int = 30,
    key: str = "",
) -> Outcome:
    """Give back what one expiry took, good for ``days`` more days.

    Refusals: ReasonMissing, UnknownTransfer, NotReversible (not an expiry), TooLateToRevive
    (longer ago than the programme's ``revive_days``), NothingToReverse (given back before).
    """
    asked = {"transfer_id": transfer_id, "reason": reason, "days": days}
    once = operation_key(actor, "revive", key, asked)
    return run_once(club, once, lambda: _revive(club, transfer_id, reason, days, actor))


def _reverse(club: ClubContext, transfer_id: int, reason: str, actor: Actor) -> dict[str, Any]:
    why = checked_reason(reason)
    named = transfer(club.book_id, transfer_id)
    if named is None:
        raise UnknownTransfer
    if named.source != "decision":
        raise NotReversible
    done = reversible(club.id, named.source_id)
    if done is None or done.trigger not in REVERSIBLE:
        raise NotReversible
    other = gift_taken(done.id) if done.trigger == "gift" else None
    people = wallets_of([done.member_id, *([other.member_id] if other else [])])
    units = (club.points_unit_id, club.credit_unit_id)
    wallets = [(unit, who.holder) for who in people.values() for unit in units]
    moment = now()
    locked = lock_wallets(club.book_id, wallets, with_lots=wallets, at=moment)
    done = reversible(club.id, named.source_id)  # again, now that nothing can move
    assert done is not None
    if done.reversed:
        raise AlreadyReversed
    if not (done.points_left or done.credit_left):
        raise NothingToReverse
    if other is not None and people[other.member_id].holder == people[done.member_id].holder:
        raise NothingToReverse  # they share one wallet now: it has come back already
    number = next_id("program_decision")
    back = lock_back(done.drawn_back)
    decisions = [undoing(club, done, people[done.member_id], number, why, moment, back)]
    if other is not None:
        decisions.append(_taken_back(club, other, people[other.member_id], why, moment))
        _undo_gift(club, locked, done, other, people, Ref("decision", number, moment))
    else:
        made = transfers_of("decision", [done.id]).get(done.id, [])
        holder = people[done.member_id].holder
        undo_within(club, locked, done, made, holder, Ref("decision", number, moment))
    insert_decisions(decisions)
    write_draws(drawn for decision in decisions for drawn in decision.counted)
    locked.write()
    if done.trigger == "purchase" and done.purchase_id is not None:
        take_back_waiting(club, done.purchase_id, moment)
    after = {"transfer": transfer_id, "points": -done.points_left, "credit": -done.credit_left}
    thing = _thing(people[done.member_id])
    record_audit(club.id, actor.label, "transfer.reversed", thing, after=after, reason=why)
    return {
        "decision_id": number,
        "transfer_id": transfer_id,
        "points": -done.points_left,
        "credit": -done.credit_left,
    }


def undo_within(
    club: ClubContext,
    locked: Wallets,
    done: Reversible,
    made: list[MadeTransfer],
    holder: int,
    ref: Ref,
) -> None:
    """Plan the movements that undo what is left of a decision, which ``made`` these transfers, on
    the wallets of ``holder``, which are locked with their lots."""
    for unit, left in (
        (club.points_unit_id, done.points_left),
        (club.credit_unit_id, done.credit_left),
    ):
        mine = [t for t in made if t.unit_id == unit]
        if left > 0:
            locked.plan.claw_back(unit, holder, left, [t.id for t in mine], ref)
        elif left < 0:
            _restore(club, locked, mine, unit, holder, -left, ref)


def _restore(
    club: ClubContext,
    locked: Wallets,
    made: list[MadeTransfer],
    unit: int,
    holder: int,
    amount: int,
    ref: Ref,
) -> None:
    spent = next(t for t in made if t.kind in ("spend", "capture", "take"))
    locked.plan.restore(
        unit,
        holder,
        spent.spend_id,
        taken_by([spent.spend_id]).get(spent.spend_id, []),
        amount,
        ref,
        at=ref.effective_at,
        grace_until=grace_until(ref.effective_at, club.dates),
        pool="issuance" if spent.kind == "take" else "spent",
    )


def _undo_gift(
    club: ClubContext,
    locked: Wallets,
    done: Reversible,
    other: Reversible,
    people: dict[int, Wallet],
    ref: Ref,
) -> None:
    gift = transfers_of("decision", [done.id])[done.id][0]
    take_gift_back(
        locked.plan,
        club.points_unit_id,
        people[done.member_id].holder,
        people[other.member_id].holder,
        gift.id,
        taken_by([gift.id]).get(gift.id, []),
        ref,
        at=ref.effective_at,
        grace_until=grace_until(ref.effective_at, club.dates),
    )


def undoing(
    club: ClubContext,
    done: Reversible,
    who: Wallet,
    number: int,
    why: str,
    at: datetime,
    back: Sequence[tuple[int, int, int]],
) -> NewDecision:
    """The decision, called ``number``, that undoes what is left of ``done``; ``back`` are the draws,
    on locked counters, that go back."""
    saw: dict[str, Any] = {"reason": why, "of": done.trigger}
    if done.credit_left:
        saw["credit"] = -done.credit_left
    return NewDecision(
        id=number,
        club_id=club.id,
        member_id=who.member_id,
        revision_id=done.revision_id,
        trigger="reverse",
        points=-done.points_left,
        credit=-done.credit_left,
        parts=[Part("", "reverse", -done.points_left, saw)],
        effective_at=at,
        tier_at=done.tier_at,
        tier_points=-done.tier_left,
        purchase_id=done.purchase_id,
        undoes_id=done.id,
        counted=list(back),
    )


def _taken_back(
    club: ClubContext, other: Reversible, who: Wallet, why: str, at: datetime
) -> NewDecision:
    return NewDecision(
        id=next_id("program_decision"),
        club_id=club.id,
        member_id=who.member_id,
        revision_id=other.revision_id,
        trigger="gift_in_back",
        points=-other.points_left,
        parts=[Part("", "gift_in_back", -other.points_left, {"reason": why})],
        effective_at=at,
        tier_at=other.tier_at,
        undoes_id=other.id,
    )


def _revive(
    club: ClubContext, transfer_id: int, reason: str, days: int, actor: Actor
) -> dict[str, Any]:
    why = checked_reason(reason)
    if not 1 <= days <= 365:
        raise InvalidInput(field="days")
    named = transfer(club.book_id, transfer_id)
    if named is None:
        raise UnknownTransfer
    if named.kind != "expire":
        raise NotReversible
    moment, live = now(), live_program(club.id)
    is_points = named.unit_id == club.points_unit_id
    terms = live.program.terms if is_points else live.program.credit
    if named.effective_at < moment - timedelta(days=terms.revive_days):
        raise TooLateToRevive
    whose = _whose(club, named.holder)
    wallet = (named.unit_id, whose.holder)
    locked = lock_wallets(club.book_id, [wallet], with_lots=[wallet], at=moment)
    number = next_id("program_decision")
    ref = Ref("decision", number, moment)
    expired = taken_by([transfer_id]).get(transfer_id, [])
    until = club.day_end(club.local_date(moment) + timedelta(days=days))
    locked.plan.revive(*wallet, transfer_id, expired, ref, until=until)
    amount = sum(part.amount for part in expired)
    points, credit = (amount, 0) if is_points else (0, amount)
    decision = NewDecision(
        id=number,
        club_id=club.id,
        member_id=whose.member_id,
        revision_id=live.revision_id,
        trigger="revive",
        points=points,
        credit=credit,
        parts=[Part("", "revive", points, {"reason": why})],
        effective_at=moment,
        tier_at=moment,
    )
    insert_decisions([decision])
    locked.write()
    after = {"transfer": transfer_id, "points": points, "credit": credit}
    record_audit(club.id, actor.label, "points.revived", _thing(whose), after=after, reason=why)
    return {
        "decision_id": number,
        "transfer_id": transfer_id,
        "points": points,
        "credit": credit,
        "until": until.isoformat(),
    }


def _whose(club: ClubContext, holder: int) -> Wallet:
    """The member whom a wallet stands for: its owner, who she became, or a household's head."""
    return wallets_of([holder]).get(holder) or household_wallet(club.id, holder)


def _thing(whose: Wallet) -> Thing:
    return thing_of_member(Member.objects.get(pk=whose.member_id))
