"""What a member's purchases are usually like."""

from __future__ import annotations

from statistics import median
from typing import NamedTuple

from vafa.club.reads.members import WITH_MERGED
from vafa.commerce.reads.undone_imports import counted_purchases
from vafa.core.db import fetch

_LAST = 10


class Usual(NamedTuple):
    """Where and how she bought last, and the middle of her last bills in the smallest units, its first two
    digits kept: nobody is told that she will spend 1,234,567."""

    branch_id: int
    branch: str
    merchant_id: int
    channel: str
    payment: str
    total: int


def usual_purchase(member_id: int) -> Usual | None:
    """The last ten bills of a member and of those who became her; None for who never bought, or
    whose branch is closed."""
    rows = fetch(
        "SELECT p.branch_id, b.name, b.merchant_id, p.channel, p.payment, p.total, b.is_active"
        " FROM (SELECT * FROM commerce_purchase"
        f" WHERE member_id = ANY({WITH_MERGED})"
        f" AND {counted_purchases()} ORDER BY purchased_at DESC LIMIT %s) p"
        " JOIN club_branch b ON b.id = p.branch_id ORDER BY p.purchased_at DESC, p.id DESC",
        [member_id, member_id, _LAST],
    )
    if not rows or not rows[0][6]:
        return None
    total = int(median(row[5] for row in rows))
    step = 10 ** max(len(str(total)) - 2, 0)
    branch_id, branch, merchant_id, channel, payment = rows[0][:5]
    return Usual(branch_id, branch, merchant_id, channel, payment, total // step * step)
