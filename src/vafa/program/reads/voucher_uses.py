"""What vouchers took off bills, and what became of a code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from vafa.core.db import fetch


class BillUse(NamedTuple):
    """A voucher on a bill: ``amount`` off in all, ``shares`` are (line, amount)."""

    purchase_id: int
    code: str
    kind: str
    amount: int
    shares: list[tuple[int, int]]
    member_id: int | None


class CodeState(NamedTuple):
    """One thing that happened to a code: ``what`` is made, given, bill, counter, given_back,
    cancelled or expired; ``actor`` a label or ""."""

    at: datetime
    what: str
    amount: int
    purchase_id: int | None
    member_id: int | None
    actor: str


def uses_on(purchase_ids: Sequence[int]) -> list[BillUse]:
    """The vouchers that paid on these bills, in the order of their codes."""
    rows = fetch(
        "SELECT u.purchase_id, v.code, v.kind, u.amount, u.shares, u.member_id"
        " FROM program_voucheruse u JOIN program_voucher v ON v.id = u.voucher_id"
        " WHERE u.purchase_id = ANY(%s) AND u.purpose = 'bill' ORDER BY u.purchase_id, v.id",
        [list(purchase_ids)],
    )
    return [
        BillUse(purchase, code, kind, amount, _json(shares) or [], member)
        for purchase, code, kind, amount, shares, member in rows
    ]


def states_of(voucher_id: int) -> list[CodeState]:
    """Everything that happened to a voucher, in order."""
    rows = fetch(
        "SELECT v.created_at, 'made', 0, NULL::bigint, NULL::bigint, coalesce(s.actor, ''), 0"
        " FROM program_voucher v LEFT JOIN program_voucherseries s ON s.id = v.series_id"
        " WHERE v.id = %s UNION ALL"
        " SELECT coalesce(v.given_at, v.created_at), 'given', 0, NULL, v.member_id, '', 0"
        " FROM program_voucher v WHERE v.id = %s AND v.member_id IS NOT NULL UNION ALL"
        " SELECT u.used_at, u.purpose, u.amount, u.purchase_id, u.member_id, u.actor, u.number"
        " FROM program_voucheruse u WHERE u.voucher_id = %s UNION ALL"
        " SELECT s.cancelled_at, 'cancelled', 0, NULL, NULL, '', 2147483647"
        " FROM program_voucher v JOIN program_voucherseries s ON s.id = v.series_id"
        " WHERE v.id = %s AND s.cancelled_at IS NOT NULL ORDER BY 7, 1, 2 DESC",
        [voucher_id] * 4,
    )
    return [CodeState(*row[:6]) for row in rows]


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str) else value
