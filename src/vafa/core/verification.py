"""A check is a query that returns nothing when all is well, else what should be and what is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, transaction

from vafa.core.db import execute, fetch

MOST_NAMED = 100
# Sums over whole tables: sorted and hashed in memory, and by all processors.
_FOR_WHOLE_TABLES = {
    "work_mem": "'256MB'",
    "parallel_tuple_cost": "0.01",
    "max_parallel_workers_per_gather": "2",
    # Shared hash tables would need more shared memory than containers have.
    "enable_parallel_hash": "off",
}


class Check(NamedTuple):
    """``sql`` selects (subject, expected, found) for each difference; parameters by name.

    ``suspects`` is a quick query for the numbers of what may be wrong, which several checks may
    share. Then ``sql`` is asked only when there are any, and has them as ``%(suspects)s``.
    """

    name: str
    sql: str
    suspects: str = ""


class Difference(NamedTuple):
    """One thing that does not add up."""

    check: str
    subject: str
    expected: str
    found: str


class Examination:
    """Checks with the same parameters, of which those with the same suspects look for them once."""

    def __init__(self, params: Mapping[str, int]) -> None:
        self._params = dict(params)
        self._suspects: dict[str, list[int]] = {}

    def run(self, check: Check) -> list[Difference]:
        """The differences of one check, at most a hundred named."""
        params: dict[str, object] = {**self._params}
        if check.suspects:
            params["suspects"] = self._suspects_of(check)
            if not params["suspects"]:
                return []
        rows = fetch(f"SELECT * FROM ({check.sql}) AS differences LIMIT {MOST_NAMED}", params)
        return [Difference(check.name, str(s), str(e), str(f)) for s, e, f in rows]

    def _suspects_of(self, check: Check) -> list[int]:
        found = self._suspects.get(check.suspects)
        if found is None:
            rows = fetch(check.suspects, self._params)
            found = self._suspects[check.suspects] = [number for (number,) in rows]
        return found


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Everything read inside is of one moment, and nothing can be written.

    What commits between two checks is then no difference. Within a transaction that is open
    already, its own view is what counts.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(durable=True):
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for setting, value in _FOR_WHOLE_TABLES.items():
            execute(f"SET LOCAL {setting} = {value}")
        yield
