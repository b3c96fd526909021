"""What was redeemed, as far as flows need it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vafa.core.db import fetch


class Redeemed(NamedTuple):
    id: int
    member_id: int
    decision_id: int
    revision_id: int
    points: int
    reward_id: int
    reward: str
    reward_en: str
    voucher_code: str


def newest_redemption(member_ids: Sequence[int]) -> int:
    """The number of the newest redemption of anything by these members; 0 for none."""
    rows = fetch(
        "SELECT coalesce(max(id), 0) FROM program_redemption WHERE member_id = ANY(%s)",
        [list(member_ids)],
    )
    return int(rows[0][0])


def latest_redemption(member_ids: Sequence[int], reward_id: int) -> int:
    """The number of the newest redemption of a reward by these members, given up or not; 0 for
    none."""
    rows = fetch(
        "SELECT coalesce(max(id), 0) FROM program_redemption"
        " WHERE member_id = ANY(%s) AND reward_id = %s",
        [list(member_ids), reward_id],
    )
    return int(rows[0][0])


def redemptions_of(
    club_id: int,
    *,
    ids: Sequence[int] = (),
    decisions: Sequence[int] = (),
    codes: Sequence[str] = (),
) -> list[Redeemed]:
    """The club's redemptions by number, decision or voucher code, in the order of decisions."""
    rows = fetch(
        "SELECT r.id, coalesce(m.merged_into_id, m.id), r.decision_id, d.revision_id, r.points, w.id, w.name, w.name_en,"
        " v.code FROM program_redemption r JOIN program_decision d ON d.id = r.decision_id"
        " JOIN club_member m ON m.id = r.member_id"
        " JOIN program_reward w ON w.id = r.reward_id JOIN program_voucher v ON v.id = r.voucher_id"
        " WHERE r.club_id = %s AND (r.id = ANY(%s) OR r.decision_id = ANY(%s) OR v.code = ANY(%s))"
        " ORDER BY r.decision_id",
        [club_id, list(ids), list(decisions), list(codes)],
    )
    return [Redeemed(*row) for row in rows]
