"""Members tell more of themselves; what makes the profile complete happens once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from vafa.club.actions.attributes import set_attributes
from vafa.club.actions.members import update_member
from vafa.club.actor import Actor
from vafa.club.models import Member
from vafa.club.reads.context import ClubContext
from vafa.club.reads.profile import profile_fields
from vafa.club.rules.profile import is_known
from vafa.core.clock import now
from vafa.core.errors import InvalidInput
from vafa.core.idempotency import retry_lost_race
from vafa.flows.happenings import HappeningEntry, report_within
from vafa.flows.joining_details import wrong_detail
from vafa.program.reads.happenings import Person, people_query
from vafa.program.reads.revisions import LiveProgram, live_program
from vafa.program.rules.document import Program
from vafa.program.rules.index import index_of


def change_profile(
    club: ClubContext,
    member_id: int,
    *,
    name: str,
    gender: str,
    birth_date: date | None,
    actor: Actor,
    more: Mapping[str, Any] | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> int:
    """Change a member's own details and return the points that she got for completing them.

    ``more`` are others of ``rules.profile.FIELDS``, language and calendar, ``attributes`` the
    club's own by key; what is not named stays. Raises InvalidInput, UnknownAttribute,
    InvalidAttribute, LedgerFrozen where points would have to move, NoLiveProgram.
    """
    wrong = wrong_detail(dict(more or {}))
    if wrong:
        raise InvalidInput(field=wrong)

    def once() -> int:
        with transaction.atomic(durable=True):
            live = live_program(club.id)
            needed = needed_details(club, live.program)
            before = Member.objects.select_for_update().get(pk=member_id)
            update_member(
                member_id,
                name=name,
                gender=gender,
                birth_date=birth_date,
                by=actor.label,
                more=more,
            )
            if attributes:
                set_attributes(club.id, member_id, attributes, by=actor.label)
            after = Member.objects.get(pk=member_id)
            if not _counts(live.program) or is_complete(needed, before):
                return 0
            people = people_query(club.id, [member_id]).ask()
            if not people or not is_complete(needed, after):
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


def needed_details(club: ClubContext, program: Program) -> tuple[str, ...]:
    """What makes a profile complete: what the programme names and, where the club has said which
    details it asks for, all of these."""
    fields = profile_fields(club.id)
    asked = fields.codes if fields.is_chosen else ()
    return tuple(dict.fromkeys((*program.profile.details, *asked)))


def is_complete(needed: Iterable[str], details: Any) -> bool:
    """Whether a member, or who joins, has told everything that is needed."""
    return all(is_known(details, code) for code in needed)


def _counts(program: Program) -> bool:
    return bool(index_of(program, "profile_completed").rules)
