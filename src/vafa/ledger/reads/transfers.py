"""Transfers by what made them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vafa.core.db import fetch


class MadeTransfer(NamedTuple):
    id: int
    kind: str
    amount: int
    reverses_id: int | None

    @property
    def spend_id(self) -> int:
        """The transfer whose lots were spent: a capture spent those of its reservation."""
        return self.reverses_id if self.kind == "capture" and self.reverses_id else self.id


def transfers_of(source: str, source_ids: Sequence[int]) -> dict[int, list[MadeTransfer]]:
    """The transfers that each of these sources made, in order."""
    if not source_ids:
        return {}
    rows = fetch(
        "SELECT source_id, id, kind, amount, reverses_id FROM ledger_transfer"
        " WHERE source_id = ANY(%s) AND source = %s ORDER BY id",
        [list(source_ids), source],
    )
    out: dict[int, list[MadeTransfer]] = {}
    for source_id, *rest in rows:
        out.setdefault(source_id, []).append(MadeTransfer(*rest))
    return out
