"""Which tier tier points reach. Pure."""

from __future__ import annotations

from vafa.program.rules.document import Program, Tier


def tier_for(program: Program, tier_points: int) -> Tier | None:
    """The highest tier that ``tier_points`` reach; None below all of them."""
    reached = None
    for tier in program.tiers:
        if tier.from_points <= tier_points:
            reached = tier
    return reached


def next_tier(program: Program, tier_points: int) -> Tier | None:
    """The tier above; None at the top."""
    return next((tier for tier in program.tiers if tier.from_points > tier_points), None)
