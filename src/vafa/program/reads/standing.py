"""A member's standing: points, their dates, tier, and what is missing to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import wallet_of
from vafa.core.clock import now
from vafa.ledger.actions.wallets import read_wallets
from vafa.ledger.rules.planning import Plan
from vafa.ledger.rules.state import LotState
from vafa.program.reads.revisions import live_program
from vafa.program.reads.tier_facts import single_facts
from vafa.program.reads.tier_segments import closed_tiers
from vafa.program.rules.document import Tier
from vafa.program.rules.tiers import Outlook, outlook


@dataclass(frozen=True, slots=True)
class Standing:
    """``available`` is what she may spend (negative when she owes), ``held`` what is set aside for
    something she is about to get; ``expiring`` and
    ``maturing`` are (moment, points), soonest first; ``worth`` is what the available points pay on a bill, in the smallest currency unit; ``credit``
    is the credit that she may spend, ``credit_held`` what of it is set aside, in the same unit. ``outlook`` is of her
    tier; ``is_warned``: it is soon lost, and the club wants her to know."""

    available: int
    pending: int
    held: int
    worth: int
    expiring: list[tuple[datetime, int]]
    maturing: list[tuple[datetime, int]]
    credit: int
    credit_held: int
    outlook: Outlook
    is_warned: bool

    @property
    def tier(self) -> Tier | None:
        return self.outlook.tier

    @property
    def next_tier(self) -> Tier | None:
        return self.outlook.above


def standing(club: ClubContext, member_id: int) -> Standing:
    """The member's standing now."""
    moment = now()
    program = live_program(club.id).program
    holder = wallet_of(member_id).holder
    wallet, credit = (club.points_unit_id, holder), (club.credit_unit_id, holder)
    both = [wallet, credit]
    plan = read_wallets(club.book_id, both, with_lots=both, at=moment).plan
    ahead = outlook_of(club, member_id, moment)
    warned = timedelta(days=program.tier_terms.warn_days)
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
        credit=own_credit + plan.balance(*credit, "debt"),
        credit_held=plan.balance(*credit, "held"),
        outlook=ahead,
        is_warned=ahead.keep_until is not None
        and ahead.keep_until - club.local_date(moment) < warned,
    )


def outlook_of(club: ClubContext, member_id: int, at: datetime | None = None) -> Outlook:
    """What ``standing`` says of her tier, alone; ``at`` is now unless given."""
    moment, program = at or now(), live_program(club.id).program
    facts = single_facts(club, program, [member_id], moment)[member_id]
    closed = closed_tiers(club, program, [member_id])[member_id]
    return outlook(program, facts, moment, club.dates, closed)


def _usable(plan: Plan, wallet: tuple[int, int], at: datetime) -> list[LotState]:
    """What has expired since the last upkeep is no longer hers to spend."""
    return [lot for lot in plan.open_lots(*wallet, "available") if lot.pays(at)]


def _by_moment(pairs: Sequence[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    sums: dict[datetime, int] = {}
    for moment, points in pairs:
        sums[moment] = sums.get(moment, 0) + points
    return sorted(sums.items())
