"""Members tell more of themselves; what makes the profile complete happens once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from django.db import transaction

from vafa.club.actions.members import update_member
from vafa.club.actor import Actor
from vafa.club.models import Member
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.idempotency import retry_lost_race
from vafa.flows.happenings import HappeningEntry, report_within
from vafa.program.reads.happenings import Person, people_query
from vafa.program.reads.revisions import LiveProgram, live_program
from vafa.program.rules.document import Program
from vafa.program.rules.index import index_of


class Details(Protocol):
    """What may be asked for of a member, by the names of ``moments.Detail``."""

    @property
    def name(self) -> str: ...
    @property
    def gender(self) -> str: ...
    @property
    def birth_date(self) -> date | None: ...
    @property
    def mobile(self) -> str | None: ...


def change_profile(
    club: ClubContext,
    member_id: int,
    *,
    name: str,
    gender: str,
    birth_date: date | None,
    actor: Actor,
) -> int:
    """Change a member's own details and return the points that she got for completing them.

    Raises LedgerFrozen where points would have to move, NoLiveProgram.
    """

    def once() -> int:
        with transaction.atomic(durable=True):
            live = live_program(club.id)
            before = Member.objects.select_for_update().get(pk=member_id)
            update_member(
                member_id, name=name, gender=gender, birth_date=birth_date, by=actor.label
            )
            after = Member.objects.get(pk=member_id)
            if not _counts(live.program) or is_complete(live.program, before):
                return 0
            people = people_query(club.id, [member_id]).ask()
            if not people or not is_complete(live.program, after):
                return 0
            return report_complete(club, live, people, now(), actor)[member_id]

    return retry_lost_race(once)


def report_complete(
    club: ClubContext, live: LiveProgram, people: Sequence[Person], at: datetime, actor: Actor
) -> dict[int, int]:
    """These members' profiles are complete, within the transaction of a flow: their points."""
    if not people or not _counts(live.program):
        return {person.id: 0 for person in people}
    entries = [
        HappeningEntry(
            person, "profile_completed", "once", at, branch_id=person.branch_id, keep=True
        )
        for person in people
    ]
    reported = report_within(club, live, entries, actor=actor)
    return {
        person.id: done.points + done.further for person, done in zip(people, reported, strict=True)
    }


def is_complete(program: Program, details: Details) -> bool:
    """Whether everything is there that the programme asks for."""
    return all(getattr(details, name) for name in program.profile.details)


def _counts(program: Program) -> bool:
    return bool(index_of(program, "profile_completed").rules)
