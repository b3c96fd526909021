"""A member gives points to another: off by default, limited by the day, never bonus points alone.

Points that were given for joining or by hand cannot be handed on before the giver has bought
something that stayed bought: otherwise a crowd of new members would feed one purse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vafa.club.actor import Actor
from vafa.club.errors import InactiveMember, UnknownMember
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import (
    FoundMember,
    MemberRef,
    find_members,
    wallet_of,
    with_merged,
)
from vafa.club.spending import refuse_left, refuse_spending
from vafa.commerce.reads.settled import has_settled_purchase
from vafa.core.clock import now
from vafa.core.errors import InvalidInput
from vafa.core.events import NewEvent, append_events
from vafa.core.ids import next_id
from vafa.core.text import normalize
from vafa.flows.entries import MAX_AMOUNT, Outcome
from vafa.flows.keyed import operation_key, run_once
from vafa.ledger.actions.wallets import lock_wallets, read_wallets
from vafa.ledger.rules.handing import give
from vafa.ledger.rules.planning import Plan
from vafa.ledger.rules.state import Ref
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.errors import DoneMeanwhile, GiftLimit, GiftsAreOff, GiftToOneself
from vafa.program.reads.gifts import bonus_origins, given_since, latest_gift
from vafa.program.reads.revisions import LiveProgram, live_program
from vafa.program.rules.document import GiftTerms, ValueTerms
from vafa.program.rules.earning import Part

MAX_MESSAGE = 120


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a member may still give today: ``points`` at most, in ``gifts`` gifts. ``kept`` of her
    points are bonus points that wait for her first settled purchase."""

    points: int
    gifts: int
    kept: int
    terms: GiftTerms


def gift_allowance(club: ClubContext, member_id: int) -> Allowance:
    """What the member may still give today. Raises GiftsAreOff."""
    live, moment = live_program(club.id), now()
    terms = live.program.gifts
    if not terms.is_on:
        raise GiftsAreOff
    me = wallet_of(member_id)
    wallet = (club.points_unit_id, me.holder)
    plan = read_wallets(club.book_id, [wallet], with_lots=[wallet], at=moment).plan
    bonus = _not_hers_to_give(club, me.member_id, me.holder, plan, live.program.terms, moment)
    lots = [lot for lot in plan.open_lots(*wallet, "available") if lot.pays(moment)]
    free = sum(lot.remaining for lot in lots if lot.origin_id not in bonus)
    gifts, given = _given_today(club, me.member_id, moment)
    left = max(terms.gifts_a_day - gifts, 0)
    most = min(max(terms.points_a_day - given, 0), free) if left else 0
    return Allowance(most, left, sum(lot.remaining for lot in lots) - free, terms)


def gift_mark(club: ClubContext, member_id: int, at: datetime | None = None) -> int:
    """The number of her newest gift of the club's day of ``at`` (now); 0 for none."""
    people = with_merged(member_id)
    return latest_gift(people, club.day_start(club.local_date(at or now())))


def give_points(
    club: ClubContext,
    *,
    giver: MemberRef,
    taker: MemberRef,
    points: int,
    actor: Actor,
    message: str = "",
    key: str = "",
    after: int | None = None,
) -> Outcome:
    """Give ``points`` of one member to another; the lots keep their dates.

    ``after``: the newest gift of hers today as the page that asks knew it (0: none); where there is
    a newer one, the refusal is DoneMeanwhile. Other refusals: GiftsAreOff, InvalidInput, UnknownMember, InactiveMember, GiftToOneself, MayNotSpend,
    SpendingFrozen, GiftLimit, InsufficientBalance (bonus points do not count before a settled
    purchase).
    """
    asked = {"giver": list(giver), "taker": list(taker), "points": points, "message": message}
    once = operation_key(actor, "gift", key, asked)
    return run_once(club, once, lambda: _give(club, giver, taker, points, message, actor, after))


def _give(
    club: ClubContext,
    giver_ref: MemberRef,
    taker_ref: MemberRef,
    points: int,
    message: str,
    actor: Actor,
    after: int | None,
) -> dict[str, Any]:
    live = live_program(club.id)
    if not live.program.gifts.is_on:
        raise GiftsAreOff
    if not 0 < points <= MAX_AMOUNT:
        raise InvalidInput(field="points")
    words = normalize(message)
    if len(words) > MAX_MESSAGE:
        raise InvalidInput(field="message")
    giver, taker = _people(club, giver_ref, taker_ref)
    unit, moment = club.points_unit_id, now()
    wallets = [(unit, giver.holder), (unit, taker.holder)]
    locked = lock_wallets(club.book_id, wallets, with_lots=wallets, at=moment)
    refuse_left([giver.id, taker.id])
    if after is not None and gift_mark(club, giver.id, moment) > after:
        raise DoneMeanwhile
    _check_limits(club, giver, points, live.program.gifts, moment)
    number = next_id("program_decision")
    give(
        locked.plan,
        unit,
        giver.holder,
        taker.holder,
        points,
        Ref("decision", number, moment),
        at=moment,
        not_from=_not_hers_to_give(
            club, giver.id, giver.holder, locked.plan, live.program.terms, moment
        ),
    )
    saw = {"message": words} if words else {}
    given = _decision(club, live, giver.id, number, "gift", -points, saw, moment)
    received = _decision(
        club, live, taker.id, next_id("program_decision"), "gift_in", points, saw, moment
    )
    insert_decisions([given, received._replace(answers_id=number)])
    locked.write()
    payload = {"giver": giver.id, "taker": taker.id, "points": points}
    append_events([NewEvent(club.id, "points.given", payload, moment)])
    return {
        "decision_id": number,
        "giver_id": giver.id,
        "taker_id": taker.id,
        "points": points,
        "balance": {"available": locked.plan.balance(unit, giver.holder, "available")},
    }


def _people(
    club: ClubContext, giver_ref: MemberRef, taker_ref: MemberRef
) -> tuple[FoundMember, FoundMember]:
    found = find_members(club.id, [giver_ref, taker_ref])
    giver, taker = found.get(giver_ref), found.get(taker_ref)
    if giver is None or taker is None:
        raise UnknownMember
    if not (giver.is_active and taker.is_active):
        raise InactiveMember
    if giver.holder == taker.holder:
        raise GiftToOneself
    refuse_spending(club, giver, now())
    return giver, taker


def _check_limits(
    club: ClubContext, giver: FoundMember, points: int, terms: GiftTerms, at: datetime
) -> None:
    gifts, given = _given_today(club, giver.id, at)
    if gifts >= terms.gifts_a_day or given + points > terms.points_a_day:
        raise GiftLimit(points=terms.points_a_day, gifts=terms.gifts_a_day)


def _given_today(club: ClubContext, member_id: int, at: datetime) -> tuple[int, int]:
    people = with_merged(member_id)
    return given_since(people, club.day_start(club.local_date(at)))


def _not_hers_to_give(
    club: ClubContext, giver_id: int, holder: int, plan: Plan, terms: ValueTerms, at: datetime
) -> frozenset[int]:
    """The origins of bonus lots, while she has no settled purchase."""
    before = at - timedelta(days=terms.pending_days)
    people = with_merged(giver_id)
    if has_settled_purchase(people, before, delivered=terms.pending_until == "delivery"):
        return frozenset()
    lots = plan.open_lots(club.points_unit_id, holder, "available")
    return bonus_origins([lot.origin_id for lot in lots])


def _decision(
    club: ClubContext,
    live: LiveProgram,
    member_id: int,
    number: int,
    trigger: str,
    points: int,
    saw: dict[str, str],
    at: datetime,
) -> NewDecision:
    return NewDecision(
        id=number,
        club_id=club.id,
        member_id=member_id,
        revision_id=live.revision_id,
        trigger=trigger,
        points=points,
        parts=[Part("", trigger, points, dict(saw))],
        effective_at=at,
        tier_at=at,
    )
