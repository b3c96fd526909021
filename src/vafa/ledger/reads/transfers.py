"""Transfers by what made them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vafa.core.db import fetch


class MadeTransfer(NamedTuple):
    id: int
    kind: str
    amount: int


def transfers_of(source: str, source_ids: Sequence[int]) -> dict[int, list[MadeTransfer]]:
    """The transfers that each of these sources made, in order."""
    if not source_ids:
        return {}
    rows = fetch(
        "SELECT source_id, id, kind, amount FROM ledger_transfer"
        " WHERE source_id = ANY(%s) AND source = %s ORDER BY id",
        [list(source_ids), source],
    )
    out: dict[int, list[MadeTransfer]] = {}
    for source_id, *rest in rows:
        out.setdefault(source_id, []).append(MadeTransfer(*rest))
    return out
