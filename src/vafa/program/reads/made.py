"""What was made under a key long ago, read again from the facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from vafa.core.db import fetch

Made = dict[str, Any]
_PURCHASE = (
    "purchase_id",
    "receipt_no",
    "member_id",
    "total",
    "paid_by_points",
    "discount",
    "points_paid",
    "paid_by_credit",
    "points",
    "credit",
    "revision_id",
    "parts",
)
_RETURN = (
    "return_id",
    "receipt_no",
    "purchase_id",
    "member_id",
    "total",
    "points_taken",
    "credit_taken",
    "points_given_back",
    "credit_given_back",
)
_REDEMPTION = (
    "redemption_id",
    "reward_id",
    "member_id",
    "points",
    "voucher_code",
    "kind",
    "value",
    "min_basket",
    "expires_at",
)
_RESERVATION = ("reservation_id", "member_id", "branch_id", "expires_at", "voucher_code")


def made_again(club_id: int, made: Sequence[tuple[str, Made]]) -> list[Made]:
    """The answers of operations, (name, what it made) each, as far as the facts still tell them.

    Balances and standings of that moment are not told again. One statement for each kind of
    operation; of operations that have no facts to read, the numbers of what they made.
    """
    answers = [dict(numbers) for _, numbers in made]
    for operation, (number, read) in _READS.items():
        mine = [n for n, (name, _) in enumerate(made) if name == operation]
        if not mine:
            continue
        found = read(club_id, [made[n][1][number] for n in mine])
        for n in mine:
            answers[n] |= found.get(made[n][1][number], {})
    return answers


def _purchases(club_id: int, numbers: list[int]) -> dict[int, Made]:
    rows = fetch(
        "SELECT p.id, p.receipt_no, p.member_id, p.total, p.paid_by_points, p.discount,"
        " coalesce(-pay.points, 0)::bigint, p.paid_by_credit, coalesce(earn.points, 0)::bigint,"
        " coalesce(earn.credit, 0)::bigint, coalesce(earn.revision_id, pay.revision_id),"
        " coalesce(earn.parts, '[]')"
        " FROM commerce_purchase p"
        " LEFT JOIN program_decision pay ON pay.purchase_id = p.id AND pay.trigger = 'pay'"
        " LEFT JOIN program_decision earn ON earn.purchase_id = p.id AND earn.trigger = 'purchase'"
        " WHERE p.club_id = %s AND p.id = ANY(%s)",
        [club_id, numbers],
    )
    return {r[0]: dict(zip(_PURCHASE, (*r[:11], _json(r[11])), strict=True)) for r in rows}


def _returns(club_id: int, numbers: list[int]) -> dict[int, Made]:
    rows = fetch(
        "SELECT r.id, r.receipt_no, r.purchase_id, r.member_id, r.total,"
        " coalesce(-sum(d.points) FILTER (WHERE d.trigger = 'return'), 0)::bigint,"
        " coalesce(-sum(d.credit) FILTER (WHERE d.trigger = 'return'), 0)::bigint,"
        " coalesce(sum(d.points) FILTER (WHERE d.trigger = 'give_back'), 0)::bigint,"
        " coalesce(sum(d.credit) FILTER (WHERE d.trigger = 'give_back'), 0)::bigint"
        " FROM commerce_return r LEFT JOIN program_decision d"
        " ON d.purchase_id = r.purchase_id AND d.undone_by_id = r.id"
        " WHERE r.club_id = %s AND r.id = ANY(%s) GROUP BY r.id",
        [club_id, numbers],
    )
    return {r[0]: dict(zip(_RETURN, r, strict=True)) for r in rows}


def _redemptions(club_id: int, numbers: list[int]) -> dict[int, Made]:
    rows = fetch(
        "SELECT r.id, r.reward_id, r.member_id, r.points, v.code, v.kind, v.value, v.min_basket,"
        " v.expires_at FROM program_redemption r JOIN program_voucher v ON v.id = r.voucher_id"
        " WHERE r.club_id = %s AND r.id = ANY(%s)",
        [club_id, numbers],
    )
    return {r[0]: dict(zip(_REDEMPTION, (*r[:8], r[8].isoformat()), strict=True)) for r in rows}


def _reservations(club_id: int, numbers: list[int]) -> dict[int, Made]:
    rows = fetch(
        "SELECT r.id, r.member_id, r.branch_id, r.expires_at,"
        " (SELECT v.code FROM program_voucher v WHERE v.id = r.voucher_id)"
        " FROM program_reservation r WHERE r.club_id = %s AND r.id = ANY(%s)",
        [club_id, numbers],
    )
    return {
        r[0]: dict(zip(_RESERVATION, (*r[:3], r[3].isoformat(), r[4]), strict=True)) for r in rows
    }


# By operation: what names the thing it made, and how to read many such things.
_READS: dict[str, tuple[str, Callable[[int, list[int]], dict[int, Made]]]] = {
    "purchase": ("purchase_id", _purchases),
    "return": ("return_id", _returns),
    "redeem": ("redemption_id", _redemptions),
    "reserve": ("reservation_id", _reservations),
    "capture": ("reservation_id", _reservations),
    "release": ("reservation_id", _reservations),
}


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str) else value
