"""A person is forgotten on her request; what the club owed, sold and counted stays as numbers.

The ledger knows no people: its transfers, lots and seals are as they were. (docs/adr/0022)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actions.leaving import erase_from_club
from vafa.club.actor import Actor
from vafa.club.errors import MergedMember, UnknownMember
from vafa.club.membership_errors import MemberLeft
from vafa.club.models import Member, NumberChange
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import with_merged
from vafa.commerce.actions.erasure import erase_from_commerce
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.flows.entries import Outcome, checked_reason
from vafa.flows.keyed import operation_key, run_once
from vafa.flows.leaving import leave_within
from vafa.program.actions.erasure import erase_from_program

# What rooms above keep of a person: the club, her memberships' numbers, her mobiles.
Eraser = Callable[[int, Sequence[int], Sequence[str]], None]
_erasers: list[Eraser] = []


def register_eraser(eraser: Eraser) -> None:
    """Let a room above forget people too; once more, nothing changes."""
    if eraser not in _erasers:
        _erasers.append(eraser)


def erase_member(
    club: ClubContext, *, member_id: int, reason: str, actor: Actor, key: str = ""
) -> Outcome:
    """Empty every trace of the person behind a membership, and of those merged into it; whoever is
    still a member leaves first, with all that brings (see ``leave_club``). It cannot be undone.

    ``reason`` says why, without naming her: it stays. Refusals: ReasonMissing, UnknownMember,
    MergedMember, MemberLeft (erased already), SomethingSetAside, LeadsHousehold.
    """
    asked = {"member_id": member_id}
    once = operation_key(actor, "erase", key, asked)
    return run_once(club, once, lambda: _erase(club, member_id, reason, actor))


def _erase(club: ClubContext, member_id: int, reason: str, actor: Actor) -> dict[str, Any]:
    why, at = checked_reason(reason), now()
    member = Member.objects.filter(pk=member_id, club_id=club.id).first()
    if member is None:
        raise UnknownMember
    if member.merged_into_id is not None:
        raise MergedMember
    if member.erased_at is not None:
        raise MemberLeft
    given_up = {"points": 0, "credit": 0, "vouchers": 0}
    if member.left_at is None:
        left = leave_within(club, member.id, actor, at, audited=False)
        given_up = {name: left[name] for name in given_up}
    people = with_merged(member.id)
    mobiles = _mobiles(club.id, people)
    erase_from_club(club.id, people, mobiles, at)
    erase_from_commerce(people)
    erase_from_program(people)
    for eraser in _erasers:
        eraser(club.id, people, mobiles)
    # Of the erasing itself only its number, its reason and who did it are left.
    record_audit(club.id, actor.label, "member.erased", Thing("member", member.id), reason=why)
    append_events([NewEvent(club.id, "member.erased", {"member": member.id}, at)])
    return {"member_id": member.id, **given_up}


def _mobiles(club_id: int, people: Sequence[int]) -> list[str]:
    """Their numbers, of today and of before, without those that are somebody else's by now."""
    rows = Member.objects.filter(pk__in=people).values_list("mobile", "former_mobile")
    changes = NumberChange.objects.filter(member_id__in=people, status="done")
    before = changes.values_list("old_mobile", "new_mobile")
    numbers = {number for row in [*rows, *before] for number in row if number}
    others = Member.objects.filter(club_id=club_id, mobile__in=numbers).exclude(pk__in=people)
    return sorted(numbers - set(others.values_list("mobile", flat=True)))
