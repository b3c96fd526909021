"""What is sealed of a transfer, as bytes that are the same everywhere (docs/seals.md): pure.

The database itself makes the bytes and hashes them, so that sealing and verifying millions of
rows moves nothing but hashes. A leaf covers the transfer and everything that was written with it
and never changes: whose accounts these are, the lots that it opened and what it took out of lots.
Each *side* is hashed by itself, so that a gift can be proven to one member without showing her the other's balance.
"""

from __future__ import annotations

from typing import NamedTuple

# Counted up when the bytes change; older leaves keep theirs.
FORM = 1


class Field(NamedTuple):
    """``kind``: int (8 bytes), time (microseconds since 2000-01-01 UTC, 8 bytes), text (length in
    4 bytes, UTF-8). ``nullable`` ones begin with a byte 1, or are a byte 0."""

    name: str
    column: str
    kind: str = "int"
    nullable: bool = False


TRANSFER = (
    Field("id", "id"),
    Field("transaction", "transaction"),
    Field("book", "book_id"),
    Field("unit", "unit_id"),
    Field("amount", "amount"),
    Field("kind", "kind", "text"),
    Field("source", "source", "text"),
    Field("source_id", "source_id"),
    Field("reverses", "reverses_id", nullable=True),
    Field("effective_at", "effective_at", "time"),
    Field("recorded_at", "recorded_at", "time"),
)
DEBIT = (
    Field("account", "debit_account_id"),
    Field("holder", "debit_holder"),
    Field("state", "debit_state", "text"),
    Field("version", "debit_version", nullable=True),
    Field("balance", "debit_balance", nullable=True),
)
CREDIT = (
    Field("account", "credit_account_id"),
    Field("holder", "credit_holder"),
    Field("state", "credit_state", "text"),
    Field("version", "credit_version", nullable=True),
    Field("balance", "credit_balance", nullable=True),
)
LOT = (
    Field("id", "id"),
    Field("account", "account_id"),
    Field("origin", "origin_id"),
    Field("amount", "amount"),
    Field("earned_at", "earned_at", "time"),
    Field("matures_at", "matures_at", "time", nullable=True),
    Field("expires_at", "expires_at", "time", nullable=True),
    Field("slides_months", "slides_months", nullable=True),
    Field("instead_of", "instead_of_id", nullable=True),
)
CONSUMPTION = (Field("id", "id"), Field("lot", "lot_id"), Field("amount", "amount"))

_BYTES = {
    "int": "int8send({0})",
    "time": "timestamptz_send({0})",
    "text": "int4send(octet_length({0})) || convert_to({0}, 'UTF8')",
}


def bytes_sql(fields: tuple[Field, ...], alias: str) -> str:
    """The SQL expression of the fields' bytes, one after the other."""
    return " || ".join(_field_sql(field, alias) for field in fields)


def _field_sql(field: Field, alias: str) -> str:
    value = _BYTES[field.kind].format(f"{alias}.{field.column}")
    return rf"coalesce('\x01'::bytea || {value}, '\x00')" if field.nullable else value


def _list_sql(value: str) -> str:
    """A list's bytes behind their length; empty for none."""
    return f"int4send(coalesce(octet_length({value}), 0)) || coalesce({value}, '')"


DEBIT_HASH = f"sha256({bytes_sql(DEBIT, 't')} || {_list_sql('c.taken')})"
CREDIT_HASH = (
    f"sha256({bytes_sql(CREDIT, 't')} || {_list_sql('l.opened')} || {_list_sql('c.given_back')})"
)
LEAF_HASH = (
    rf"sha256('\x00'::bytea || int8send({FORM}) || {bytes_sql(TRANSFER, 't')}"
    f" || {DEBIT_HASH} || {CREDIT_HASH})"
)


def leaves_sql(transfers: str, more: str = "") -> str:
    """The query of (transaction, id, leaf hash) in order of the rows that ``transfers`` selects.

    ``more`` columns may follow, of the transfer ``t``, what it did to lots (``l``, ``c``) or both.

    What goes out of lots is the debit side's, what goes back into them the credit's. Lots and
    consumptions are put together for all transfers at once, which is three times as fast as
    for one after the other. A full join adds no row here, and is never done as a loop in a loop,
    which a planner without statistics would choose.
    """
    return f"""
WITH t AS MATERIALIZED (
    SELECT x.*, d.holder AS debit_holder, d.kind AS debit_state, c.holder AS credit_holder,
        c.kind AS credit_state
    FROM ({transfers}) x LEFT JOIN ledger_account d ON d.id = x.debit_account_id
    LEFT JOIN ledger_account c ON c.id = x.credit_account_id
), l AS (
    SELECT x.transfer_id, string_agg({bytes_sql(LOT, "x")}, '' ORDER BY x.id) AS opened
    FROM t JOIN ledger_lot x ON x.transfer_id = t.id GROUP BY x.transfer_id
), c AS (
    SELECT x.transfer_id,
        string_agg({bytes_sql(CONSUMPTION, "x")}, '' ORDER BY x.id) FILTER (WHERE x.amount > 0)
            AS taken,
        string_agg({bytes_sql(CONSUMPTION, "x")}, '' ORDER BY x.id) FILTER (WHERE x.amount < 0)
            AS given_back
    FROM t JOIN ledger_consumption x ON x.transfer_id = t.id GROUP BY x.transfer_id
)
SELECT t.transaction, t.id, {LEAF_HASH} {more}
FROM t FULL JOIN l ON l.transfer_id = t.id FULL JOIN c ON c.transfer_id = t.id
ORDER BY t.transaction, t.id
"""
