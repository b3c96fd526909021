"""A member's standing: points, their dates, tier, and what is missing to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import wallet_of
from vafa.core.clock import now
from vafa.ledger.actions.wallets import read_wallets
from vafa.ledger.rules.planning import Plan
from vafa.ledger.rules.state import LotState
from vafa.program.reads.facts import TierWindow, tier_points
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import Tier
from vafa.program.rules.terms import tier_window_start
from vafa.program.rules.tiers import next_tier, tier_for


@dataclass(frozen=True, slots=True)
class Standing:
    """``available`` is what she may spend (negative when she owes), ``held`` what is set aside for
    something she is about to get; ``expiring`` and
    ``maturing`` are (moment, points), soonest first; ``missing`` points to ``next_tier``;
    ``worth`` is what the available points pay on a bill, in the smallest currency unit; ``credit``
    is the credit that she may spend, ``credit_held`` what of it is set aside, in the same unit."""

    available: int
    pending: int
    held: int
    worth: int
    expiring: list[tuple[datetime, int]]
    maturing: list[tuple[datetime, int]]
    tier: Tier | None
    next_tier: Tier | None
    tier_points: int
    missing: int
    credit: int
    credit_held: int


def standing(club: ClubContext, member_id: int) -> Standing:
    """The member's standing now."""
    moment = now()
    program = live_program(club.id).program
    holder = wallet_of(member_id).holder
    wallet, credit = (club.points_unit_id, holder), (club.credit_unit_id, holder)
    both = [wallet, credit]
    plan = read_wallets(club.book_id, both, with_lots=both, at=moment).plan
    earned = tier_points_now(club, [member_id])[member_id]
    above = next_tier(program, earned)
    usable = _usable(plan, wallet, moment)
    available = sum(lot.remaining for lot in usable) + plan.balance(*wallet, "debt")
    own_credit = sum(lot.remaining for lot in _usable(plan, credit, moment))
    return Standing(
        available=available,
        pending=plan.balance(*wallet, "pending"),
        held=plan.balance(*wallet, "held"),
        worth=max(available, 0) * program.terms.worth,
        expiring=_by_moment(
            [(lot.due_at, lot.remaining) for lot in usable if lot.due_at is not None]
        ),
        maturing=_by_moment(
            [
                (lot.matures_at, lot.remaining)
                for lot in plan.open_lots(*wallet, "pending")
                if lot.matures_at is not None
            ]
        ),
        tier=tier_for(program, earned),
        next_tier=above,
        tier_points=earned,
        missing=above.from_points - earned if above else 0,
        credit=own_credit + plan.balance(*credit, "debt"),
        credit_held=plan.balance(*credit, "held"),
    )


def _usable(plan: Plan, wallet: tuple[int, int], at: datetime) -> list[LotState]:
    """What has expired since the last upkeep is no longer hers to spend."""
    return [lot for lot in plan.open_lots(*wallet, "available") if lot.pays(at)]


def tier_points_now(club: ClubContext, member_ids: Sequence[int]) -> dict[int, int]:
    """Points earned in the last 12 months by each member, in one statement."""
    moment = now()
    since = tier_window_start(club.local_date(moment), club.calendar, club.zone)
    windows = [TierWindow(member_id, since, moment) for member_id in member_ids]
    return dict(zip(member_ids, tier_points(windows), strict=True))


def _by_moment(pairs: Sequence[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    sums: dict[datetime, int] = {}
    for moment, points in pairs:
        sums[moment] = sums.get(moment, 0) + points
    return sorted(sums.items())
