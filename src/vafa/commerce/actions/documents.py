"""Numbers of documents without a gap, and the documents themselves. Within a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from vafa.commerce.errors import UnknownPurchase
from vafa.core.db import dumps, execute, fetch

_NEXT = """
INSERT INTO commerce_documentseries AS s (club_id, branch_id, kind, year, last)
VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (branch_id, kind, year) DO UPDATE SET last = s.last + 1 RETURNING last
"""
_INSERT = """
INSERT INTO commerce_document (club_id, branch_id, kind, year, number, name, purchase_id,
    of_return_id, invoice_id, member_id, total, content, buyer, actor)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s) RETURNING id
"""


class NewDocument(NamedTuple):
    """A document to be issued; see the model."""

    club_id: int
    branch_id: int
    kind: str
    year: int
    number: int
    name: str
    purchase_id: int
    of_return_id: int | None
    invoice_id: int | None
    member_id: int | None
    total: int
    content: Mapping[str, Any]
    buyer: Mapping[str, str]
    actor: str


def lock_purchase(club_id: int, purchase_id: int) -> None:
    """Let nobody else issue anything for this purchase until the transaction ends.

    Raises UnknownPurchase.
    """
    rows = fetch(
        "SELECT id FROM commerce_purchase WHERE id = %s AND club_id = %s FOR UPDATE",
        [purchase_id, club_id],
    )
    if not rows:
        raise UnknownPurchase


def next_number(club_id: int, branch_id: int, kind: str, year: int) -> int:
    """The next of the series, which is locked until the transaction ends: who comes second waits,
    and takes the same number where the first is rolled back."""
    return int(fetch(_NEXT, [club_id, branch_id, kind, year])[0][0])


def insert_document(document: NewDocument) -> int:
    """The document's row number."""
    *values, content, buyer, actor = document
    rows = fetch(_INSERT, [*values, dumps(dict(content)), dumps(dict(buyer)), actor])
    return int(rows[0][0])


def forget_buyers(member_ids: list[int]) -> None:
    """Who is erased is no longer named as a buyer; what was sold stays."""
    execute(
        "UPDATE commerce_document SET buyer = NULL WHERE member_id = ANY(%s) AND buyer IS NOT NULL",
        [member_ids],
    )
