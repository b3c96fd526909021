"""Whether a voucher serves a member now, and for how much of a bill: pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from vafa.program.errors import VoucherBasketTooSmall, VoucherNotForThis, VoucherUnusable
from vafa.program.rules.best_total import Applied, best_total
from vafa.program.rules.offers import ON_BILLS, Basket, Offer, OfferTerms, fits


class VoucherFacts(Protocol):
    """What must be known of a voucher; ``left``: money that it is worth or still has."""

    code: str
    kind: str
    member_id: int | None
    min_basket: int
    starts_at: datetime | None
    expires_at: datetime
    terms: OfferTerms

    @property
    def used(self) -> bool: ...

    @property
    def left(self) -> int: ...

    def used_by(self, member_id: int | None) -> int: ...


def usable_on(
    vouchers: Sequence[VoucherFacts | None], member_id: int | None, basket: Basket, now: datetime
) -> list[Applied]:
    """What these vouchers take off a bill together, at best (see ``best_total``).

    Raises VoucherUnusable (one answer for unknown, used, expired, another's, not for bills),
    VoucherBasketTooSmall and VoucherNotForThis (its branch, channel or products), for the first
    of them that cannot be used.
    """
    offers = []
    for voucher in vouchers:
        check_usable(voucher, member_id, now, kinds=ON_BILLS)
        assert voucher is not None
        if basket.total < voucher.min_basket:
            raise VoucherBasketTooSmall
        offer = offer_of(voucher)
        if not fits(offer, basket):
            raise VoucherNotForThis
        offers.append(offer)
    return best_total(basket, offers)


def offer_of(voucher: VoucherFacts) -> Offer:
    """What the voucher gives now."""
    return Offer(
        voucher.code,
        voucher.kind,
        voucher.left,
        voucher.min_basket,
        voucher.expires_at,
        voucher.terms,
    )


def check_usable(
    voucher: VoucherFacts | None,
    member_id: int | None,
    now: datetime,
    *,
    kinds: Collection[str],
) -> None:
    """Raise VoucherUnusable unless the voucher is of such a kind, not used up, in time, hers,
    and not used too often by her."""
    if (
        voucher is None
        or voucher.used
        or voucher.kind not in kinds
        or voucher.expires_at <= now
        or (voucher.starts_at is not None and voucher.starts_at > now)
        or voucher.member_id not in (None, member_id)
    ):
        raise VoucherUnusable
    most = voucher.terms.per_member
    if most is not None and (member_id is None or voucher.used_by(member_id) >= most):
        raise VoucherUnusable
