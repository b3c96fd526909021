"""Balances and lots of holders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.db import fetch


class Balance(NamedTuple):
    """A holder's standing in one unit. ``debt`` is zero or negative."""

    available: int = 0
    pending: int = 0
    held: int = 0
    debt: int = 0


class OpenLot(NamedTuple):
    """Value that is there, and when it becomes available or expires."""

    kind: str
    remaining: int
    earned_at: datetime
    matures_at: datetime | None
    expires_at: datetime | None


def balances(unit_id: int, holders: Sequence[int]) -> dict[int, Balance]:
    """The standing of each holder; those without an account have zero."""
    rows = fetch(
        "SELECT holder, kind, balance FROM ledger_account"
        " WHERE unit_id = %s AND holder = ANY(%s) AND holder > 0",
        [unit_id, list(holders)],
    )
    found: dict[int, dict[str, int]] = {}
    for holder, kind, balance in rows:
        found.setdefault(holder, {})[kind] = balance
    return {holder: Balance(**found.get(holder, {})) for holder in holders}


def open_lots(unit_id: int, holder: int) -> list[OpenLot]:
    """The holder's lots with something left, soonest expiry first."""
    rows = fetch(
        "SELECT a.kind, l.remaining, l.earned_at, l.matures_at, l.expires_at"
        " FROM ledger_account a JOIN ledger_lot l ON l.account_id = a.id"
        " WHERE a.unit_id = %s AND a.holder = %s AND l.remaining > 0"
        " ORDER BY l.expires_at NULLS LAST, l.id",
        [unit_id, holder],
    )
    return [OpenLot(*row) for row in rows]
