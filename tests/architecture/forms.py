"""How forbidden writes are written down."""

from __future__ import annotations

from typing import NamedTuple

# In the place of a guard: a trigger, before any constraint is looked at.
ANY = "*"


class Write(NamedTuple):
    """A statement on ``table`` that must be refused, and the guard that does it."""

    table: str
    sql: str
    guard: str = ""


_COLUMNS = (
    "id, book_id, unit_id, debit_account_id, credit_account_id, amount, kind, source, source_id,"
    " effective_at"
)


def transfer(
    debit: str = "{issuance}",
    credit: str = "{available}",
    *,
    book: str = "{book}",
    unit: str = "{points}",
    amount: str = "5",
    more: tuple[str, str] = ("", ""),
) -> str:
    """The INSERT of one transfer; ``more`` are further columns and their values."""
    return (
        f"INSERT INTO ledger_transfer ({_COLUMNS}{more[0]}) VALUES (-1, {book}, {unit}, {debit},"
        f" {credit}, {amount}, 'earn', 'test', 1, now(){more[1]})"
    )


def account(holder: str, kind: str, balance: str) -> str:
    """The INSERT of one account."""
    return (
        "INSERT INTO ledger_account (id, book_id, unit_id, holder, kind, balance, version)"
        f" VALUES (-1, {{book}}, {{points}}, {holder}, '{kind}', {balance}, 0)"
    )


def lot(
    account: str = "account_id",
    transfer: str = "transfer_id",
    origin: str = "origin_id",
    instead_of: str = "NULL",
) -> str:
    """The INSERT of a lot beside the member's, its like but for what is given."""
    return (
        "INSERT INTO ledger_lot (id, account_id, transfer_id, origin_id, instead_of_id, amount,"
        f" remaining, earned_at) SELECT -1, {account}, {transfer}, {origin}, {instead_of}, 5, 5,"
        " now() FROM ledger_lot WHERE id = {lot}"
    )


def consumption(lot: str = "id", transfer: str = "transfer_id", amount: str = "5") -> str:
    """The INSERT of a consumption of the member's lot by the transfer that opened it."""
    return (
        "INSERT INTO ledger_consumption (lot_id, transfer_id, amount)"
        f" SELECT {lot}, {transfer}, {amount} FROM ledger_lot WHERE id = {{lot}}"
    )


def again(table: str, where: str, changes: str) -> str:
    """The INSERT of a row like the one ``where``, with ``changes`` in JSON."""
    changed = changes.replace("{", "{{").replace("}", "}}")
    return (
        f"INSERT INTO {table} OVERRIDING SYSTEM VALUE"
        f" SELECT (jsonb_populate_record(t, '{changed}')).* FROM {table} t WHERE {where} LIMIT 1"
    )
