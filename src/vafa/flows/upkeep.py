"""What time itself does: pending points mature, old points expire."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.events import NewEvent, append_events
from vafa.core.progress import Progress, SilentProgress
from vafa.ledger.actions.wallets import Wallets, lock_wallets
from vafa.ledger.reads.due import holders_due
from vafa.ledger.rules.planning import LotState, Ref

_CHUNK = 1000


class Upkeep(NamedTuple):
    """How many points matured and expired."""

    matured: int
    expired: int


def run_upkeep(
    club: ClubContext, *, at: datetime | None = None, progress: Progress | None = None
) -> Upkeep:
    """Mature and expire everything due by ``at`` (default now), a thousand members at a time.

    Each chunk is one transaction; running it twice, late, or again after a crash does the rest
    and nothing twice. Movements are dated by the lot's own date.
    """
    moment = at or now()
    bar = progress or SilentProgress()
    return Upkeep(*(_all_due(club, what, moment, bar) for what in ("mature", "expire")))


def _all_due(club: ClubContext, what: str, at: datetime, progress: Progress) -> int:
    total = 0
    while holders := holders_due(club.points_unit_id, what, at, _CHUNK):
        with transaction.atomic(durable=True):
            total += _move_due(club, what, at, holders)
        progress.advance(len(holders))
    return total


def _move_due(club: ClubContext, what: str, at: datetime, holders: list[int]) -> int:
    unit = club.points_unit_id
    wallets = lock_wallets(
        club.book_id, [(unit, h) for h in holders], with_lots=[(unit, h) for h in holders]
    )
    events: list[NewEvent] = []
    moved = 0
    for holder in holders:
        for lot in _due_lots(wallets, unit, holder, what, at):
            moved += lot.remaining
            events.append(_move(club, wallets, holder, lot, what))
    wallets.write()
    append_events(events)
    return moved


def _due_lots(wallets: Wallets, unit: int, holder: int, what: str, at: datetime) -> list[LotState]:
    account = wallets.plan.accounts[(unit, holder, "pending" if what == "mature" else "available")]
    due = []
    for lot in wallets.plan.lots.get((unit, holder), []):
        when = lot.matures_at if what == "mature" else lot.expires_at
        if lot.account_id == account.id and lot.remaining and when is not None and when <= at:
            due.append(lot)
    return sorted(due, key=lambda lot: lot.id)


def _move(club: ClubContext, wallets: Wallets, holder: int, lot: LotState, what: str) -> NewEvent:
    points, unit = lot.remaining, club.points_unit_id
    if what == "mature":
        assert lot.matures_at is not None
        when, name = lot.matures_at, "points.matured"
        wallets.plan.mature(unit, holder, lot, Ref("maturing", lot.id, when))
    else:
        assert lot.expires_at is not None
        when, name = lot.expires_at, "points.expired"
        wallets.plan.expire(unit, holder, lot, Ref("expiry", lot.id, when))
    return NewEvent(club.id, name, {"member": holder, "points": points}, when)
