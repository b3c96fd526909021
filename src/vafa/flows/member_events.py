"""What others report of a member: that she is here, and the events that the programme knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vafa.club.actor import Actor
from vafa.club.errors import InactiveMember, UnknownBranch, UnknownMember
from vafa.club.reads.branches import find_branches
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import MemberRef, find_members
from vafa.club.spending import refuse_left
from vafa.core.clock import now
from vafa.core.db import dumps
from vafa.core.errors import InvalidInput
from vafa.flows.entries import Outcome, check_moment
from vafa.flows.happenings import HappeningEntry, report_within
from vafa.flows.keyed import operation_key, run_once
from vafa.program.errors import UnknownEvent
from vafa.program.reads.happenings import Person, people_query
from vafa.program.reads.revisions import live_program

# Characters of an event's data as JSON.
MOST_DATA = 4_000
MOST_REFERENCE = 64


def record_visit(
    club: ClubContext,
    *,
    member: MemberRef,
    branch: int | str,
    actor: Actor,
    occurred_at: datetime | None = None,
    key: str = "",
) -> Outcome:
    """The member is here, whether she buys or not; it counts once in a day of the club.

    The answer says whether it counted (``is_new``) and what it earned. Refusals: UnknownMember,
    InactiveMember, UnknownBranch, InTheFuture, TooLongAgo. Raises NoLiveProgram.
    """
    asked = {"member": list(member), "branch": branch, "occurred_at": occurred_at}
    once = operation_key(actor, "visit", key, asked)

    def visit() -> dict[str, Any]:
        at = _moment(occurred_at)
        here = _branch(club, branch, actor)
        day = club.local_date(at).isoformat()
        entry = HappeningEntry(_person(club, member), "visit", day, at, branch_id=here, keep=True)
        return _report(club, entry, actor)

    return run_once(club, once, visit)


def record_event(
    club: ClubContext,
    *,
    member: MemberRef,
    name: str,
    actor: Actor,
    key: str,
    reference: str = "",
    branch: int | str = "",
    occurred_at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
) -> Outcome:
    """Something happened to the member that the programme in force calls ``name``, or that every
    programme knows (``rules.moments.KNOWN_EVENTS``).

    It counts once for each ``reference`` of the caller's (such as a booking's number), or for each
    key where she gives none; ``branch`` ("": nowhere) is where it happened, ``data`` is kept with
    it. The answer is as of ``record_visit``. Refusals: UnknownEvent, UnknownMember, UnknownBranch,
    InactiveMember, InTheFuture, TooLongAgo, InvalidInput.
    Raises NoLiveProgram.
    """
    asked = {
        "member": list(member),
        "name": name,
        "reference": reference,
        "branch": branch,
        "occurred_at": occurred_at,
        "data": data,
    }
    once = operation_key(actor, "event", key, asked)

    def happen() -> dict[str, Any]:
        at = _moment(occurred_at)
        if not live_program(club.id).program.knows_event(name):
            raise UnknownEvent(name=name[:40])
        if data is not None and len(dumps(data)) > MOST_DATA:
            raise InvalidInput(field="data")
        # Another client may use the same words for another thing.
        told_apart = f"{name}:{actor.label}:{f'r:{reference}' if reference else f'k:{key}'}"
        entry = HappeningEntry(
            _person(club, member),
            "event",
            told_apart,
            at,
            what=name,
            branch_id=_branch(club, branch, actor) if branch != "" else None,
            data=data,
            keep=True,
        )
        return _report(club, entry, actor)

    return run_once(club, once, happen)


def _report(club: ClubContext, entry: HappeningEntry, actor: Actor) -> dict[str, Any]:
    [done] = report_within(club, live_program(club.id), [entry], actor=actor)
    if not done.is_new:
        refuse_left([entry.person.id])
    return {
        "member_id": entry.person.id,
        "is_new": done.is_new,
        "points": done.points + done.further,
        "decision_id": done.decision_id,
    }


def _branch(club: ClubContext, branch: int | str, actor: Actor) -> int:
    found = find_branches(club.id, [branch]).get(branch)
    if found is None or not found.is_active or not actor.may_use_branch(found.id):
        raise UnknownBranch
    return found.id


def _moment(occurred_at: datetime | None) -> datetime:
    moment = now()
    check_moment(occurred_at, moment)
    return occurred_at or moment


def _person(club: ClubContext, ref: MemberRef) -> Person:
    member = find_members(club.id, [ref]).get(ref)
    if member is None:
        raise UnknownMember
    people = people_query(club.id, [member.id]).ask()
    if not people:
        raise InactiveMember
    return people[0]
