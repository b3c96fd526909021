"""Take a reward out of stock and write what was redeemed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from vafa.club.reads.context import ClubContext
from vafa.core.db import execute
from vafa.program.actions.series import take_code
from vafa.program.actions.vouchers import new_code
from vafa.program.errors import CodesGone, RewardUnavailable
from vafa.program.models import Redemption, Reward, Voucher


def take_reward(club_id: int, reward_id: int) -> Reward:
    """One of the reward, locked and counted off its stock by the database. Raises
    RewardUnavailable."""
    taken = execute(
        "UPDATE program_reward SET stock = stock - 1 WHERE id = %s AND club_id = %s AND is_active"
        " AND (stock IS NULL OR stock > 0)",
        [reward_id, club_id],
    )
    if not taken:
        raise RewardUnavailable
    return Reward.objects.get(pk=reward_id)


def put_back(reward_ids: Sequence[int]) -> None:
    """Count one of each reward (repeated as often as it comes back) onto its stock again."""
    execute(
        "UPDATE program_reward r SET stock = stock + w.n FROM (SELECT id, count(*) AS n"
        " FROM unnest(%s::bigint[]) AS id GROUP BY id) w WHERE w.id = r.id AND stock IS NOT NULL",
        [list(reward_ids)],
    )


def write_redemption(
    club: ClubContext,
    member_id: int,
    reward: Reward,
    decision_id: int,
    *,
    actor: str,
    at: datetime,
    until: datetime | None = None,
) -> tuple[Redemption, Voucher]:
    """The redemption with its personal voucher, valid to the end of its last day; of a partner
    the next code of its list. ``until``: of chances, the moment of the draw. Raises CodesGone."""
    voucher = (
        _partners_code(reward, member_id, at)
        if reward.kind == "partner"
        else Voucher.objects.create(
            club_id=club.id,
            member_id=member_id,
            reward=reward,
            code=new_code(),
            kind=reward.kind,
            value=reward.value,
            min_basket=reward.min_basket,
            max_uses=None if reward.kind == "gift" else reward.max_uses,
            terms=reward.terms,
            created_at=at,
            expires_at=until
            or club.day_end(club.local_date(at) + timedelta(days=reward.valid_days)),
        )
    )
    redemption = Redemption.objects.create(
        club_id=club.id,
        member_id=member_id,
        reward=reward,
        decision_id=decision_id,
        voucher=voucher,
        points=reward.points,
        actor=actor,
        redeemed_at=at,
    )
    return redemption, voucher


def _partners_code(reward: Reward, member_id: int, at: datetime) -> Voucher:
    series = reward.series
    is_over = series is None or series.cancelled_at is not None or series.expires_at <= at
    taken = None if is_over or series is None else take_code(series.pk, member_id, at)
    if taken is None:
        raise CodesGone
    return Voucher.objects.get(pk=taken[0])
