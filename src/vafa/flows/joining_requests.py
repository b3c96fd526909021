"""The club decides about somebody who asked to join."""

from __future__ import annotations

from django.db import transaction

from vafa.club.actions.joining import lock_request, person_of, settle_request
from vafa.club.actor import Actor
from vafa.club.errors import MemberExists
from vafa.club.joining_errors import JoiningCodeSpent, UnknownJoiningCode
from vafa.club.models import JoiningRequest
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import find_members
from vafa.club.rules.joining import ACCEPTED, REFUSED
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.flows.enrolment import Enrolled, enrol_within
from vafa.flows.invitations import Invitation, who_invites
from vafa.flows.joining import Brought, open_door
from vafa.flows.joining_details import asked_of
from vafa.program.errors import ReferralIsOff, UnknownInvitation


def accept_joining(club: ClubContext, request_id: int, *, actor: Actor) -> Enrolled:
    """Take her in, with the welcome points; who became a member meanwhile stays that member.

    Raises UnknownJoiningRequest, JoiningIsDecided, NoLiveProgram.
    """
    with transaction.atomic(durable=True):
        asked = lock_request(club.id, request_id)
        person = asked_of(club).what_still_holds(person_of(asked))
        done = enrol_within(
            club, [person], actor, True, _invitation(club, asked), _brought(club, asked, actor)
        )[0]
        if done.error is not None:
            done = _known(club, asked, done)
        settle_request(asked, ACCEPTED, member_id=done.member_id, reason="", by=actor.label)
        _tell(asked)
        return done


def refuse_joining(club: ClubContext, request_id: int, reason: str, *, actor: Actor) -> None:
    """Do not take her in; she reads ``reason``. Raises UnknownJoiningRequest, JoiningIsDecided."""
    with transaction.atomic(durable=True):
        asked = lock_request(club.id, request_id)
        settle_request(asked, REFUSED, member_id=None, reason=reason, by=actor.label)
        _tell(asked)


def _tell(asked: JoiningRequest) -> None:
    """She hears of it by a message."""
    event = NewEvent(asked.club_id, "joining.decided", {"request": asked.pk}, now())
    append_events([event])


def _known(club: ClubContext, asked: JoiningRequest, done: Enrolled) -> Enrolled:
    """The till was quicker: the member that she is by now."""
    if not isinstance(done.error, MemberExists):
        assert done.error is not None
        raise done.error
    return Enrolled(find_members(club.id, [("mobile", asked.mobile)])[("mobile", asked.mobile)].id)


def _invitation(club: ClubContext, asked: JoiningRequest) -> Invitation | None:
    """What sent her, as long as it is good; she is welcome all the same."""
    if not asked.invitation:
        return None
    try:
        who_invites(club, asked.invitation)
    except (ReferralIsOff, UnknownInvitation):
        return None
    return Invitation(asked.invitation)


def _brought(club: ClubContext, asked: JoiningRequest, actor: Actor) -> Brought:
    """The code that she came with, as long as it is good."""
    brought = Brought(asked.code, request_id=asked.pk)
    try:
        open_door(club, brought, actor=actor, invited=False, moment=now())
    except (UnknownJoiningCode, JoiningCodeSpent):
        return Brought(request_id=asked.pk)
    return brought
