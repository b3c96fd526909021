"""Rewards for invitations: judged once the friend has bought; they wait for the return window."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from django.db import transaction

from vafa.club.actor import system_actor
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.core.idempotency import retry_lost_race
from vafa.core.jalali import period_start
from vafa.core.progress import Progress, SilentProgress
from vafa.flows.broken_happenings import take_back_ring
from vafa.flows.granting import grant
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.actions.writing import Wallets
from vafa.ledger.errors import LedgerFrozen
from vafa.ledger.reads.verifications import frozen_since
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.actions.happenings import NewHappening, insert_happenings
from vafa.program.actions.referrals import Judged, judge_referrals, refuse_rewarded
from vafa.program.errors import NoLiveProgram
from vafa.program.reads.referrals import (
    Waiting,
    about_to_mature,
    chain_of,
    is_known_card,
    is_own_device,
    rewarded,
    waiting_referrals,
)
from vafa.program.reads.revisions import LiveProgram, live_program
from vafa.program.rules.inputs import referral_inputs
from vafa.program.rules.referral import (
    Reason,
    ReferralFacts,
    refusal,
    reward_of,
    window_of,
    withheld,
)

_AT_ONCE = 100
# Longer than the job takes to come again.
_LAST_LOOK = timedelta(minutes=15)


class _Side(NamedTuple):
    """What one of the two gets."""

    kind: str
    member_id: int
    holder: int


def settle_referrals(
    club: ClubContext, *, at: datetime | None = None, progress: Progress | None = None
) -> int:
    """Judge the invitations whose friends have bought by ``at`` (default now), and those that it is
    too late for, and pay for what counts; how many were judged. Each page is one transaction; run
    again it does the rest. While the programme does not reward invitations, those that wait go on
    waiting. Raises LedgerFrozen.
    """
    if frozen_since(club.book_id) is not None:
        raise LedgerFrozen
    try:
        if not live_program(club.id).program.referral.is_on:
            return 0
    except NoLiveProgram:
        return 0
    moment, bar = at or now(), progress or SilentProgress()
    total = after = 0
    while page := retry_lost_race(partial(_page, club, moment, after)):
        after = page[-1]
        total += len(page)
        bar.advance(len(page))
    _look_again(club, moment)
    return total


def _look_again(club: ClubContext, at: datetime) -> None:
    """Just before a reward can be spent: whether it has turned out since that nobody was invited."""
    window = window_of(live_program(club.id).program)
    if not window.pending_days:
        return
    for one in about_to_mature(club.id, window.pending_days, at, at + _LAST_LOOK):
        reason = refusal(_facts(club, one, at, 0))
        if reason:
            retry_lost_race(partial(_withdraw, club, one, reason, at))


def _withdraw(club: ClubContext, one: Waiting, reason: Reason, at: datetime) -> None:
    assert one.purchase_id is not None, "it was rewarded for one"
    with transaction.atomic(durable=True):
        take_back_ring(club, one.purchase_id, at)
        refuse_rewarded(one.id, reason, at)
        append_events([_event(club, Judged(one.id, "refused", reason, at))])


def _page(club: ClubContext, at: datetime, after: int) -> list[int]:
    with transaction.atomic(durable=True):
        live = live_program(club.id)
        terms = live.program.referral
        found = waiting_referrals(club.id, terms, at, after, _AT_ONCE)
        if not found:
            return []
        unit = club.points_unit_id
        people = {w.inviter_holder for w in found} | {w.friend_holder for w in found}
        wallets = lock_wallets(club.book_id, [(unit, holder) for holder in people])
        # Behind the locks, which another who judges the same waits for.
        again = {w.id: w for w in waiting_referrals(club.id, terms, at, after, _AT_ONCE)}
        page = _Page(club, live, wallets, at)
        for w in found:
            if w.id in again:
                page.judge(again[w.id])
        page.write()
    return [w.id for w in found]


class _Page:
    """The referrals that are judged in one transaction, and what they bring."""

    def __init__(
        self, club: ClubContext, live: LiveProgram, wallets: Wallets, at: datetime
    ) -> None:
        self._club, self._live, self._wallets, self._at = club, live, wallets, at
        window = window_of(live.program)
        self._granting = live._replace(program=live.program.model_copy(update={"terms": window}))
        self._ends_with_delivery = window.pending_until == "delivery"
        self._judged: list[Judged] = []
        self._decisions: list[NewDecision] = []
        self._happenings: list[NewHappening] = []
        self._rewarded: Counter[int] = Counter()

    def judge(self, one: Waiting) -> None:
        """Decide one, after the others before it."""
        terms, at = self._live.program.referral, self._at
        if one.purchase_id is None:
            self._judged.append(Judged(one.id, "refused", "too_late", at))
            return
        here = self._rewarded[one.inviter_id]
        facts = _facts(self._club, one, at, here)
        reason = refusal(facts) or ("" if one.is_friend_active else "closed")
        if reason:
            self._judged.append(Judged(one.id, "refused", reason, at))
            return
        kept = withheld(terms, facts)
        self._pay(one, _Side("invited", one.friend_id, one.friend_holder))
        if not kept:
            self._rewarded[one.inviter_id] += 1
            self._pay(one, _Side("inviting", one.inviter_id, one.inviter_holder))
        self._judged.append(Judged(one.id, "paid", kept, at, one.purchase_id))

    def write(self) -> None:
        """Store everything, set-wise."""
        insert_decisions(self._decisions)
        insert_happenings(self._happenings)
        self._wallets.write()
        judge_referrals(self._judged)
        append_events([_event(self._club, one) for one in self._judged])

    def _pay(self, one: Waiting, side: _Side) -> None:
        decided = reward_of(self._live.program.referral, side.kind)
        if not decided.points:
            return
        decision = grant(
            self._wallets,
            self._club,
            self._granting,
            trigger="happening",
            member_id=side.member_id,
            holder=side.holder,
            decided=decided,
            inputs=referral_inputs(side.kind),
            at=self._at,
            waits_from=None if one.is_delivered and self._ends_with_delivery else self._at,
            bought_at=one.purchased_at,
        )
        self._decisions.append(decision)
        self._happenings.append(_happening(self._club, one, side, decision, self._at))


def _facts(club: ClubContext, one: Waiting, at: datetime, here: int) -> ReferralFacts:
    """``here``: how many of the one who invites were rewarded just before."""
    month = club.day_start(period_start(club.local_date(at), "month", club.calendar))
    this_month, ever = rewarded(one.inviter_id, month)
    return ReferralFacts(
        inviter=one.inviter_id,
        friend=one.friend_id,
        chain=chain_of(one.inviter_id),
        inviter_household=one.inviter_household,
        friend_household=one.friend_household,
        # Those of others whom he invited were looked at when she joined.
        is_same_device=is_own_device(one.inviter_id, one.device),
        is_same_card=is_known_card(one.inviter_id, one.friend_id),
        is_inviter_active=one.is_inviter_active,
        this_month=this_month + here,
        ever=ever + here,
    )


def _happening(
    club: ClubContext, one: Waiting, side: _Side, decision: NewDecision, at: datetime
) -> NewHappening:
    return NewHappening(
        club_id=club.id,
        member_id=side.member_id,
        kind="referral",
        what=side.kind,
        # Again with another purchase, where the first one came back.
        occurrence=f"{side.kind}:{one.id}:{one.purchase_id}",
        occurred_at=at,
        actor=system_actor(club.id).label,
        data={"referral": one.id},
        purchases=(one.purchase_id,) if one.purchase_id is not None else (),
        decision_id=decision.id,
    )


def _event(club: ClubContext, one: Judged) -> NewEvent:
    payload = {"referral": one.id, "status": one.status}
    return NewEvent(club.id, "referral.judged", payload, one.judged_at)
