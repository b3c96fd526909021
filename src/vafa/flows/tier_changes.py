"""Once a day: note whose tier has changed and why, and warn whoever is about to lose one.

A tier is a function of facts and the date; nothing here decides it. What is noted is history, for
members and staff to read and for others to act on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.core.verification import MOST_NAMED, Difference
from vafa.program.actions.tiers import (
    NewTierChange,
    NewTierWarning,
    insert_tier_changes,
    insert_tier_warnings,
    open_tier_run,
)
from vafa.program.models import TierRun
from vafa.program.reads.revisions import LiveProgram, live_program, published_program
from vafa.program.reads.tier_facts import single_facts
from vafa.program.reads.tier_history import (
    Moved,
    last_run,
    moved_members,
    undisturbed,
    warned_of,
)
from vafa.program.reads.tier_segments import closed_tiers
from vafa.program.reads.tiers import tiers_of
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.tier_terms import NO_TIER
from vafa.program.rules.tiers import outlook

_AT_ONCE = 2_000
TIER_CHECK = "the last change of a member's tier is what her facts say"


def note_tiers(club: ClubContext, *, at: datetime | None = None) -> int:
    """Note every change since the last time, and warn, by ``at`` (default now); returns how many
    changes.

    Does nothing where the club's day was looked at already, or while another call does it.
    Raises NoLiveProgram.
    """
    moment = at or now()
    live, day = live_program(club.id), club.local_date(moment)
    before = last_run(club.id)
    if before is not None and before.day >= day:
        return 0
    with transaction.atomic(durable=True):
        run = open_tier_run(club.id, live.revision_id, day, moment)
        if run is None:
            return 0
        moved = moved_members(club, live.program, moment)
        changes: list[NewTierChange] = []
        for part in _parts(moved):
            reasons = _reasons(club, live, before, part, moment)
            changes += [
                NewTierChange(run, club.id, *one, why)
                for one, why in zip(part, reasons, strict=True)
            ]
        insert_tier_changes(changes)
        append_events([_changed(change, moment) for change in changes])
        _warn(club, live.program, moment)
    return len(changes)


def tier_differences(club: ClubContext) -> list[Difference]:
    """Members whose tier at the last run is not the one that was noted by it: of those of whom
    nothing was written since, for what is written later may be dated earlier."""
    run = last_run(club.id)
    if run is None:
        return []
    program = published_program(run.revision_id)
    if program.tier_terms.basis == "attribute":
        return []  # An attribute is what it is now, and not what it was then.
    # Segments too: of two tiers for everybody one alone can be the highest that was reached.
    for_some = {tier.code for tier in program.tiers if tier.segment}
    moved = {
        one.member_id: one
        for one in moved_members(club, program, run.ran_at)
        if not {one.now, one.noted} & for_some
    }
    wrong = undisturbed(club, run, list(moved))[:MOST_NAMED]
    return [
        Difference(TIER_CHECK, f"member {number}", moved[number].now, moved[number].noted)
        for number in wrong
    ]


def _parts(moved: Sequence[Moved]) -> list[Sequence[Moved]]:
    return [moved[n : n + _AT_ONCE] for n in range(0, len(moved), _AT_ONCE)]


def _reasons(
    club: ClubContext,
    live: LiveProgram,
    before: TierRun | None,
    moved: Sequence[Moved],
    at: datetime,
) -> list[str]:
    """Why each tier is another than the one that was noted."""
    ids = [one.member_id for one in moved]
    then: dict[int, Tier | None] = {}
    by_old: dict[int, Tier | None] = {}
    if before is not None:
        then = tiers_of(club, live.program, ids, before.ran_at)
        if before.revision_id != live.revision_id:
            by_old = tiers_of(club, published_program(before.revision_id), ids, at)
    closed = closed_tiers(club, live.program, ids)
    found = []
    for member_id, noted, code in moved:
        why = "risen" if _level(live.program, code) > _level(live.program, noted) else "fallen"
        if member_id in by_old and _code(by_old[member_id]) == noted:
            why = "new_terms"
        elif noted in closed[member_id]:
            why = "segment"
        elif why == "fallen" and member_id in then and _code(then[member_id]) != noted:
            # By today's facts she had lost it then already: something was undone meanwhile.
            why = "taken_back"
        found.append(why)
    return found


def _changed(change: NewTierChange, at: datetime) -> NewEvent:
    payload = {
        "member": change.member_id,
        "before": change.before,
        "after": change.after,
        "why": change.why,
    }
    return NewEvent(change.club_id, "tier.changed", payload, at)


def _warn(club: ClubContext, program: Program, at: datetime) -> None:
    """Tell of each loss once: an event for whoever writes to members."""
    days = program.tier_terms.warn_days
    if not days:
        return
    ahead = moved_members(club, program, at + timedelta(days=days))
    falling = [m for m in ahead if _level(program, m.now) < _level(program, m.noted)]
    for part in _parts(falling):
        facts = single_facts(club, program, [m.member_id for m in part], at)
        told, closed = warned_of(facts), closed_tiers(club, program, facts)
        warnings = []
        for member_id, found in facts.items():
            seen = outlook(program, found, at, club.dates, closed[member_id])
            if seen.tier is None or seen.keep_until is None:
                continue
            loses_on = seen.keep_until + timedelta(days=1)
            if (member_id, seen.tier.code, loses_on) not in told:
                falls_to = _code(seen.falls_to)
                warnings.append(
                    NewTierWarning(club.id, member_id, seen.tier.code, falls_to, loses_on)
                )
        insert_tier_warnings(warnings)
        append_events([_at_risk(warning, at) for warning in warnings])


def _at_risk(warning: NewTierWarning, at: datetime) -> NewEvent:
    payload = {
        "member": warning.member_id,
        "tier": warning.tier,
        "falls_to": warning.falls_to,
        "loses_on": warning.loses_on.isoformat(),
    }
    return NewEvent(warning.club_id, "tier.at_risk", payload, at)


def _code(tier: Tier | None) -> str:
    return tier.code if tier else NO_TIER


def _level(program: Program, code: str) -> int:
    """Of a code that is no longer there: below all."""
    codes = [tier.code for tier in program.tiers]
    return codes.index(code) + 1 if code in codes else 0
