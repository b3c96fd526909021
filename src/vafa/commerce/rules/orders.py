"""How an order goes on, and what its lines come to. Pure."""

from __future__ import annotations

from collections.abc import Mapping

KINDS = ("sale", "fee")
STATES = ("draft", "placed", "registering", "registered", "delivered", "closed", "cancelled")
# What staff may do next. A sale is registered by way of "registering", which the purchase ends.
_NEXT: Mapping[str, tuple[str, ...]] = {
    "draft": ("placed", "cancelled"),
    "placed": ("draft", "registering", "cancelled"),
    "registering": ("placed", "registered"),
    "registered": ("delivered", "closed"),
    "delivered": ("closed",),
}


def may_follow(state: str, after: str, kind: str = "sale") -> bool:
    """Whether an order of ``kind`` in ``state`` may come to ``after``. A fee that was paid is given
    back by cancelling it; a sale by a return of its purchase."""
    if kind == "fee" and state == "closed":
        return after == "cancelled"
    return after in _NEXT.get(state, ())


def line_amount(price: int, quantity: int) -> int:
    """What a line comes to: ``price`` of one (smallest units) times ``quantity`` (thousandths),
    half a unit rounded up."""
    return (price * quantity + 500) // 1000
