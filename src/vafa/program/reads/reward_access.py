"""Who may have a reward, and if not, why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vafa.audience.reads.members import is_in
from vafa.audience.reads.segments import segment_by_code
from vafa.club.facet_types import Said
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import with_merged
from vafa.core.db import fetch
from vafa.program.models import Reward
from vafa.program.reads.chance_access import why_no_chances
from vafa.program.reads.revisions import live_program
from vafa.program.reads.tiers import tiers_of


def reasons_against(
    club: ClubContext, rewards: Sequence[Reward], member_id: int, at: datetime
) -> dict[int, str]:
    """Why the member may not have some of these rewards now, by their numbers; those that she may
    have (as far as her points go) are left out.

    over, early (its dates), gone (none in stock, or not offered), taken (as often as one member
    may), tier, segment; of chances also what ``why_no_chances`` says.
    """
    found: dict[int, str] = {}
    tier = _tier_of(club, member_id, at) if any(reward.tiers for reward in rewards) else None
    taken = _taken(rewards, member_id)
    for reward in rewards:
        why = _by_itself(reward, at)
        if not why and reward.per_member is not None:
            why = "taken" if taken.get(reward.id, 0) >= reward.per_member else ""
        if not why and reward.tiers and tier not in reward.tiers:
            why = "tier"
        if not why and reward.segment:
            segment = segment_by_code(club.id, reward.segment)
            why = "" if is_in(club, segment, member_id, at) else "segment"
        if not why and reward.kind == "chances":
            why = why_no_chances(club, reward, member_id, at)
        if why:
            found[reward.id] = why
    return found


def segment_uses(club_id: int, code: str) -> list[Said]:
    """The rewards that only members of this segment may have."""
    rewards = Reward.objects.filter(club_id=club_id, segment=code).order_by("sort_key", "id")
    return [
        Said(f"جایزهٔ «{reward.name}»", f"the reward “{reward.name_en or reward.name}”")
        for reward in rewards
    ]


def _by_itself(reward: Reward, at: datetime) -> str:
    if reward.ends_at is not None and reward.ends_at <= at:
        return "over"
    if reward.starts_at is not None and reward.starts_at > at:
        return "early"
    return "" if reward.is_active and reward.stock != 0 else "gone"


def _tier_of(club: ClubContext, member_id: int, at: datetime) -> str | None:
    program = live_program(club.id).program
    tier = tiers_of(club, program, [member_id], at)[member_id]
    return tier.code if tier else None


def _taken(rewards: Sequence[Reward], member_id: int) -> dict[int, int]:
    """How often she has had each of those that say how often one may; given up ones do not
    count."""
    limited = [reward.id for reward in rewards if reward.per_member is not None]
    if not limited:
        return {}
    rows = fetch(
        "SELECT r.reward_id, count(*) FROM program_redemption r WHERE r.reward_id = ANY(%s)"
        " AND r.member_id = ANY(%s) AND NOT EXISTS (SELECT FROM program_voucheruse u"
        " WHERE u.voucher_id = r.voucher_id AND u.purpose IN ('cancelled', 'expired'))"
        " GROUP BY 1",
        [limited, with_merged(member_id)],
    )
    return dict(rows)
