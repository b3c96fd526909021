"""What time itself does: pending value matures, warnings go out, holds end, old value expires."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.core.progress import Progress, SilentProgress
from vafa.flows.hold_ends import end_due_holds
from vafa.ledger.actions.aging import (
    START,
    Cursor,
    Moved,
    Page,
    expire_due,
    expire_idle,
    expiring,
    mature_due,
    maturing,
)
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.errors import LedgerFrozen
from vafa.ledger.reads.verifications import frozen_since
from vafa.ledger.rules.state import Ref

_MOST_AT_ONCE = 4


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
        matured += _page_by_page(club, unit, maturing, _mature, moment, bar)
    end_due_holds(club, moment)
    for unit in (club.points_unit_id, club.credit_unit_id):
        expired += _page_by_page(club, unit, expiring, _expire, moment, bar)
        expired += _expire_idle(club, unit, moment, bar)
    return Upkeep(matured, expired)


def _page_by_page(
    club: ClubContext,
    unit: int,
    find: Callable[[int, datetime, Cursor], Page],
    move: Callable[[ClubContext, int, datetime, list[int]], int],
    at: datetime,
    progress: Progress,
) -> int:
    total, cursor = 0, START
    while True:
        page = find(unit, at, cursor)
        total += _side_by_side(lambda holders: move(club, unit, at, holders), page.groups)
        progress.advance(page.lots)
        if page.next is None:
            return total
        cursor = page.next


def _side_by_side(move: Callable[[list[int]], int], groups: list[list[int]]) -> int:
    """Groups have no wallet in common, so that some can be moved at once, each in a thread with a
    connection of its own. After an error nothing new is begun, and what is under way ends first."""
    if len(groups) < 2:
        return sum(map(move, groups))

    def on_its_own(holders: list[int]) -> int:
        try:
            return move(holders)
        finally:
            connection.close()

    # Ours is lent to the threads as well: there may be no more connections than they need.
    connection.close()
    with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_AT_ONCE)) as pool:
        return sum(pool.map(on_its_own, groups))


def _mature(club: ClubContext, unit: int, at: datetime, holders: list[int]) -> int:
    with transaction.atomic(durable=True):
        moved, in_debt = mature_due(club.book_id, unit, at, holders)
        moved += _mature_debtors(club, unit, in_debt, at)
        append_events(_events(club, unit, "matured", moved))
    return sum(m.amount for m in moved)


def _expire(club: ClubContext, unit: int, at: datetime, holders: list[int]) -> int:
    with transaction.atomic(durable=True):
        moved = expire_due(club.book_id, unit, at, holders)
        append_events(_events(club, unit, "expired", moved))
    return sum(m.amount for m in moved)


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
