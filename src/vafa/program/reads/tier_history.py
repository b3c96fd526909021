"""Whose tier is another than what was noted last, and what was noted of a member."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from vafa.club.facet_types import Sql
from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.program.models import TierRun
from vafa.program.reads.tier_segments import closed_in
from vafa.program.reads.tier_sql import tier_rows
from vafa.program.rules.document import Program
from vafa.program.rules.tier_terms import NO_TIER
from vafa.program.rules.tiers import tier_for

_NEWEST = (
    "SELECT DISTINCT ON (c.member_id) c.member_id, c.after FROM program_tierchange c"
    " WHERE c.club_id = %s ORDER BY c.member_id, c.id DESC"
)
# Whatever was written so shortly before a run may not have been seen by it.
_MARGIN = "interval '10 minutes'"
_FRESH = f"""
    SELECT member_id FROM program_decision WHERE club_id = %(club)s
        AND recorded_at >= %(ran)s - {_MARGIN}
    UNION SELECT member_id FROM commerce_purchase WHERE club_id = %(club)s
        AND recorded_at >= %(ran)s - {_MARGIN} AND member_id IS NOT NULL
    UNION SELECT member_id FROM commerce_return WHERE club_id = %(club)s
        AND recorded_at >= %(ran)s - {_MARGIN} AND member_id IS NOT NULL
    UNION SELECT (payload ->> 'member')::bigint FROM core_event WHERE club_id = %(club)s
        AND name = 'member.merged' AND recorded_at >= %(ran)s - {_MARGIN}
"""


class Moved(NamedTuple):
    """A member whose tier is ``now`` and was noted as ``noted``; codes, "none" for no tier."""

    member_id: int
    noted: str
    now: str


class Noted(NamedTuple):
    """A line of a member's history: on ``day`` she had ``after`` instead of ``before``."""

    day: date
    before: str
    after: str
    why: str


def base_code(program: Program) -> str:
    """The tier of whoever has done nothing: what stands where nothing was noted."""
    tier = tier_for(program, 0, closed_in(program, ()))
    return tier.code if tier else NO_TIER


def last_run(club_id: int) -> TierRun | None:
    """The last time that the club's tiers were looked at."""
    return TierRun.objects.filter(club_id=club_id).order_by("-id").first()


def moved_members(club: ClubContext, program: Program, at: datetime) -> list[Moved]:
    """Everybody whose tier at ``at`` is not the one that was noted last, in one statement."""
    tiers = _every_tier(club, program, at)
    rows = fetch(
        f"SELECT t.id, coalesce(n.after, %s), t.tier FROM ({tiers.text}) t"
        f" LEFT JOIN ({_NEWEST}) n ON n.member_id = t.id"
        " WHERE t.tier <> coalesce(n.after, %s) ORDER BY t.id",
        [base_code(program), *tiers.params, club.id, base_code(program)],
    )
    return [Moved(*row) for row in rows]


def undisturbed(club: ClubContext, run: TierRun, member_ids: Sequence[int]) -> list[int]:
    """Those of the members of whom nothing was written since about the time of the run."""
    if not member_ids:
        return []
    rows = fetch(
        f"SELECT x FROM unnest(%(ids)s::bigint[]) x WHERE x NOT IN ({_FRESH})"
        f" AND x NOT IN (SELECT w.merged_into_id FROM club_member w JOIN ({_FRESH}) f"
        " ON f.member_id = w.id WHERE w.merged_into_id IS NOT NULL) ORDER BY x",
        {"ids": list(member_ids), "club": club.id, "ran": run.recorded_at},
    )
    return [number for (number,) in rows]


def tier_history(member_id: int, *, limit: int = 20) -> list[Noted]:
    """What was noted of a member, newest first."""
    rows = fetch(
        "SELECT r.day, c.before, c.after, c.why FROM program_tierchange c"
        " JOIN program_tierrun r ON r.id = c.run_id WHERE c.member_id = %s"
        " ORDER BY c.id DESC LIMIT %s",
        [member_id, limit],
    )
    return [Noted(*row) for row in rows]


def warned_of(member_ids: Collection[int]) -> set[tuple[int, str, date]]:
    """The warnings that these members have had: member, tier, the day of the loss."""
    rows = fetch(
        "SELECT member_id, tier, loses_on FROM program_tierwarning WHERE member_id = ANY(%s)",
        [list(member_ids)],
    )
    return {(member_id, tier, day) for member_id, tier, day in rows}


def _every_tier(club: ClubContext, program: Program, at: datetime) -> Sql:
    """A SELECT of ``id`` and ``tier`` of every member who is still herself."""
    rows = tier_rows(club, program, at)
    tier = rows.made.text.replace("{v}", f"coalesce(f.v, {rows.empty})")
    return Sql(
        f"SELECT m.id, {tier} AS tier FROM club_member m LEFT JOIN ("
        f"SELECT coalesce(w.merged_into_id, w.id) AS id, {rows.value.text} AS v"
        f" FROM {rows.source} JOIN club_member w ON w.id = {rows.member}"
        f" WHERE {rows.club} = %s AND w.club_id = %s AND {rows.where.text} GROUP BY 1"
        ") f ON f.id = m.id WHERE m.club_id = %s AND m.merged_into_id IS NULL",
        (*rows.made.params, *rows.value.params, club.id, club.id, *rows.where.params, club.id),
    )
