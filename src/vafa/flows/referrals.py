"""Rewards for invitations: judged once the friend has bought and the time to wait is over."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from vafa.club.actor import system_actor
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.core.idempotency import retry_lost_race
from vafa.core.jalali import period_start
from vafa.core.progress import Progress, SilentProgress
from vafa.flows.granting import grant
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.actions.writing import Wallets
from vafa.ledger.errors import LedgerFrozen
from vafa.ledger.reads.verifications import frozen_since
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.actions.happenings import NewHappening, insert_happenings
from vafa.program.actions.referrals import Judged, judge_referrals
from vafa.program.errors import NoLiveProgram
from vafa.program.reads.referrals import (
    Waiting,
    chain_of,
    is_own_device,
    rewarded,
    waiting_referrals,
)
from vafa.program.reads.revisions import LiveProgram, live_program
from vafa.program.rules.earning import Decided, Part
from vafa.program.rules.referral import ReferralFacts, refusal, withheld

_AT_ONCE = 100


class _Side(NamedTuple):
    """What one of the two gets."""

    kind: str
    member_id: int
    holder: int
    points: int


def settle_referrals(
    club: ClubContext, *, at: datetime | None = None, progress: Progress | None = None
) -> int:
    """Judge the invitations whose time has come by ``at`` (default now) and pay for those that
    count; how many were judged. Each page is one transaction; run again it does the rest. While
    the programme does not reward invitations, those that wait go on waiting. Raises LedgerFrozen.
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
    while page := retry_lost_race(lambda: _page(club, moment, after)):  # noqa: B023 - run at once
        after = page[-1]
        total += len(page)
        bar.advance(len(page))
    return total


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
        judged = [_judge(club, live, wallets, again[w.id], at) for w in found if w.id in again]
        wallets.write()
        judge_referrals(judged)
        append_events([_event(club, one) for one in judged])
    return [w.id for w in found]


def _judge(
    club: ClubContext, live: LiveProgram, wallets: Wallets, one: Waiting, at: datetime
) -> Judged:
    terms = live.program.referral
    if one.purchase_id is None:
        return Judged(one.id, "refused", "too_late", at)
    facts = _facts(club, one, at)
    reason = refusal(facts) or ("" if one.is_friend_active else "closed")
    if reason:
        return Judged(one.id, "refused", reason, at)
    kept = withheld(terms, facts)
    sides = [_Side("invited", one.friend_id, one.friend_holder, terms.friend_points)]
    if not kept:
        sides.append(_Side("inviting", one.inviter_id, one.inviter_holder, terms.inviter_points))
    paid = [(side, _grant(club, live, wallets, side, one, at)) for side in sides if side.points]
    insert_decisions([decision for _, decision in paid])
    insert_happenings([_happening(club, one, side, decision, at) for side, decision in paid])
    return Judged(one.id, "paid", kept, at, one.purchase_id)


def _facts(club: ClubContext, one: Waiting, at: datetime) -> ReferralFacts:
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
        is_inviter_active=one.is_inviter_active,
        this_month=this_month,
        ever=ever,
    )


def _grant(
    club: ClubContext,
    live: LiveProgram,
    wallets: Wallets,
    side: _Side,
    one: Waiting,
    at: datetime,
) -> NewDecision:
    part = Part("", "referral", side.points, {"side": side.kind})
    return grant(
        wallets,
        club,
        live,
        trigger="happening",
        member_id=side.member_id,
        holder=side.holder,
        decided=Decided(side.points, [part], []),
        at=at,
    )


def _happening(
    club: ClubContext, one: Waiting, side: _Side, decision: NewDecision, at: datetime
) -> NewHappening:
    return NewHappening(
        club_id=club.id,
        member_id=side.member_id,
        kind="referral",
        what=side.kind,
        occurrence=f"{side.kind}:{one.id}",
        occurred_at=at,
        actor=system_actor(club.id).label,
        data={"referral": one.id},
        purchases=(one.purchase_id,) if one.purchase_id is not None else (),
        decision_id=decision.id,
    )


def _event(club: ClubContext, one: Judged) -> NewEvent:
    payload = {"referral": one.id, "status": one.status}
    return NewEvent(club.id, "referral.judged", payload, one.judged_at)
