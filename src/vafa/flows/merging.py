"""Two memberships of one person become one; both histories stay readable."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vafa.club.actions.audit import member_thing, record_audit
from vafa.club.actions.families import mark_merged
from vafa.club.actor import Actor
from vafa.club.errors import AlreadyInHousehold, CannotMerge, UnknownMember
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import FoundMember, find_members
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.core.ids import next_ids
from vafa.flows.entries import Outcome, checked_reason
from vafa.flows.keyed import operation_key, run_once
from vafa.flows.pouring import pour_wallets
from vafa.program.actions.counters import merge_counters
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.reads.revisions import live_program
from vafa.program.reads.tier_facts import tier_points_by_day
from vafa.program.rules.earning import Part


def merge_members(
    club: ClubContext,
    *,
    keep_id: int,
    gone_id: int,
    reason: str,
    actor: Actor,
    key: str = "",
) -> Outcome:
    """Make ``gone`` one with ``keep``: her points, credit, holds and tier points move with their
    dates, and her mobile, cards and numbers find ``keep`` from now on. It cannot be undone.

    Refusals: ReasonMissing, UnknownMember, CannotMerge, AlreadyInHousehold (``gone`` shares a
    wallet with others).
    """
    asked = {"member_id": keep_id, "gone_id": gone_id, "reason": reason}
    once = operation_key(actor, "merge", key, asked)
    return run_once(club, once, lambda: _merge(club, keep_id, gone_id, reason, actor))


def _merge(
    club: ClubContext, keep_id: int, gone_id: int, reason: str, actor: Actor
) -> dict[str, Any]:
    why = checked_reason(reason)
    keep, gone = _both(club, keep_id, gone_id)
    moment = now()
    points, credit = pour_wallets(club, gone.holder, keep.holder, "merge", gone.id, moment)
    _move_tier_points(club, keep.id, gone.id, moment)
    merge_counters(club.id, (gone.id, gone.holder), (keep.id, keep.holder))
    mark_merged(gone.id, keep.id)
    payload = {"member": keep.id, "merged": gone.id, "points": points, "credit": credit}
    append_events([NewEvent(club.id, "member.merged", payload, moment)])
    thing, other = (member_thing(m.id, m.name, m.mobile, None) for m in (keep, gone))
    record_audit(
        club.id, actor.label, "member.merged", thing, after={"merged": other.label}, reason=why
    )
    return {"member_id": keep.id, "merged_id": gone.id, "points": points, "credit": credit}


def _both(club: ClubContext, keep_id: int, gone_id: int) -> tuple[FoundMember, FoundMember]:
    refs = [("id", str(keep_id)), ("id", str(gone_id))]
    found = find_members(club.id, refs)
    if len(found) < len(set(refs)):
        raise UnknownMember
    keep, gone = found[refs[0]], found[refs[1]]
    # Who was merged before is found as somebody else.
    if keep.id == gone.id or (keep.id, gone.id) != (keep_id, gone_id):
        raise CannotMerge
    if gone.holder != gone.id:
        raise AlreadyInHousehold
    return keep, gone


def _move_tier_points(club: ClubContext, keep_id: int, gone_id: int, at: datetime) -> None:
    """What counted for the tier of the one counts for the other, on the same days."""
    days = tier_points_by_day(gone_id)
    revision = live_program(club.id).revision_id
    numbers = iter(next_ids("program_decision", 2 * len(days)))
    insert_decisions(
        [
            NewDecision(
                id=next(numbers),
                club_id=club.id,
                member_id=member_id,
                revision_id=revision,
                trigger="merge",
                points=0,
                parts=[Part("", "merge", 0, {"with": other_id})],
                effective_at=at,
                tier_at=tier_at,
                tier_points=sign * points,
            )
            for tier_at, points in days
            for member_id, other_id, sign in ((keep_id, gone_id, 1), (gone_id, keep_id, -1))
        ]
    )
