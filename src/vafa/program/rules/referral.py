"""Which invitation is worth a reward: pure, from what is known of both when it is judged."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, NamedTuple

from vafa.program.rules.document import PointTerms, Program, ReferralTerms
from vafa.program.rules.earning import Decided, Part

# What stands in a referral: why nobody gets anything, why only the friend does, and "returned"
# of one whose purchase came back and which waits for another.
Reason = Literal[
    "",
    "self",
    "ring",
    "household",
    "device",
    "card",
    "closed",
    "too_late",
    "returned",
    "a_month",
    "in_all",
]


class ReferralFacts(NamedTuple):
    """Both as they are now: merged members are who they became.

    ``chain``: who invited the one who invites, who invited that one, and so on. ``is_same_device``:
    she joined in a browser of his, or of another whom he invited; ``is_same_card``: she pays with
    a bank card of such a one. ``this_month`` and ``ever``: how many of his were rewarded so far.
    """

    inviter: int
    friend: int
    chain: Collection[int] = ()
    inviter_household: int | None = None
    friend_household: int | None = None
    is_same_device: bool = False
    is_same_card: bool = False
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
    if facts.is_same_card:
        return "card"
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


def reward_of(terms: ReferralTerms, side: str) -> Decided:
    """What an invitation that counts brings the one who invited ("inviting"), or the friend
    ("invited")."""
    points = terms.inviter_points if side == "inviting" else terms.friend_points
    return Decided(points, [Part("", "referral", points, {"side": side})], [])


def window_of(program: Program) -> PointTerms:
    """The terms of points with the window that both sides' points wait for: that of purchases, or
    ``waits_days`` where purchases have none."""
    terms = program.terms
    if terms.waits:
        return terms
    return terms.model_copy(update={"pending_days": program.referral.waits_days})


def keeps_after_return(side: str, *, in_time: bool) -> bool:
    """Whether a side ("inviting", "invited") keeps its points when the friend's purchase came back.

    In the return window neither does. After it the friend gives hers back, as all that her purchase
    had brought; who invited her has done his part, and can no longer help it.
    """
    return side == "inviting" and not in_time
