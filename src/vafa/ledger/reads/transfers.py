"""Transfers by what made them, or by number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.db import fetch


class MadeTransfer(NamedTuple):
    id: int
    kind: str
    amount: int
    reverses_id: int | None
    unit_id: int

    @property
    def spend_id(self) -> int:
        """The transfer whose lots were spent: a capture spent those of its reservation."""
        return self.reverses_id if self.kind == "capture" and self.reverses_id else self.id


class NamedTransfer(NamedTuple):
    """``holder`` is whose value moved: the debited one's, or the credited one's of a grant."""

    id: int
    unit_id: int
    kind: str
    amount: int
    source: str
    source_id: int
    effective_at: datetime
    holder: int


def transfers_of(source: str, source_ids: Sequence[int]) -> dict[int, list[MadeTransfer]]:
    """The transfers that each of these sources made, in order."""
    if not source_ids:
        return {}
    rows = fetch(
        "SELECT source_id, id, kind, amount, reverses_id, unit_id FROM ledger_transfer"
        " WHERE source_id = ANY(%s) AND source = %s ORDER BY id",
        [list(source_ids), source],
    )
    out: dict[int, list[MadeTransfer]] = {}
    for source_id, *rest in rows:
        out.setdefault(source_id, []).append(MadeTransfer(*rest))
    return out


def transfer(book_id: int, transfer_id: int) -> NamedTransfer | None:
    """One transfer of the book."""
    rows = fetch(
        "SELECT t.id, t.unit_id, t.kind, t.amount, t.source, t.source_id, t.effective_at,"
        " CASE WHEN d.holder > 0 THEN d.holder ELSE c.holder END FROM ledger_transfer t"
        " JOIN ledger_account d ON d.id = t.debit_account_id"
        " JOIN ledger_account c ON c.id = t.credit_account_id"
        " WHERE t.book_id = %s AND t.id = %s",
        [book_id, transfer_id],
    )
    return NamedTransfer(*rows[0]) if rows else None
