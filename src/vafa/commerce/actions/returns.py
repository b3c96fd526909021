"""Write returns and their lines as facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.db import Table, insert_rows

_RETURNS = Table(
    "commerce_return",
    (
        ("id", "bigint"),
        ("club_id", "bigint"),
        ("branch_id", "bigint"),
        ("purchase_id", "bigint"),
        ("member_id", "bigint"),
        ("receipt_no", "text"),
        ("total", "bigint"),
        ("reason", "text"),
        ("content_hash", "text"),
        ("source", "text"),
        ("actor", "text"),
        ("returned_at", "timestamptz"),
    ),
)
_LINES = Table(
    "commerce_returnline",
    (
        ("parent_id", "bigint"),
        ("purchase_line_id", "bigint"),
        ("name", "text"),
        ("quantity", "bigint"),
        ("amount", "bigint"),
    ),
)


class NewReturn(NamedTuple):
    """A row of commerce_return; see the model."""

    id: int
    club_id: int
    branch_id: int
    purchase_id: int | None
    member_id: int | None
    receipt_no: str
    total: int
    reason: str
    content_hash: str
    source: str
    actor: str
    returned_at: datetime


class NewReturnLine(NamedTuple):
    """A row of commerce_returnline; see the model."""

    parent_id: int
    purchase_line_id: int | None
    name: str
    quantity: int
    amount: int


def insert_returns(returns: Sequence[NewReturn], lines: Sequence[NewReturnLine]) -> None:
    """Two statements. Raises IntegrityError when a receipt number was taken meanwhile."""
    insert_rows(_RETURNS, [tuple(r) for r in returns])
    insert_rows(_LINES, [tuple(line) for line in lines])
