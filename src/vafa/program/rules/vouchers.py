"""Whether and for how much a voucher serves a bill: pure."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from vafa.program.errors import VoucherBasketTooSmall, VoucherUnusable


class VoucherFacts(Protocol):
    """What must be known of a voucher."""

    kind: str
    member_id: int | None
    value: int
    min_basket: int
    expires_at: datetime
    used: bool


def usable_amount(
    voucher: VoucherFacts | None, member_id: int | None, total: int, now: datetime
) -> int:
    """How much of a bill of ``total`` the voucher pays (smallest currency units).

    Raises VoucherUnusable (one answer for unknown, used, expired, another's, not for bills) and
    VoucherBasketTooSmall.
    """
    check_usable(voucher, member_id, now, kind="voucher")
    assert voucher is not None
    if total < voucher.min_basket:
        raise VoucherBasketTooSmall
    return min(voucher.value, total)


def check_usable(
    voucher: VoucherFacts | None, member_id: int | None, now: datetime, *, kind: str
) -> None:
    """Raise VoucherUnusable unless the voucher is of that kind, unused, in time, and hers."""
    if (
        voucher is None
        or voucher.used
        or voucher.kind != kind
        or voucher.expires_at <= now
        or voucher.member_id not in (None, member_id)
    ):
        raise VoucherUnusable
