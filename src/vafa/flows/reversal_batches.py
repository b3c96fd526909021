"""Undo at once what many members were given: for joining, or as opening balances of a file.

The same reversals as ``reverse_transfer`` makes, one decision and one audit row each, by a fixed number
of statements for any number of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vafa.club.actions.audit import record_each, thing_of_member
from vafa.club.actor import Actor
from vafa.club.models import Member
from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import Wallet, wallets_of
from vafa.core.clock import now
from vafa.core.ids import next_id
from vafa.flows.entries import checked_reason
from vafa.flows.reversals import undo_within, undoing
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.reads.transfers import MadeTransfer, transfers_of
from vafa.ledger.rules.state import Ref
from vafa.program.actions.counters import lock_counters, write_draws
from vafa.program.actions.decisions import NewDecision, insert_decisions
from vafa.program.errors import NotReversible
from vafa.program.reads.reversible import Reversible, reversibles

# What has one side, and rests on no purchase.
_PLAIN = frozenset({"join", "opening"})


class TakenBack(NamedTuple):
    """What went back to the club: ``decisions`` are how many were undone."""

    decisions: int
    points: int
    credit: int


def reverse_given(
    club: ClubContext, decision_ids: Sequence[int], *, reason: str, actor: Actor
) -> TakenBack:
    """Undo these decisions as far as each is not undone yet; who had nothing left is passed over.

    Within a durable transaction, which may have to be run again (``retry_lost_race``). Raises
    ReasonMissing, NotReversible for anything but joinings and opening balances, LedgerFrozen.
    """
    why, moment = checked_reason(reason), now()
    asked = reversibles(club.id, decision_ids)
    if any(done.trigger not in _PLAIN for done in asked.values()):
        raise NotReversible
    people = wallets_of([done.member_id for done in asked.values()])
    units = (club.points_unit_id, club.credit_unit_id)
    wallets = [(unit, who.holder) for who in people.values() for unit in units]
    locked = lock_wallets(club.book_id, wallets, with_lots=wallets, at=moment)
    # Again, now that nothing can move.
    found = [one for _, one in sorted(reversibles(club.id, decision_ids).items())]
    left = [one for one in found if not one.reversed and (one.points_left or one.credit_left)]
    made = transfers_of("decision", [one.id for one in left])
    going_on = lock_counters(counter for one in left for counter, _, _ in one.drawn_back)
    decisions: list[NewDecision] = []
    for one in left:
        number, who = next_id("program_decision"), people[one.member_id]
        back = [(going_on[n], points, times) for n, points, times in one.drawn_back]
        decisions.append(undoing(club, one, who, number, why, moment, back))
        ref = Ref("decision", number, moment)
        undo_within(club, locked, one, made.get(one.id, []), who.holder, ref)
    insert_decisions(decisions)
    write_draws(drawn for decision in decisions for drawn in decision.counted)
    locked.write()
    _audit(club, left, made, people, why, actor)
    return TakenBack(
        len(left), sum(one.points_left for one in left), sum(one.credit_left for one in left)
    )


def _audit(
    club: ClubContext,
    left: Sequence[Reversible],
    made: dict[int, list[MadeTransfer]],
    people: dict[int, Wallet],
    why: str,
    actor: Actor,
) -> None:
    members = Member.objects.in_bulk({people[one.member_id].member_id for one in left})
    acts = [
        (
            thing_of_member(members[people[one.member_id].member_id]),
            {
                "transfer": made[one.id][0].id,
                "points": -one.points_left,
                "credit": -one.credit_left,
            },
        )
        for one in left
    ]
    record_each(club.id, actor.label, "transfer.reversed", acts, reason=why)
