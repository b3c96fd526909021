"""Who was warned that her tier is about to be lost, and has done nothing about it yet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.program.reads.tier_facts import single_facts
from vafa.program.reads.tier_segments import closed_tiers
from vafa.program.rules.document import Program
from vafa.program.rules.tiers import Outlook, outlook

_WARNED = (
    "SELECT DISTINCT w.member_id FROM program_tierwarning w"
    " JOIN club_member m ON m.id = w.member_id AND m.merged_into_id IS NULL"
    " WHERE w.club_id = %s AND w.loses_on > %s AND (%s::bigint[] IS NULL OR m.id = ANY(%s))"
)


def tier_risks(
    club: ClubContext, program: Program, at: datetime, *, among: Collection[int] | None = None
) -> dict[int, Outlook]:
    """Members (``among`` these, or all) whose loss lies within the days of warning at ``at``, each
    with her outlook; whoever has earned enough since she was warned is left out."""
    days = timedelta(days=program.tier_terms.warn_days)
    if not days:
        return {}
    day, wanted = club.local_date(at), None if among is None else list(among)
    rows = fetch(_WARNED, [club.id, day, wanted, wanted])
    facts = single_facts(club, program, [number for (number,) in rows], at)
    closed = closed_tiers(club, program, facts)
    found = {
        number: outlook(program, one, at, club.dates, closed[number])
        for number, one in facts.items()
    }
    return {
        number: seen
        for number, seen in found.items()
        if seen.keep_until is not None and seen.keep_until - day < days
    }
