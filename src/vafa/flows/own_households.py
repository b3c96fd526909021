"""Members make their household themselves: its head invites, whoever is invited answers.

Nobody sees what the other has before both belong to it; while her number is new a member does
nothing here that moves value (see ``club.spending``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vafa.club.actions.audit import Thing, record_audit, thing_of_member
from vafa.club.actions.household_invitations import close_invitation, insert_invitation
from vafa.club.actor import Actor
from vafa.club.errors import HouseholdFull, UnknownMember
from vafa.club.household_errors import (
    CameLately,
    DeclinedLately,
    InvitationToHouseholdOver,
    InvitedAlready,
    NotByMembers,
    NotTheHead,
    PlacesGivenLately,
    TooManyInvitations,
    UnknownInvitationToHousehold,
)
from vafa.club.models import HouseholdInvitation, Member
from vafa.club.reads.context import ClubContext
from vafa.club.reads.household_invitations import (
    access_invitation,
    asked_lately,
    came_lately,
    let_in_lately,
)
from vafa.club.reads.households import FoundHousehold, find_household
from vafa.club.reads.members import find_members, with_merged
from vafa.club.rules.households import (
    ACCEPTED,
    DAY,
    DECLINED,
    DECLINED_FOR,
    MADE_A_DAY,
    OPEN,
    OPEN_AT_MOST,
    SETTLES,
    WITHDRAWN,
)
from vafa.club.spending import refuse_frozen
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.flows.entries import Outcome
from vafa.flows.households import (
    add_within,
    change_within,
    household_terms,
    make_within,
    remove_within,
)
from vafa.flows.keyed import operation_key, run_once
from vafa.program.rules.document import HouseholdTerms


def start_household(
    club: ClubContext, *, member_id: int, spenders: str, actor: Actor, key: str = ""
) -> Outcome:
    """The member makes a household and leads it; what she has becomes the household's.

    Refusals: NotByMembers, SpendingFrozen, and those of ``make_household``.
    """
    asked = {"member": member_id, "spenders": spenders}

    def start() -> dict[str, Any]:
        _own_terms(club)
        _refuse_frozen(club, member_id)
        return make_within(club, member_id, spenders, actor)

    return run_once(club, operation_key(actor, "start_household", key, asked), start)


def invite_to_household(
    club: ClubContext, *, head_id: int, mobile: str | None, actor: Actor, key: str = ""
) -> Outcome:
    """The head invites whoever has this E.164 mobile, or without one whoever shows the code first.

    The answer is the same whether the number is a member's or nobody's. Refusals: HouseholdsAreOff,
    NotByMembers, SpendingFrozen, NotTheHead, HouseholdFull, PlacesGivenLately, InvitedAlready,
    DeclinedLately, TooManyInvitations.
    """
    asked = {"head": head_id, "mobile": mobile}

    def invite() -> dict[str, Any]:
        terms, at = _own_terms(club), now()
        _refuse_frozen(club, head_id)
        home = _led(club, head_id)
        _refuse_to_invite(home, terms, mobile, at)
        made = insert_invitation(club.id, home.id, head_id, mobile, at)
        payload = {"household": home.id, "invitation": made.pk}
        append_events([NewEvent(club.id, "household.invited", payload, at)])
        _audit(club, actor, "household.invited", head_id, home.id)
        return {"invitation_id": made.pk, "household_id": home.id}

    return run_once(club, operation_key(actor, "invite_to_household", key, asked), invite)


def withdraw_invitation(
    club: ClubContext, *, head_id: int, invitation_id: int, actor: Actor
) -> Outcome:
    """The head takes an invitation back; one that is over stays as it is. Refusals: NotTheHead,
    UnknownInvitationToHousehold."""

    def withdraw() -> dict[str, Any]:
        home = _led(club, head_id)
        found = HouseholdInvitation.objects.filter(pk=invitation_id, household_id=home.id).first()
        if found is None:
            raise UnknownInvitationToHousehold
        if found.state == OPEN:
            close_invitation(found.pk, WITHDRAWN, now())
            _audit(club, actor, "household.withdrawn", head_id, home.id)
        return {"invitation_id": found.pk, "household_id": home.id}

    return run_once(club, None, withdraw)


def answer_invitation(
    club: ClubContext, *, member_id: int, code: str, accepts: bool, actor: Actor
) -> Outcome:
    """She comes into the household, where all she has goes, or declines; sent again, the answer is
    the same.

    Refusals: UnknownInvitationToHousehold, InvitationToHouseholdOver, NotByMembers, SpendingFrozen,
    CameLately, PlacesGivenLately, and those of ``add_to_household``.
    """

    def answer() -> dict[str, Any]:
        member = Member.objects.get(pk=member_id, club_id=club.id)
        household_id = access_invitation(member, code).household_id
        # Whoever withdraws, invites or answers at the same moment waits for the household.
        find_household(club.id, household_id, lock=True)
        found, at = access_invitation(member, code), now()
        state = ACCEPTED if accepts else DECLINED
        if (found.state, found.member_id) != (state, member_id):
            if found.state != OPEN or found.expires_at <= at:
                raise InvitationToHouseholdOver
            _enter(club, household_id, member_id, actor, accepts=accepts)
            close_invitation(found.pk, state, at, member_id=member_id)
        return {"invitation_id": found.pk, "household_id": household_id}

    return run_once(club, None, answer)


def _enter(
    club: ClubContext, household_id: int, member_id: int, actor: Actor, *, accepts: bool
) -> None:
    if accepts:
        terms = _own_terms(club)
        _refuse_frozen(club, member_id)
        _refuse_to_and_fro(find_household(club.id, household_id), terms, member_id, now())
        add_within(club, household_id, member_id, actor)
    else:
        _audit(club, actor, "household.declined", member_id, household_id)


def go_from_household(club: ClubContext, *, member_id: int, goes_id: int, actor: Actor) -> Outcome:
    """A member goes, or the head lets her go; what is in the shared account stays there, but the
    last one takes it all.

    Refusals: UnknownMember, NotTheHead, SpendingFrozen, InvalidInput (the head of several).
    """

    def leave() -> dict[str, Any]:
        home = _of(club, member_id)
        if goes_id != member_id:
            _refuse_frozen(club, member_id)
            if home.head_id != member_id:
                raise NotTheHead
        return remove_within(club, home.id, goes_id, actor)

    return run_once(club, None, leave)


def lead_household(
    club: ClubContext, *, member_id: int, head_id: int, spenders: str, actor: Actor
) -> Outcome:
    """The head says who may spend, or makes another the head. Refusals: NotTheHead,
    SpendingFrozen, and those of ``change_household``."""

    def lead() -> dict[str, Any]:
        home = _led(club, member_id)
        _refuse_frozen(club, member_id)
        return change_within(club, home.id, head_id, spenders, actor)

    return run_once(club, None, lead)


def _own_terms(club: ClubContext) -> HouseholdTerms:
    terms = household_terms(club)
    if not terms.by_members:
        raise NotByMembers
    return terms


def _refuse_frozen(club: ClubContext, member_id: int) -> None:
    ref = ("id", str(member_id))
    refuse_frozen(club, find_members(club.id, [ref])[ref], now())


def _of(club: ClubContext, member_id: int) -> FoundHousehold:
    """Her household as of now that nobody else can change it."""
    number = Member.objects.get(pk=member_id, club_id=club.id).household_id
    if number is None:
        raise UnknownMember
    find_household(club.id, number, lock=True)
    home = find_household(club.id, number)
    if member_id not in home.member_ids:
        raise UnknownMember
    return home


def _led(club: ClubContext, member_id: int) -> FoundHousehold:
    home = _of(club, member_id)
    if home.head_id != member_id:
        raise NotTheHead
    return home


def _refuse_to_invite(
    home: FoundHousehold, terms: HouseholdTerms, mobile: str | None, at: datetime
) -> None:
    if len(home.member_ids) >= terms.most_members:
        raise HouseholdFull(most=terms.most_members)
    _refuse_given_places(home, terms, at)
    belongs = Member.objects.filter(pk__in=home.member_ids, mobile=mobile).exists()
    lately = asked_lately(home.id, mobile, at)
    if mobile is not None and (belongs or lately.is_invited):
        raise InvitedAlready
    if lately.declined_at is not None:
        rests = lately.declined_at + DECLINED_FOR - at
        raise DeclinedLately(days=rests // DAY + 1)
    if lately.open >= OPEN_AT_MOST or lately.today >= MADE_A_DAY:
        raise TooManyInvitations(open=OPEN_AT_MOST, day=MADE_A_DAY)


def _refuse_to_and_fro(
    home: FoundHousehold, terms: HouseholdTerms, member_id: int, at: datetime
) -> None:
    """Who comes brings all that she has, and leaves it there when she goes: nobody may do that in turn
    with others to hand on more than gifts allow."""
    came = came_lately(with_merged(member_id), at - SETTLES)
    if came is not None:
        raise CameLately(days=(came + SETTLES - at) // DAY + 1)
    _refuse_given_places(home, terms, at)


def _refuse_given_places(home: FoundHousehold, terms: HouseholdTerms, at: datetime) -> None:
    if let_in_lately(home.id, home.head_id, at - SETTLES) >= terms.most_members - 1:
        raise PlacesGivenLately(days=SETTLES // DAY)


def _audit(club: ClubContext, actor: Actor, what: str, member_id: int, household_id: int) -> None:
    member = Member.objects.get(pk=member_id)
    thing: Thing = thing_of_member(member)
    record_audit(club.id, actor.label, what, thing, after={"household": household_id})
