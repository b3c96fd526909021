"""Which invitation is worth a reward: pure, from what is known of both when it is judged."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, NamedTuple

from vafa.program.rules.document import ReferralTerms

Reason = Literal[
    "", "self", "ring", "household", "device", "closed", "too_late", "a_month", "in_all"
]


class ReferralFacts(NamedTuple):
    """Both as they are now: merged members are who they became.

    ``chain``: who invited the one who invites, who invited that one, and so on. ``is_same_device``:
    she joined in a browser of his, or of another whom he invited. ``this_month`` and ``ever``: how
    many of his were rewarded so far.
    """

    inviter: int
    friend: int
    chain: Collection[int] = ()
    inviter_household: int | None = None
    friend_household: int | None = None
    is_same_device: bool = False
    is_inviter_active: bool = True
    this_month: int = 0
    ever: int = 0


def refusal(facts: ReferralFacts) -> Reason:
    """Why nobody is rewarded; "" where nothing speaks against it."""
    if facts.inviter == facts.friend:
        return "self"
    if facts.friend in facts.chain:
        return "ring"
    if facts.inviter_household is not None and facts.inviter_household == facts.friend_household:
        return "household"
    if facts.is_same_device:
        return "device"
    return ""


def withheld(terms: ReferralTerms, facts: ReferralFacts) -> Reason:
    """Why the one who invited gets nothing although her friend does; "" for no reason."""
    if not facts.is_inviter_active:
        return "closed"
    if facts.ever >= terms.in_all:
        return "in_all"
    if facts.this_month >= terms.a_month:
        return "a_month"
    return ""
