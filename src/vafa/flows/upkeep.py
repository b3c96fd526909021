"""What time itself does: pending value matures, warnings go out, holds end, old value expires."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.core.progress import Progress, SilentProgress
from vafa.flows.hold_ends import end_due_holds
from vafa.ledger.actions.aging import (
    START,
    Chunk,
    Cursor,
    Moved,
    expire_due,
    expire_idle,
    mature_due,
)
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.errors import LedgerFrozen
from vafa.ledger.reads.verifications import frozen_since
from vafa.ledger.rules.state import Ref


class Upkeep(NamedTuple):
    """How many points (and how much credit) matured and expired."""

    matured: int
    expired: int


def run_upkeep(
    club: ClubContext, *, at: datetime | None = None, progress: Progress | None = None
) -> Upkeep:
    """Do everything that is due by ``at`` (default now), in every unit of the club.

    Value matures and holds end before anything expires. Whom ``flows.warnings`` has not noted as
    told, where warnings are on, keeps what she has. Each chunk is one
    transaction; running it twice, late, or again after a crash does the rest and nothing twice.
    Movements are dated by the lot's own date. Raises LedgerFrozen.
    """
    if frozen_since(club.book_id) is not None:
        raise LedgerFrozen
    moment = at or now()
    bar = progress or SilentProgress()
    matured = expired = 0
    for unit in (club.points_unit_id, club.credit_unit_id):
        matured += _in_chunks(club, unit, mature_due, "matured", moment, bar)
    end_due_holds(club, moment)
    for unit in (club.points_unit_id, club.credit_unit_id):
        expired += _in_chunks(club, unit, expire_due, "expired", moment, bar)
        expired += _expire_idle(club, unit, moment, bar)
    return Upkeep(matured, expired)


def _in_chunks(
    club: ClubContext,
    unit: int,
    move: Callable[[int, int, datetime, Cursor], Chunk],
    what: str,
    at: datetime,
    progress: Progress,
) -> int:
    total, cursor = 0, START
    while True:
        with transaction.atomic(durable=True):
            chunk = move(club.book_id, unit, at, cursor)
            moved = chunk.moved + _mature_debtors(club, unit, chunk.in_debt, at)
            append_events(_events(club, unit, what, moved))
        total += sum(m.amount for m in moved)
        progress.advance(chunk.lots)
        if chunk.next is None:
            return total
        cursor = chunk.next


def _mature_debtors(club: ClubContext, unit: int, holders: list[int], at: datetime) -> list[Moved]:
    """What matures for those who owe something repays that first."""
    if not holders:
        return []
    wallets = [(unit, holder) for holder in holders]
    locked = lock_wallets(club.book_id, wallets, with_lots=wallets, at=at)
    moved = []
    for holder in holders:
        pending = locked.plan.open_lots(unit, holder, "pending")
        for lot in sorted(pending, key=lambda lot: lot.id):
            if lot.matures_at is not None and lot.matures_at <= at:
                moved.append(Moved(holder, lot.remaining, lot.matures_at))
                ref = Ref("maturing", lot.account_id, lot.matures_at)
                locked.plan.mature(unit, holder, lot, ref)
    locked.write()
    return moved


def _expire_idle(club: ClubContext, unit: int, at: datetime, progress: Progress) -> int:
    total = 0
    while True:
        with transaction.atomic(durable=True):
            moved = expire_idle(club.book_id, unit, at)
            append_events(_events(club, unit, "expired", moved))
        if not moved:
            return total
        total += sum(m.amount for m in moved)
        progress.advance(len(moved))


def _events(club: ClubContext, unit: int, what: str, moved: list[Moved]) -> list[NewEvent]:
    name = f"points.{what}" if unit == club.points_unit_id else f"credit.{what}"
    amount = "points" if unit == club.points_unit_id else "amount"
    return [NewEvent(club.id, name, {"holder": m.holder, amount: m.amount}, m.at) for m in moved]
