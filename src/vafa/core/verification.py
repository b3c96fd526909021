"""A check is a query that returns nothing when all is well, else what should be and what is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, transaction

from vafa.core.db import execute, fetch

MOST_NAMED = 100


class Check(NamedTuple):
    """``sql`` selects (subject, expected, found) for each difference; parameters by name."""

    name: str
    sql: str


class Difference(NamedTuple):
    """One thing that does not add up."""

    check: str
    subject: str
    expected: str
    found: str


def run_check(check: Check, params: Mapping[str, int]) -> list[Difference]:
    """The differences of one check, at most a hundred named."""
    rows = fetch(f"SELECT * FROM ({check.sql}) AS differences LIMIT {MOST_NAMED}", dict(params))
    return [Difference(check.name, str(s), str(e), str(f)) for s, e, f in rows]


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
        yield
