"""Receipts of an import that was undone: the same numbers may come again, with a mark.

A receipt number stands once for each branch for ever, and purchases are never deleted. What was
undone is wholly returned; when a corrected file brings the same receipt, it is recorded as 1001~2.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from vafa.commerce.models import DataImport
from vafa.commerce.reads.purchases import Receipt
from vafa.core.db import dumps, fetch, recordset
from vafa.flows.imports.bills import Deed

_RECEIPT = (("branch_id", "bigint"), ("receipt_no", "text"))


def undone_labels(club_id: int) -> list[str]:
    """The actors of the club's imports of purchases that were undone."""
    rows = DataImport.objects.filter(club_id=club_id, kind="purchases", state="undone")
    return [one.label for one in rows.only("pk")]


def renumber(deeds: Sequence[Deed], undone: Sequence[str]) -> list[Deed]:
    """The deeds, those under a receipt of an undone import under the next number that is free of
    such. As many statements as imports were undone, and none where none was."""
    out = list(deeds)
    waiting = set(range(len(out))) if undone else set()
    for again in range(2, len(undone) + 2):
        sold = _undone("purchase", (out[n].receipt for n in waiting if not out[n].undoes), undone)
        back = _undone("return", (out[n].receipt for n in waiting if out[n].undoes), undone)
        waiting = {n for n in waiting if out[n].receipt in (back if out[n].undoes else sold)}
        if not waiting:
            break
        for n in waiting:
            branch, number = out[n].receipt
            first = number.rpartition("~")[0] if again > 2 else number
            out[n] = dataclasses.replace(out[n], receipt=(branch, f"{first}~{again}"))
    return out


def _undone(table: str, receipts: Iterable[Receipt], labels: Sequence[str]) -> set[Receipt]:
    wanted = sorted(set(receipts))
    if not wanted:
        return set()
    rows = fetch(
        f"SELECT p.branch_id, p.receipt_no FROM {recordset(_RECEIPT, 'w')} JOIN commerce_{table} p"
        " ON p.branch_id = w.branch_id AND p.receipt_no = w.receipt_no WHERE p.actor = ANY(%s)",
        [dumps(wanted), list(labels)],
    )
    return {(branch, number) for branch, number in rows}
