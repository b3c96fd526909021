"""A check is a query that returns nothing when all is well, else what should be and what is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from vafa.core.db import fetch

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
