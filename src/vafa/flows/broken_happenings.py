"""A return takes back what other happenings had earned for the purchases that came back: a
challenge that is no longer met, a friend's first purchase that is none any more, an event that a
rule raised for a purchase."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import wallets_of
from vafa.core.ids import next_id
from vafa.flows.return_deeds import Lost, undo_deeds
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.reads.transfers import transfers_of
from vafa.ledger.rules.state import Ref
from vafa.program.actions.counters import lock_back, write_draws
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.actions.referrals import mark_taken_back
from vafa.program.reads.challenge_facts import Resting, left_of, net_of, resting_on
from vafa.program.reads.reversible import reversible
from vafa.program.reads.revisions import published_program
from vafa.program.rules.challenges import Bought, still_met
from vafa.program.rules.earning import Part


class Returned(NamedTuple):
    """A return of a purchase that was written just now."""

    purchase_id: int
    return_id: int
    at: datetime


class TakenBack(NamedTuple):
    """Points that a member has no more because of a return."""

    return_id: int
    member_id: int
    points: int
    lost: Lost


def take_back_broken(club: ClubContext, returns: Sequence[Returned]) -> list[TakenBack]:
    """Undo what no longer holds after these returns, within their transaction and behind their
    writing. One statement where nothing rests on what came back."""
    by_purchase = {one.purchase_id: one for one in returns}
    resting = resting_on(club.id, list(by_purchase)) if returns else []
    if not resting:
        return []
    numbers = sorted({number for one in resting for number in one.purchases})
    left, net = left_of(numbers), net_of(numbers)
    taken: list[TakenBack] = []
    for one in resting:
        if one.kind == "event":
            holds = all(net[number] > 0 for number in one.purchases)
        elif one.kind == "referral":
            holds = _is_bought(one, [net[number] for number in one.purchases])
        else:
            holds = _holds(one, [left[number] for number in one.purchases if number in left])
        if holds:
            continue
        because = next(by_purchase[n] for n in one.purchases if n in by_purchase)
        taken += _take_back(club, one, because)
    return taken


def _holds(one: Resting, left: Sequence[Bought]) -> bool:
    program = published_program(one.revision_id)
    challenge = program.challenge(one.what)
    assert challenge is not None, "the revision that decided it has the challenge"
    return still_met(challenge, left)


def _is_bought(one: Resting, net: Sequence[int]) -> bool:
    least = published_program(one.revision_id).referral.least
    return all(amount >= max(least, 1) for amount in net)


def _take_back(club: ClubContext, one: Resting, because: Returned) -> list[TakenBack]:
    who = wallets_of([one.member_id])[one.member_id]
    units = (club.points_unit_id, club.credit_unit_id)
    wallets = [(unit, who.holder) for unit in units]
    locked = lock_wallets(club.book_id, wallets, with_lots=wallets, at=because.at)
    # Looked up again, now that nothing of hers can move.
    done = reversible(club.id, one.decision_id)
    assert done is not None
    if done.reversed:
        return []
    lost = undo_deeds(club, done.id, because.return_id, because.at)
    nothing_left = done.points_left <= 0 and done.credit_left <= 0
    if nothing_left and done.granted and not lost.saw:
        return []
    number = next_id("program_decision")
    made = transfers_of("decision", [done.id]).get(done.id, [])
    ref = Ref("decision", number, because.at)
    for wallet, left in zip(wallets, (done.points_left, done.credit_left), strict=True):
        if left > 0:
            mine = [t.id for t in made if t.unit_id == wallet[0]]
            locked.plan.claw_back(*wallet, left, mine, ref)
    saw: dict[str, int | str] = {"of": one.kind, **lost.saw}
    if done.credit_left:
        saw["credit"] = -done.credit_left
    counted = lock_back(done.drawn_back)
    insert_decisions(
        [
            NewDecision(
                id=number,
                club_id=club.id,
                member_id=who.member_id,
                revision_id=done.revision_id,
                trigger="return",
                points=-done.points_left,
                credit=-done.credit_left,
                parts=[Part("", "unmet", -done.points_left, saw)],
                effective_at=because.at,
                tier_at=done.tier_at,
                tier_points=-done.tier_left,
                # Who invited need not know where and for how much her friend bought.
                purchase_id=because.purchase_id if one.kind != "referral" else None,
                undone_by_id=because.return_id,
                undoes_id=done.id,
                counted=counted,
            )
        ]
    )
    locked.write()
    write_draws(counted)
    if one.kind == "referral":
        mark_taken_back(done.id)
    return [TakenBack(because.return_id, who.member_id, done.points_left, lost)]
