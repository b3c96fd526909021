"""Points for members of the measured club, by SQL alone: lots that something can then be done to.

They add up like what the flows write, and no decision stands behind them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import psycopg

from vafa.config.bench.databases import Databases
from vafa.config.bench.seeding import Scene

_MEMBERS_AT_ONCE = 20_000
_AMOUNT = 1000


class Grant(NamedTuple):
    """``lots`` lots for each of ``members`` members, from the one at place ``first`` on.

    They are pending until ``matures_at`` where there is one.
    """

    first: int
    members: int
    lots: int
    expires_at: datetime | None = None
    matures_at: datetime | None = None


_PENDING = """
    INSERT INTO ledger_account (id, book_id, unit_id, holder, kind, balance, version)
    SELECT nextval('ledger_account_id_seq'), %(book)s, %(unit)s, holder, 'pending', 0, 0
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS holder
    ON CONFLICT (unit_id, holder, kind) DO NOTHING
"""
_LOTS = """
    WITH who AS MATERIALIZED (
        SELECT id, version, balance, row_number() OVER (ORDER BY id) - 1 AS place
        FROM ledger_account WHERE unit_id = %(unit)s AND kind = %(kind)s
            AND holder BETWEEN %(first)s AND %(last)s
    ), each AS MATERIALIZED (
        SELECT id, version + n AS version, balance + n * %(amount)s::bigint AS balance,
            (n - 1) * (SELECT count(*) FROM who) + place AS step
        FROM who, generate_series(1, %(lots)s::bigint) AS n ORDER BY n, place
    ), moved AS (
        INSERT INTO ledger_transfer (id, book_id, unit_id, debit_account_id, credit_account_id,
            amount, kind, source, source_id, effective_at, credit_version, credit_balance)
        SELECT %(transfer)s + step, %(book)s, %(unit)s, %(pool)s, id, %(amount)s::bigint, 'earn', 'bench',
            id, %(at)s, version, balance FROM each
    ), opened AS (
        INSERT INTO ledger_lot (id, account_id, transfer_id, origin_id, amount, remaining,
            earned_at, matures_at, expires_at)
        SELECT %(lot)s + step, id, %(transfer)s + step, %(transfer)s + step, %(amount)s::bigint,
            %(amount)s::bigint, %(at)s, %(matures_at)s, %(expires_at)s FROM each
    )
    UPDATE ledger_account a SET balance = a.balance + %(lots)s::bigint * %(amount)s::bigint,
        version = a.version + %(lots)s::bigint FROM who w WHERE a.id = w.id
"""


def give(databases: Databases, scene: Scene, grant: Grant) -> tuple[int, int]:
    """Write the lots of ``grant`` into the measured database; the first and last lot's number."""
    count = grant.members * grant.lots
    values: dict[str, Any] = {
        "book": scene.book_id,
        "unit": scene.unit_id,
        "pool": scene.issuance_id,
        "kind": "pending" if grant.matures_at else "available",
        "lots": grant.lots,
        "amount": _AMOUNT,
        "at": datetime.now(UTC) - timedelta(days=400),
        "matures_at": grant.matures_at,
        "expires_at": grant.expires_at,
        "transfer": databases.reserve(databases.measured, "ledger_transfer", count),
        "lot": databases.reserve(databases.measured, "ledger_lot", count),
    }
    first_lot = values["lot"]
    begin, end = scene.first_member + grant.first, scene.first_member + grant.first + grant.members
    with databases.connect(databases.measured) as own:
        _spare_checks(own)
        for first in range(begin, end, _MEMBERS_AT_ONCE):
            values |= {"first": first, "last": min(first + _MEMBERS_AT_ONCE, end) - 1}
            if grant.matures_at:
                own.execute(_PENDING, values)
            own.execute(_LOTS, values)
            done = (values["last"] + 1 - first) * grant.lots
            values["transfer"] += done
            values["lot"] += done
        own.execute("VACUUM ANALYZE ledger_transfer, ledger_lot, ledger_account")
    return first_lot, first_lot + count - 1


def _spare_checks(own: psycopg.Connection[Any]) -> None:
    """Millions of rows whose keys are right anyway are written twice as fast (if we may)."""
    row = own.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if row and row[0]:
        own.execute("SET session_replication_role = replica")
