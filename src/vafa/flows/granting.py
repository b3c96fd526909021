"""Give a member what a happening of hers earned, and how she stands then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.ids import next_id
from vafa.ledger.actions.writing import Wallets
from vafa.ledger.rules.planning import Plan
from vafa.ledger.rules.state import Ref
from vafa.program.actions.decisions import NewDecision
from vafa.program.reads.revisions import LiveProgram
from vafa.program.rules.document import Program
from vafa.program.rules.earning import Decided
from vafa.program.rules.inputs import Inputs
from vafa.program.rules.terms import lot_terms


class Stand(NamedTuple):
    """Points of a wallet as the answers say them: what can be spent (negative: owed), what waits."""

    available: int
    pending: int

    def less(self, other: Stand) -> Stand:
        """What came since ``other``."""
        return Stand(self.available - other.available, self.pending - other.pending)

    def plus(self, other: Stand) -> Stand:
        """Both together."""
        return Stand(self.available + other.available, self.pending + other.pending)

    def add_to(self, balance: dict[str, int]) -> None:
        """Add it to the balance of an answer."""
        balance["available"] += self.available
        balance["pending"] += self.pending


NOTHING_MOVED = Stand(0, 0)


def points_of(plan: Plan, club: ClubContext, holder: int) -> Stand:
    """How the wallet stands in a plan."""
    unit = club.points_unit_id
    usable = plan.balance(unit, holder, "available") + plan.balance(unit, holder, "debt")
    return Stand(usable, plan.balance(unit, holder, "pending"))


def balance_of(plan: Plan, club: ClubContext, holder: int) -> dict[str, int]:
    """How the wallet stands, for an answer: with what is held of it, where something is."""
    held = plan.balance(club.points_unit_id, holder, "held")
    return points_of(plan, club, holder)._asdict() | ({"held": held} if held else {})


def grant(
    wallets: Wallets,
    club: ClubContext,
    live: LiveProgram,
    *,
    trigger: str,
    member_id: int,
    holder: int,
    decided: Decided,
    inputs: Inputs,
    at: datetime,
    purchase_id: int | None = None,
    counted: Sequence[tuple[int, int, int]] = (),
    waits_from: datetime | None = None,
    bought_at: datetime | None = None,
) -> NewDecision:
    """Plan the value of ``decided`` (made from ``inputs``) into the wallet ``holder``, as of ``at``,
    and return the decision to store. It is available at once, or waits for the return window of
    the purchase that brought it: ``waits_from`` and ``bought_at`` as ``lot_terms``. The wallet must
    be locked."""
    decision = NewDecision(
        id=next_id("program_decision"),
        club_id=club.id,
        member_id=member_id,
        revision_id=live.revision_id,
        trigger=trigger,
        points=decided.points,
        credit=decided.credit,
        parts=decided.parts,
        effective_at=at,
        tier_at=at,
        tier_points=decided.tier_points,
        purchase_id=purchase_id,
        counted=counted,
        inputs=inputs,
    )
    earn(
        wallets.plan,
        club,
        live.program,
        holder,
        decided,
        Ref("decision", decision.id, at),
        waits_from=waits_from,
        bought_at=bought_at,
    )
    return decision


def earning_wallets(
    club: ClubContext, units: Collection[str], holders: Iterable[int]
) -> set[tuple[int, int]]:
    """The wallets into which rules that give ``units`` may put something: (unit, holder)."""
    needed = [club.points_unit_id, *([club.credit_unit_id] if "credit" in units else [])]
    return {(unit, holder) for holder in holders for unit in needed}


def earn(
    plan: Plan,
    club: ClubContext,
    program: Program,
    holder: int,
    decided: Decided,
    ref: Ref,
    *,
    waits_from: datetime | None = None,
    bought_at: datetime | None = None,
) -> None:
    """Plan the points and the credit of ``decided`` into a wallet; ``waits_from`` and ``bought_at``
    as ``lot_terms``."""
    for unit, amount, terms in (
        (club.points_unit_id, decided.points, program.terms),
        (club.credit_unit_id, decided.credit, program.credit),
    ):
        if amount:
            lot = lot_terms(
                terms, ref.effective_at, club.dates, waits_from=waits_from, bought_at=bought_at
            )
            plan.earn(unit, holder, amount, lot, ref)
