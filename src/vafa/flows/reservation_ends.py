"""How a reservation ends: spent, given back, or out of time. Each ends once, and that is final.

Many end in one transaction, as many requests of the same moment do. Everything about an entry is
checked before anything of it is planned, so that one that is refused leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import transaction

from vafa.club.actor import Actor
from vafa.club.reads.context import ClubContext
from vafa.core.db import ask_together, together
from vafa.core.events import append_events
from vafa.core.idempotency import LostRace, retry_lost_race
from vafa.flows.reservation_work import reservation_event
from vafa.ledger.actions.wallets import Wallet, accounts_query, lock_wallets
from vafa.ledger.actions.writing import Wallets
from vafa.ledger.reads.holds import holds_for, holds_query
from vafa.ledger.reads.lots import taken_by
from vafa.ledger.rules.holds import release
from vafa.ledger.rules.state import HoldState, Ref, Taken
from vafa.program.actions.reservations import (
    OpenReservation,
    Place,
    end_reservations,
    places_query,
    reservations_query,
)
from vafa.program.actions.vouchers import LockedVoucher, voucher_queries
from vafa.program.errors import ReservationResolved, UnknownReservation


@dataclass(slots=True)
class Locked:
    """Reservations, locked with all that ends with them.

    ``holds`` are those still open, by reservation; ``paid`` those of points that a reserved
    voucher cost, by the redemption's decision; ``taken`` what a hold took of which lots, by its
    transfer, as far as ``look_up_taken`` was asked for it.
    """

    club: ClubContext
    places: Mapping[int, Place]
    wallets: Wallets
    reserved: dict[int, OpenReservation]
    vouchers: dict[str, LockedVoucher]
    holds: dict[int, list[HoldState]] = field(default_factory=dict)
    paid: dict[int, list[HoldState]] = field(default_factory=dict)
    taken: dict[int, list[Taken]] = field(default_factory=dict)

    def holds_of(self, reservation_id: int) -> list[HoldState]:
        """What is set aside for it."""
        return self.holds.get(reservation_id, [])

    def look_up_taken(self, holds: Iterable[HoldState]) -> None:
        """Needed before anything of these holds is given back."""
        self.taken = taken_by([hold.transfer_id for hold in holds])

    def give_back(
        self, reserved: OpenReservation, holds: Iterable[HoldState], at: datetime, status: str
    ) -> None:
        """Plan that all of these holds goes back; ``status`` is released or expired."""
        ref = Ref("reservation", reserved.id, at)
        for hold in holds:
            taken = self.taken[hold.transfer_id]
            release(self.wallets.plan, hold, taken, ref, at=at, status=status)


def lock_reserved(club: ClubContext, places: Mapping[int, Place]) -> Locked:
    """Lock the reservations at these places, their wallets before them, their vouchers behind.

    Raises LedgerFrozen, and LostRace where value lies elsewhere since the places were looked up.
    """
    mine = {(club.points_unit_id, place.holder) for place in places.values()}
    wanted = mine.union(*[place.holding for place in places.values()])
    codes = {place.voucher_code for place in places.values() if place.voucher_code is not None}
    accounts, seen, reserved, holds, _, vouchers = ask_together(
        accounts_query(wanted, lock=True),
        accounts_query(_only_seen(club, places, wanted), lock=False),
        reservations_query(club.id, places, lock=True),
        holds_query("reservation", places),
        *voucher_queries(club.id, codes, lock=True),
    )
    wallets = lock_wallets(club.book_id, wanted, locked=accounts)
    wallets.plan.accounts.update(seen)
    locked = Locked(club, places, wallets, reserved, vouchers)
    decisions = [v.decision_id for v in vouchers.values() if v.decision_id is not None]
    paid = holds_for("decision", decisions)
    for found, by_source in ((holds, locked.holds), (paid, locked.paid)):
        for hold in found:
            if hold.status == "open":
                if (hold.unit_id, hold.holder) not in wanted:
                    raise LostRace("what is held lies in another wallet since it was looked up")
                by_source.setdefault(hold.source_id, []).append(hold)
    return locked


def _only_seen(club: ClubContext, places: Mapping[int, Place], wanted: set[Wallet]) -> set[Wallet]:
    """Credit of which nothing moves, and whose amount is told all the same."""
    return {(club.credit_unit_id, place.holder) for place in places.values()} - wanted


def must_be_open(reserved: OpenReservation | None, actor: Actor) -> OpenReservation:
    """The reservation, if it may be ended there. Raises UnknownReservation, ReservationResolved."""
    if reserved is None or not actor.may_use_branch(reserved.branch_id):
        raise UnknownReservation
    if reserved.status != "open":
        raise ReservationResolved
    return reserved


def end_overdue(club: ClubContext, numbers: Sequence[int], at: datetime) -> int:
    """Give back what was reserved and neither captured nor released by ``at``, one by one; how
    many were still there. Call it outside any transaction. Raises LedgerFrozen."""
    return sum([retry_lost_race(partial(_end_one, club, number, at)) for number in numbers])


def _end_one(club: ClubContext, number: int, at: datetime) -> bool:
    with transaction.atomic(durable=True):
        locked = lock_reserved(club, places_query(club.id, [number]).ask())
        reserved = locked.reserved[number]
        if reserved.status != "open" or reserved.expires_at > at:
            return False
        holds = locked.holds_of(number)
        locked.look_up_taken(holds)
        locked.give_back(reserved, holds, at, "expired")
        with together(last=True):
            locked.wallets.write()
            end_reservations([number], "expired", at)
            append_events([reservation_event(club, reserved, "expired", at)])
    return True
