"""Give a member what a happening of hers earned, where no purchase carries it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from vafa.club.reads.context import ClubContext
from vafa.core.ids import next_id
from vafa.ledger.actions.writing import Wallets
from vafa.ledger.rules.planning import Plan
from vafa.ledger.rules.state import Ref
from vafa.program.actions.decisions import NewDecision
from vafa.program.reads.revisions import LiveProgram
from vafa.program.rules.document import Program
from vafa.program.rules.earning import Decided
from vafa.program.rules.terms import lot_terms


def grant(
    wallets: Wallets,
    club: ClubContext,
    live: LiveProgram,
    *,
    trigger: str,
    member_id: int,
    holder: int,
    decided: Decided,
    at: datetime,
    purchase_id: int | None = None,
    counted: Sequence[tuple[int, int, int]] = (),
) -> NewDecision:
    """Plan the value of ``decided`` into the wallet ``holder``, as of ``at``, and return the decision
    to store; it is available at once. The wallet must be locked."""
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
    )
    earn(wallets.plan, club, live.program, holder, decided, Ref("decision", decision.id, at))
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
) -> None:
    """Plan the points and the credit of ``decided`` into a wallet; ``waits_from`` as ``lot_terms``."""
    for unit, amount, terms in (
        (club.points_unit_id, decided.points, program.terms),
        (club.credit_unit_id, decided.credit, program.credit),
    ):
        if amount:
            lot = lot_terms(terms, ref.effective_at, club.dates, waits_from=waits_from)
            plan.earn(unit, holder, amount, lot, ref)
