"""A member's mobile becomes another one.

By herself, with a code to the old number and one to the new; or, where the old one is lost, by two
people of the staff. Whoever has taken a number over could empty the account that goes with it: so
for a day after it nothing can be spent, and the old number is told (by engage, from the event).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from vafa.club.actions.audit import record_audit, thing_of_member
from vafa.club.actions.sessions import end_member_sessions
from vafa.club.actor import Actor
from vafa.club.errors import InactiveMember, MergedMember, UnknownMember
from vafa.club.models import Member, NumberChange
from vafa.club.number_errors import (
    NumberChangeDecided,
    NumberChangeSamePerson,
    NumberChangeWaits,
    NumberTaken,
    SameNumber,
    UnknownNumberChange,
)
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.core.phones import mask_mobile
from vafa.flows.entries import checked_reason

FROZEN_FOR = timedelta(hours=24)


def change_own_number(
    club: ClubContext, *, member_id: int, mobile: str, actor: Actor, session_key: str = ""
) -> datetime:
    """Make ``mobile`` (E.164) the member's, who has proved that both numbers are hers; her other
    sessions end. Returns until when she spends nothing.

    Raises UnknownMember, InactiveMember, MergedMember, SameNumber, NumberTaken, NumberChangeWaits.
    """
    with transaction.atomic(durable=True):
        member, moment = _locked(club, member_id), now()
        _refuse_impossible(club, member, mobile)
        change = NumberChange.objects.create(
            club_id=club.id,
            member=member,
            old_mobile=member.mobile or "",
            new_mobile=mobile,
            status="done",
            asked_by=actor.label,
            decided_by=actor.label,
            decided_at=moment,
        )
        return _apply(club, member, change, actor, moment, but=session_key)


def request_number_change(
    club: ClubContext, *, member_id: int, mobile: str, reason: str, actor: Actor
) -> NumberChange:
    """Staff ask for another number for a member who has lost hers; a second person confirms.

    Raises ReasonMissing, and what ``change_own_number`` raises.
    """
    why = checked_reason(reason)
    with transaction.atomic(durable=True):
        member = _locked(club, member_id)
        _refuse_impossible(club, member, mobile)
        change = NumberChange.objects.create(
            club_id=club.id,
            member=member,
            old_mobile=member.mobile or "",
            new_mobile=mobile,
            reason=why,
            asked_by=actor.label,
        )
        record_audit(
            club.id,
            actor.label,
            "number_change.requested",
            thing_of_member(member),
            before={"mobile": _masked(member.mobile)},
            after={"mobile": mask_mobile(mobile)},
            reason=why,
        )
    return change


def decide_number_change(
    club: ClubContext, *, change_id: int, approve: bool, actor: Actor
) -> NumberChange:
    """The second person confirms a change, or refuses it; final. All of the member's sessions end.

    Raises UnknownNumberChange, NumberChangeDecided, NumberChangeSamePerson, NumberTaken,
    InactiveMember, MergedMember.
    """
    with transaction.atomic(durable=True):
        found = NumberChange.objects.filter(pk=change_id, club_id=club.id).first()
        if found is None:
            raise UnknownNumberChange
        # The member first, as everywhere: two who decide at once take turns.
        member, moment = _locked(club, found.member_id), now()
        change = NumberChange.objects.get(pk=found.pk)
        if change.status != "waiting":
            raise NumberChangeDecided
        if change.asked_by == actor.label:
            raise NumberChangeSamePerson
        change.status = "done" if approve else "refused"
        change.decided_by, change.decided_at = actor.label, moment
        change.save(update_fields=["status", "decided_by", "decided_at"])
        if approve:
            _refuse_impossible(club, member, change.new_mobile)
            _apply(club, member, change, actor, moment)
        else:
            record_audit(club.id, actor.label, "number_change.refused", thing_of_member(member))
    return change


def _locked(club: ClubContext, member_id: int) -> Member:
    member = (
        Member.objects.select_for_update(of=("self",)).filter(pk=member_id, club_id=club.id).first()
    )
    if member is None:
        raise UnknownMember
    return member


def _refuse_impossible(club: ClubContext, member: Member, mobile: str) -> None:
    if member.merged_into_id is not None:
        raise MergedMember
    if not member.is_active:
        raise InactiveMember
    if member.mobile == mobile:
        raise SameNumber
    if Member.objects.filter(club_id=club.id, mobile=mobile).exists():
        raise NumberTaken
    if NumberChange.objects.filter(member=member, status="waiting").exists():
        raise NumberChangeWaits


def _apply(
    club: ClubContext,
    member: Member,
    change: NumberChange,
    actor: Actor,
    moment: datetime,
    *,
    but: str = "",
) -> datetime:
    before, until = _masked(member.mobile), moment + FROZEN_FOR
    member.mobile, member.frozen_until = change.new_mobile, until
    try:
        with transaction.atomic():
            member.save(update_fields=["mobile", "frozen_until"])
    except IntegrityError:
        # Somebody joined with this number a moment ago.
        raise NumberTaken from None
    end_member_sessions(member.pk, but=but)
    record_audit(
        club.id,
        actor.label,
        "number_change.done",
        thing_of_member(member),
        before={"mobile": before},
        after={"mobile": mask_mobile(change.new_mobile)},
        reason=change.reason,
    )
    payload = {"member": member.pk, "change": change.pk}
    append_events([NewEvent(club.id, "member.number_changed", payload, moment)])
    return until


def _masked(mobile: str | None) -> str | None:
    return mask_mobile(mobile) if mobile else None
