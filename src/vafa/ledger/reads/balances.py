"""Balances and lots of holders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vafa.core.db import fetch


class Balance(NamedTuple):
    """A holder's standing in one unit. ``debt`` is zero or negative."""

    available: int = 0
    pending: int = 0
    held: int = 0
    debt: int = 0


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
