"""The transaction clock: numbers that order what was committed, and the horizon behind which
nothing more can appear.

Tables that are read in order have a column ``transaction`` with the default ``vafa_transaction()``:
PostgreSQL's own 64-bit number of the writing transaction, plus an offset. Numbers are given when a
transaction begins to write and rows appear when it commits, so a reader with a cursor goes in the
order (transaction, id) and only as far as the horizon: every transaction below it has ended, and
what it wrote is there.
"""

from __future__ import annotations

from django.db import connection, transaction

from vafa.core.db import execute, fetch

# Any number, the same in every process.
_CLOCK_LOCK = 7_266_373

# Cursors too: a reader that had come further than the last row must not wait for the clock to catch up,
# and miss what is written meanwhile.
_CLOCKED = """
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), quote_ident(a.attname)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND a.attname = 'transaction' AND a.atttypid = 'bigint'::regtype AND NOT a.attisdropped
"""


def horizon() -> int:
    """The number below which every transaction has ended: what is not there now never will be.

    One that has written and stays open holds the horizon back, whatever database of the server
    it works in.
    """
    return int(fetch("SELECT vafa_transaction_horizon()")[0][0])


def continue_clock() -> int:
    """Let the clock run on above every number in the tables; returns the offset, which never falls.

    For a database that was loaded on another server, whose own numbers begin low: call it after
    loading and before anybody writes, as the owner of the tables. Does nothing where the clock is
    ahead already.
    """
    with transaction.atomic():
        execute("SELECT pg_advisory_xact_lock(%s)", [_CLOCK_LOCK])
        highest = max((_highest(table, column) for table, column in fetch(_CLOCKED)), default=0)
        ((now, offset),) = fetch("SELECT vafa_transaction(), vafa_transaction_offset()")
        if now >= highest:
            return int(offset)
        raised = int(offset) + highest - int(now) + 1
        # A function's body takes no parameters; the number is ours.
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION vafa_transaction_offset() RETURNS bigint"
                f" LANGUAGE sql STABLE PARALLEL SAFE RETURN {raised}::bigint"
            )
        return raised


def _highest(table: str, column: str) -> int:
    return int(fetch(f"SELECT coalesce(max({column}), 0) FROM {table}")[0][0])
