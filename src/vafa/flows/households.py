"""Members who share one account: what each earns goes in, and who may spend is a setting."""

from __future__ import annotations

from typing import Any

from vafa.club.actions.audit import Thing, member_thing, record_audit
from vafa.club.actions.families import (
    join_household,
    leave_household,
    open_household,
    set_household,
)
from vafa.club.actions.household_invitations import withdraw_all
from vafa.club.actor import Actor
from vafa.club.errors import (
    AlreadyInHousehold,
    HouseholdFull,
    HouseholdsAreOff,
    InactiveMember,
    UnknownMember,
)
from vafa.club.reads.context import ClubContext
from vafa.club.reads.households import find_household
from vafa.club.reads.members import FoundMember, find_members
from vafa.club.rules.households import SPENDERS
from vafa.core.clock import now
from vafa.core.errors import InvalidInput
from vafa.core.events import NewEvent, append_events
from vafa.core.ids import next_id
from vafa.flows.entries import Outcome
from vafa.flows.keyed import operation_key, run_once
from vafa.flows.pouring import pour_wallets
from vafa.ledger.actions.wallets import open_wallets, reopen_wallets
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import HouseholdTerms


def make_household(
    club: ClubContext, *, head_id: int, actor: Actor, spenders: str = "all", key: str = ""
) -> Outcome:
    """A household with its first member; what she has becomes the household's.

    Refusals: HouseholdsAreOff, InvalidInput, UnknownMember, InactiveMember, AlreadyInHousehold.
    """
    asked = {"head": head_id, "spenders": spenders}
    once = operation_key(actor, "make_household", key, asked)
    return run_once(club, once, lambda: make_within(club, head_id, spenders, actor))


def add_to_household(
    club: ClubContext, *, household_id: int, member_id: int, actor: Actor, key: str = ""
) -> Outcome:
    """One more member; what she has becomes the household's, with its dates.

    Refusals as ``make_household``, UnknownHousehold, HouseholdFull.
    """
    asked = {"household_id": household_id, "member": member_id}
    once = operation_key(actor, "add_to_household", key, asked)
    return run_once(club, once, lambda: add_within(club, household_id, member_id, actor))


def remove_from_household(
    club: ClubContext, *, household_id: int, member_id: int, actor: Actor, key: str = ""
) -> Outcome:
    """She earns into her own wallet again; what is in the shared one stays there.

    The head leaves last. Refusals: UnknownHousehold, UnknownMember, InvalidInput.
    """
    asked = {"household_id": household_id, "member": member_id}
    once = operation_key(actor, "remove_from_household", key, asked)
    return run_once(club, once, lambda: remove_within(club, household_id, member_id, actor))


def change_household(
    club: ClubContext,
    *,
    household_id: int,
    head_id: int,
    spenders: str,
    actor: Actor,
    key: str = "",
) -> Outcome:
    """Another head (one of its members), or other spenders ("all" or "head").

    Refusals: UnknownHousehold, UnknownMember, InvalidInput.
    """
    asked = {"household_id": household_id, "head": head_id, "spenders": spenders}
    once = operation_key(actor, "change_household", key, asked)
    return run_once(club, once, lambda: change_within(club, household_id, head_id, spenders, actor))


def make_within(club: ClubContext, head_id: int, spenders: str, actor: Actor) -> dict[str, Any]:
    """``make_household`` within the transaction of another flow, with its refusals raised."""
    household_terms(club)
    if spenders not in SPENDERS:
        raise InvalidInput(field="spenders")
    head = _newcomer(club, head_id)
    holder = next_id("club_member")
    open_wallets(club.book_id, [(unit, holder) for unit in _units(club)])
    household = open_household(club.id, holder=holder, head_id=head.id, spenders=spenders)
    pour_wallets(club, head.id, holder, "household", household.id, now())
    _tell(club, household.id, head, "household.made", actor)
    return {"household_id": household.id, "head_id": head.id, "spenders": spenders}


def add_within(
    club: ClubContext, household_id: int, member_id: int, actor: Actor
) -> dict[str, Any]:
    """``add_to_household`` within the transaction of another flow, with its refusals raised."""
    terms = household_terms(club)
    household = find_household(club.id, household_id, lock=True)
    household = find_household(club.id, household.id)  # its members as of now that it is locked
    if len(household.member_ids) >= terms.most_members:
        raise HouseholdFull(most=terms.most_members)
    member = _newcomer(club, member_id)
    pour_wallets(club, member.id, household.holder, "household", household.id, now())
    join_household(member.id, household.id, household.holder)
    _tell(club, household.id, member, "household.joined", actor)
    return {"household_id": household.id, "member_id": member.id}


def remove_within(
    club: ClubContext, household_id: int, member_id: int, actor: Actor
) -> dict[str, Any]:
    """``remove_from_household`` within the transaction of another flow, with its refusals raised."""
    household = find_household(club.id, household_id, lock=True)
    if member_id not in household.member_ids:
        raise UnknownMember
    if member_id == household.head_id and len(household.member_ids) > 1:
        raise InvalidInput(field="member")
    leave_household(member_id)
    reopen_wallets([(unit, member_id) for unit in _units(club)])
    if len(household.member_ids) == 1:
        # The last one takes everything with her.
        pour_wallets(club, household.holder, member_id, "household", household.id, now())
        withdraw_all(household.id, now())
    member = _found(club, member_id)
    _tell(club, household.id, member, "household.left", actor)
    return {"household_id": household.id, "member_id": member_id}


def change_within(
    club: ClubContext, household_id: int, head_id: int, spenders: str, actor: Actor
) -> dict[str, Any]:
    """``change_household`` within the transaction of another flow, with its refusals raised."""
    household = find_household(club.id, household_id, lock=True)
    if spenders not in SPENDERS:
        raise InvalidInput(field="spenders")
    if head_id not in household.member_ids:
        raise UnknownMember
    set_household(household.id, head_id=head_id, spenders=spenders)
    head = _thing(_found(club, household.head_id))
    record_audit(
        club.id,
        actor.label,
        "household.changed",
        head,
        before={"head": head.label, "spenders": household.spenders},
        after={"head": _thing(_found(club, head_id)).label, "spenders": spenders},
    )
    return {"household_id": household.id, "head_id": head_id, "spenders": spenders}


def household_terms(club: ClubContext) -> HouseholdTerms:
    """What the programme says of households. Raises HouseholdsAreOff."""
    terms = live_program(club.id).program.households
    if not terms.is_on:
        raise HouseholdsAreOff
    return terms


def _units(club: ClubContext) -> tuple[int, int]:
    return club.points_unit_id, club.credit_unit_id


def _newcomer(club: ClubContext, member_id: int) -> FoundMember:
    member = _found(club, member_id)
    if not member.is_active:
        raise InactiveMember
    if member.holder != member.id:
        raise AlreadyInHousehold
    return member


def _found(club: ClubContext, member_id: int) -> FoundMember:
    ref = ("id", str(member_id))
    member = find_members(club.id, [ref]).get(ref)
    if member is None:
        raise UnknownMember
    return member


def _thing(member: FoundMember) -> Thing:
    return member_thing(member.id, member.name, member.mobile, None)


def _tell(
    club: ClubContext, household_id: int, member: FoundMember, what: str, actor: Actor
) -> None:
    payload = {"household": household_id, "member": member.id}
    append_events([NewEvent(club.id, what, payload, now())])
    record_audit(club.id, actor.label, what, _thing(member), after={"household": household_id})
