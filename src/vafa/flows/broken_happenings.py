"""A return takes back what other happenings had earned for the purchases that came back: a
challenge that is no longer met, a friend's first purchase that is none any more, an event that a
rule raised for a purchase. While it waits, so does a reversal of the purchase's points by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import wallets_of
from vafa.core.events import NewEvent, append_events
from vafa.core.ids import next_id
from vafa.flows.granting import Stand, points_of
from vafa.flows.return_deeds import Lost, undo_deeds
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.reads.transfers import transfers_of
from vafa.ledger.rules.state import Ref
from vafa.program.actions.counters import lock_back, write_draws
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.actions.referrals import reopen_referrals
from vafa.program.reads.challenge_facts import Resting, Still, left_of, resting_on, still_of
from vafa.program.reads.reversible import Reversible, reversible
from vafa.program.reads.revisions import published_program
from vafa.program.rules.challenges import Bought, still_met
from vafa.program.rules.earning import Part
from vafa.program.rules.referral import keeps_after_return, window_of
from vafa.program.rules.terms import window_is_over


class Returned(NamedTuple):
    """A return of a purchase that was written just now. ``return_id`` 0: there is none, but (``by``
    hand) the staff has reversed its points, or (by ring) its invitation turned out to be one."""

    purchase_id: int
    return_id: int
    at: datetime
    by: str = ""


class TakenBack(NamedTuple):
    """What a member has no more because of a return; ``moved``: where the points were."""

    return_id: int
    member_id: int
    points: int
    lost: Lost
    moved: Stand


def take_back_broken(club: ClubContext, returns: Sequence[Returned]) -> list[TakenBack]:
    """Undo what no longer holds after these returns, within their transaction and behind their
    writing. One statement where nothing rests on what came back."""
    by_purchase = {one.purchase_id: one for one in returns}
    resting = resting_on(club.id, list(by_purchase)) if returns else []
    if not resting:
        return []
    numbers = sorted({number for one in resting for number in one.purchases})
    left, still = left_of(numbers), still_of(numbers)
    taken: list[TakenBack] = []
    reopened: list[int] = []
    for one in resting:
        because = next(by_purchase[n] for n in one.purchases if n in by_purchase)
        if one.kind == "event":
            holds = all(still[number].net > 0 for number in one.purchases)
        elif one.kind == "referral":
            in_time = not _window_is_over(one, still[because.purchase_id], because.at)
            holds = _is_earned(one, still[because.purchase_id], in_time=in_time)
            reopened += [] if holds or not in_time else [one.decision_id]
        else:
            holds = _holds(one, [left[number] for number in one.purchases if number in left])
        if not holds:
            taken += _take_back(club, one, because)
    _reopen(club, reopened, max(one.at for one in returns))
    return taken


def take_back_waiting(club: ClubContext, purchase_id: int, at: datetime) -> None:
    """Undo what waits for a purchase whose own points were just reversed by hand, within that
    transaction; what has matured stays. Whoever corrects takes amounts back, and no deeds."""
    resting = resting_on(club.id, [purchase_id])
    still = still_of([purchase_id] if resting else [])
    taken = [
        one.decision_id
        for one in resting
        if _waits(one, still[purchase_id], at)
        and _take_back(club, one, Returned(purchase_id, 0, at, "hand"))
    ]
    _reopen(club, taken, at)


def take_back_ring(club: ClubContext, purchase_id: int, at: datetime) -> None:
    """Undo both sides of the invitation that was rewarded for this purchase, within a transaction."""
    for one in resting_on(club.id, [purchase_id]):
        if one.kind == "referral":
            _take_back(club, one, Returned(purchase_id, 0, at, "ring"))


def _holds(one: Resting, left: Sequence[Bought]) -> bool:
    program = published_program(one.revision_id)
    challenge = program.challenge(one.what)
    assert challenge is not None, "the revision that decided it has the challenge"
    return still_met(challenge, left)


def _window_is_over(one: Resting, bought: Still, at: datetime) -> bool:
    terms = window_of(published_program(one.revision_id))
    return window_is_over(terms, bought.at, bought.delivered_at, at)


def _waits(one: Resting, bought: Still, at: datetime) -> bool:
    program = published_program(one.revision_id)
    kinds = [window_of(program)] if one.kind == "referral" else [program.terms, program.credit]
    return any(
        terms.waits and not window_is_over(terms, bought.at, bought.delivered_at, at)
        for terms in kinds
    )


def _is_earned(one: Resting, bought: Still, *, in_time: bool) -> bool:
    least = published_program(one.revision_id).referral.least
    return bought.net >= max(least, 1) or keeps_after_return(one.what, in_time=in_time)


def _reopen(club: ClubContext, decisions: Sequence[int], at: datetime) -> None:
    """Friends whose purchase came back in time may still buy for the reward."""
    if not decisions:
        return
    append_events(
        [
            NewEvent(club.id, "referral.reopened", {"referral": number, "status": status}, at)
            for number, status in reopen_referrals(decisions)
        ]
    )


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
    lost = Lost()
    if because.return_id:
        lost = undo_deeds(club, done.id, because.return_id, because.at)
    nothing_left = done.points_left <= 0 and done.credit_left <= 0
    if nothing_left and done.granted and not lost.saw:
        return []
    before = points_of(locked.plan, club, who.holder)
    number = next_id("program_decision")
    made = transfers_of("decision", [done.id]).get(done.id, [])
    ref = Ref("decision", number, because.at)
    for wallet, left in zip(wallets, (done.points_left, done.credit_left), strict=True):
        if left > 0:
            mine = [t.id for t in made if t.unit_id == wallet[0]]
            locked.plan.claw_back(*wallet, left, mine, ref)
    undone = _undoing(club, one, because, done, lost)._replace(
        id=number, member_id=who.member_id, counted=lock_back(done.drawn_back)
    )
    insert_decisions([undone])
    locked.write()
    write_draws(undone.counted)
    moved = points_of(locked.plan, club, who.holder).less(before)
    return [TakenBack(because.return_id, who.member_id, done.points_left, lost, moved)]


def _undoing(
    club: ClubContext, one: Resting, because: Returned, done: Reversible, lost: Lost
) -> NewDecision:
    saw: dict[str, int | str] = {"of": one.kind, **lost.saw}
    if because.by:
        saw["by"] = because.by
    if done.credit_left:
        saw["credit"] = -done.credit_left
    return NewDecision(
        id=0,
        club_id=club.id,
        member_id=done.member_id,
        revision_id=done.revision_id,
        trigger="return" if because.return_id else "reverse",
        points=-done.points_left,
        credit=-done.credit_left,
        parts=[Part("", "unmet", -done.points_left, saw)],
        effective_at=because.at,
        tier_at=done.tier_at,
        tier_points=-done.tier_left,
        # Who invited need not know where and for how much her friend bought.
        purchase_id=because.purchase_id if one.kind != "referral" else None,
        undone_by_id=because.return_id or None,
        undoes_id=done.id,
    )
