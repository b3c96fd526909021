"""Which tier members have at a moment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from vafa.club.reads.context import ClubContext
from vafa.program.reads.tier_facts import TierAsk, tier_facts_query
from vafa.program.reads.tier_segments import closed_tiers
from vafa.program.rules.document import Program, Tier
from vafa.program.rules.tiers import tier_at


def tiers_at(club: ClubContext, program: Program, asks: Sequence[TierAsk]) -> list[Tier | None]:
    """The tier of each ask, in the same order, in one statement (and one more where tiers are for
    segments)."""
    found = tier_facts_query(club, program, asks).ask()
    closed = closed_tiers(club, program, {ask.member_id for ask in asks})
    return [
        tier_at(program, facts, ask.at, club.dates, closed[ask.member_id])
        for ask, facts in zip(asks, found, strict=True)
    ]


def tiers_of(
    club: ClubContext, program: Program, member_ids: Collection[int], at: datetime
) -> dict[int, Tier | None]:
    """The tier of each member at ``at``, in one statement."""
    ids = list(member_ids)
    return dict(
        zip(ids, tiers_at(club, program, [TierAsk(number, at) for number in ids]), strict=True)
    )
