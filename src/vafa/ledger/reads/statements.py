"""Transfers in the form in which they were sealed, each with its proof, for one person's eyes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from vafa.core.db import fetch
from vafa.ledger.reads.proofs import inclusion_proofs
from vafa.ledger.reads.seals import Checkpoint, Place, indexes_of
from vafa.ledger.rules.leaves import (
    CONSUMPTION,
    CREDIT,
    CREDIT_HASH,
    DEBIT,
    DEBIT_HASH,
    LOT,
    TRANSFER,
    Field,
    leaves_sql,
)

_AT_ONCE = 500
_FIELDS = (*TRANSFER, *DEBIT, *CREDIT)
_ROWS = leaves_sql(
    "SELECT * FROM ledger_transfer WHERE id = ANY(%s)",
    f", {DEBIT_HASH}, {CREDIT_HASH}, {', '.join('t.' + field.column for field in _FIELDS)}",
)
_OF_HOLDER = """
SELECT t.transaction, t.id FROM ledger_unit u
JOIN ledger_account a ON a.unit_id = u.id AND a.holder = ANY(%(holders)s)
JOIN ledger_transfer t ON t.{side}_account_id = a.id AND t.{side}_version IS NOT NULL
WHERE u.book_id = %(book)s
"""
_HOLDERS = (
    f"{_OF_HOLDER.format(side='debit')} UNION {_OF_HOLDER.format(side='credit')} ORDER BY 1, 2"
)


def places_of_holders(book_id: int, holders: Sequence[int]) -> list[Place]:
    """Every transfer that touched the holders' accounts, in the order of sealing."""
    return [Place(*row) for row in fetch(_HOLDERS, {"book": book_id, "holders": list(holders)})]


def places_of_sources(
    book_id: int, holders: Sequence[int], source: str, source_ids: Sequence[int]
) -> list[Place]:
    """The holders' transfers that these sources made, in the order of sealing."""
    rows = fetch(
        "SELECT DISTINCT t.transaction, t.id FROM ledger_transfer t JOIN ledger_account a"
        " ON a.id IN (t.debit_account_id, t.credit_account_id) AND a.holder = ANY(%s)"
        " WHERE t.source_id = ANY(%s) AND t.source = %s AND t.book_id = %s ORDER BY 1, 2",
        [list(holders), list(source_ids), source, book_id],
    )
    return [Place(*row) for row in rows]


def sealed_rows(
    book_id: int, holders: Sequence[int], places: Sequence[Place], head: Checkpoint
) -> Iterator[dict[str, Any]]:
    """Those of ``places`` that are in the head, as JSON values with their proofs.

    Of a transfer with anybody else, the other side is given as its hash alone.
    """
    inside = [place for place in places if place <= head.last]
    for start in range(0, len(inside), _AT_ONCE):
        some = inside[start : start + _AT_ONCE]
        indexes = indexes_of(book_id, some)
        proofs = inclusion_proofs(book_id, head.size, [indexes[p.transfer] for p in some])
        rows = _rows([place.transfer for place in some], {0, *holders})
        for place, proof, row in zip(some, proofs, rows, strict=True):
            path = [b64encode(step).decode() for step in proof]
            yield {"index": indexes[place.transfer], "proof": path, **row}


def _rows(transfers: list[int], shown: set[int]) -> list[dict[str, Any]]:
    opened = _parts("ledger_lot", LOT, transfers)
    consumed = _parts("ledger_consumption", CONSUMPTION, transfers)
    found = []
    for _, number, _, debit_hash, credit_hash, *values in fetch(_ROWS, [transfers]):
        told = iter(values)
        transfer, debit, credit = (_told(fields, told) for fields in (TRANSFER, DEBIT, CREDIT))
        parts = consumed.get(number, [])
        debit["taken"] = [c for c in parts if c["amount"] > 0]
        credit["opened"] = opened.get(number, [])
        credit["given_back"] = [c for c in parts if c["amount"] < 0]
        found.append(
            {
                "transfer": transfer,
                "debit": debit if debit["holder"] in shown else debit_hash.hex(),
                "credit": credit if credit["holder"] in shown else credit_hash.hex(),
            }
        )
    return found


def _parts(
    table: str, fields: Sequence[Field], transfers: list[int]
) -> Mapping[int, list[dict[str, Any]]]:
    columns = ", ".join(field.column for field in fields)
    rows = fetch(
        f"SELECT transfer_id, {columns} FROM {table} WHERE transfer_id = ANY(%s) ORDER BY id",
        [transfers],
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for transfer, *values in rows:
        found.setdefault(transfer, []).append(_told(fields, iter(values)))
    return found


def _told(fields: Sequence[Field], values: Iterator[Any]) -> dict[str, Any]:
    return {field.name: _plain(next(values)) for field in fields}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value
