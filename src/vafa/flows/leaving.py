"""A member leaves the club: what she had is given up, and her number is free again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from vafa.club.actions.audit import record_audit, thing_of_member
from vafa.club.actions.consents import set_consents
from vafa.club.actions.leaving import mark_left
from vafa.club.actor import Actor
from vafa.club.errors import MergedMember, UnknownMember
from vafa.club.membership_errors import LeadsHousehold, MemberLeft, SomethingSetAside
from vafa.club.models import Member
from vafa.club.reads.context import ClubContext
from vafa.club.reads.households import find_household
from vafa.club.reads.members import find_members, with_merged
from vafa.club.spending import refuse_frozen
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.core.ids import next_id
from vafa.flows.entries import Outcome
from vafa.flows.households import remove_within
from vafa.flows.keyed import operation_key, run_once
from vafa.flows.redemptions import give_up_within
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.rules.forfeiting import forfeit
from vafa.ledger.rules.state import Ref
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.actions.erasure import refuse_waiting_adjustments
from vafa.program.actions.vouchers import insert_uses, read_vouchers
from vafa.program.draw_errors import DrawListClosed
from vafa.program.models import Reservation
from vafa.program.reads.revisions import live_program
from vafa.program.reads.rewards import MemberVoucher, member_vouchers
from vafa.program.reads.standing import standing
from vafa.program.rules.earning import Part

_MOST_VOUCHERS = 1_000


class Losses(NamedTuple):
    """What a member gives up by leaving: points (those that wait among them), credit in the
    currency's smallest unit, codes that still work."""

    points: int
    pending: int
    credit: int
    vouchers: int
    tier: str = ""

    @property
    def anything(self) -> bool:
        """Whether there is something to lose."""
        return bool(self.points or self.credit or self.vouchers)


def what_is_lost(club: ClubContext, member: Member, lang: str) -> Losses:
    """What the member would give up now. In a household the shared account stays with the others."""
    vouchers = len(_usable(club, member.id))
    if member.household_id is not None:
        return Losses(0, 0, 0, vouchers)
    stands = standing(club, member.id)
    tier = stands.tier.name.said(lang) if stands.tier else ""
    points = max(stands.available, 0) + stands.pending + stands.held
    return Losses(points, stands.pending, stands.credit + stands.credit_held, vouchers, tier)


def leave_club(club: ClubContext, *, member_id: int, actor: Actor, key: str = "") -> Outcome:
    """End a membership for good: unused rewards and codes are given up, points and credit are
    forfeited, consents taken back, cards closed, and her mobile may join again as somebody new.

    Refusals: UnknownMember, MergedMember, MemberLeft, SomethingSetAside (for a bill at this
    moment), LeadsHousehold, SpendingFrozen (she herself, while her number is new). The answer names
    what was given up.
    """
    once = operation_key(actor, "leave", key, {"member_id": member_id})
    return run_once(club, once, lambda: leave_within(club, member_id, actor, now()))


def leave_within(
    club: ClubContext, member_id: int, actor: Actor, at: datetime, *, audited: bool = True
) -> dict[str, Any]:
    """``leave_club`` within the transaction of another flow; ``audited`` False where that one
    writes the audit itself."""
    member = Member.objects.filter(pk=member_id, club_id=club.id).first()
    if member is None:
        raise UnknownMember
    if member.merged_into_id is not None:
        raise MergedMember
    if member.left_at is not None:
        raise MemberLeft
    if actor.kind == "member":
        # Who has just taken over somebody's number could otherwise destroy what she has.
        ref = ("id", str(member.id))
        refuse_frozen(club, find_members(club.id, [ref])[ref], at)
    people = with_merged(member.id)
    _leave_household(club, member, actor)
    units = (club.points_unit_id, club.credit_unit_id)
    wallets = [(unit, member.id) for unit in units]
    lock_wallets(club.book_id, wallets)
    _refuse_while_set_aside(people, at)
    ended = _end_vouchers(club, member.id, actor, at)
    points, credit = _forfeit(club, member.id, at)
    refuse_waiting_adjustments(people, actor.label)
    for number in people:
        given = Member.objects.values_list("consents", flat=True).get(pk=number)
        set_consents(club.id, number, dict.fromkeys(given, False), by=actor.label)
    if audited:
        lost = {"points": -points, "credit": -credit, "vouchers": ended}
        record_audit(club.id, actor.label, "member.left", thing_of_member(member), after=lost)
    mark_left(people, at, by=actor.label)
    payload = {"member": member.id, "points": points, "credit": credit}
    append_events([NewEvent(club.id, "member.left", payload, at)])
    return {"member_id": member.id, "points": points, "credit": credit, "vouchers": ended}


def _refuse_while_set_aside(people: list[int], at: datetime) -> None:
    waiting = Reservation.objects.filter(member_id__in=people, status="open", expires_at__gt=at)
    if waiting.exists():
        raise SomethingSetAside


def _leave_household(club: ClubContext, member: Member, actor: Actor) -> None:
    if member.household_id is None:
        return
    household = find_household(club.id, member.household_id)
    if household.head_id == member.id and len(household.member_ids) > 1:
        raise LeadsHousehold
    remove_within(club, household.id, member.id, actor)


def _usable(club: ClubContext, member_id: int) -> list[MemberVoucher]:
    """Codes of hers that still work here; one of a partner's is hers for good."""
    found = member_vouchers(club.id, member_id, limit=_MOST_VOUCHERS)
    return [one for one in found if one.state == "usable" and one.kind != "partner"]


def _end_vouchers(club: ClubContext, member_id: int, actor: Actor, at: datetime) -> int:
    ended, alone = 0, []
    for held in _usable(club, member_id):
        if held.redemption_id is None:
            alone.append(held.code)
            continue
        try:
            with transaction.atomic():
                give_up_within(club, held.redemption_id, actor=actor)
            ended += 1
        except DrawListClosed:
            # Her chances are in a list that is closed; its draw spends what is held for them.
            continue
    locked = read_vouchers(club.id, alone, lock=True)
    if any(voucher.reserved_by is not None for voucher in locked.values()):
        raise SomethingSetAside
    uses = [v.use("cancelled", None, at, actor.label) for v in locked.values() if not v.used]
    insert_uses(uses)
    return ended + len(uses)


def _forfeit(club: ClubContext, member_id: int, at: datetime) -> tuple[int, int]:
    wallets = [(unit, member_id) for unit in (club.points_unit_id, club.credit_unit_id)]
    locked = lock_wallets(club.book_id, wallets, with_lots=wallets, at=at)
    number = next_id("program_decision")
    ref = Ref("decision", number, at)
    points, credit = (forfeit(locked.plan, *wallet, ref) for wallet in wallets)
    if not points and not credit:
        return 0, 0
    saw: dict[str, int | str] = {"credit": -credit} if credit else {}
    decision = NewDecision(
        id=number,
        club_id=club.id,
        member_id=member_id,
        revision_id=live_program(club.id).revision_id,
        trigger="leave",
        points=-points,
        credit=-credit,
        parts=[Part("", "leave", -points, saw)],
        effective_at=at,
        tier_at=at,
    )
    insert_decisions([decision])
    locked.write()
    return points, credit
