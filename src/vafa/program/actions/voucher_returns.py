"""Fresh codes for vouchers whose bill came back, and which cannot simply go on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.db import dumps, execute, recordset
from vafa.program.actions.vouchers import new_codes


class Reissue(NamedTuple):
    """Another voucher like the one numbered ``voucher_id``, for one use (of a gift card: until
    it is empty), worth ``value``, until ``expires_at``."""

    voucher_id: int
    value: int
    expires_at: datetime


_WANTED = (
    ("voucher_id", "bigint"),
    ("value", "bigint"),
    ("expires_at", "timestamptz"),
    ("code", "text"),
)
_INSERT = (
    "INSERT INTO program_voucher (club_id, member_id, reward_id, series_id, code, kind, value,"
    " min_basket, max_uses, terms, starts_at, expires_at, given_at) SELECT v.club_id, v.member_id,"
    " v.reward_id, NULL, w.code, v.kind, w.value, v.min_basket,"
    " CASE WHEN v.kind = 'gift' THEN v.max_uses ELSE 1 END, coalesce(v.terms, s.terms), NULL,"
    " w.expires_at, NULL FROM {wanted} JOIN program_voucher v ON v.id = w.voucher_id"
    " AND v.club_id = %s LEFT JOIN program_voucherseries s ON s.id = v.series_id"
)


def reissue(club_id: int, wanted: Sequence[Reissue]) -> list[str]:
    """Make these vouchers in one statement, each as personal as the old one; their codes in the
    same order."""
    if not wanted:
        return []
    codes = new_codes(len(wanted))
    rows = [(*one, code) for one, code in zip(wanted, codes, strict=True)]
    execute(
        _INSERT.format(wanted=recordset(_WANTED, "w")), [dumps(rows), club_id], expect=len(rows)
    )
    return codes
