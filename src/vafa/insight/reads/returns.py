"""The list of returns."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.undone_imports import counted_returns
from vafa.core.db import fetch
from vafa.insight.reads.spans import Span


class ReturnRow(NamedTuple):
    """A return; without a purchase it stands alone."""

    id: int
    receipt_no: str
    returned_at: datetime
    branch: str
    member_id: int | None
    member: str | None
    mobile: str | None
    purchase_id: int | None
    purchase_receipt: str | None
    total: int
    reason: str


class ReturnSum(NamedTuple):
    n: int
    total: int


_WHERE = (
    f"{counted_returns('r')} AND r.club_id = %(club)s AND (%(since)s::timestamptz IS NULL OR r.returned_at >= %(since)s)"
    " AND (%(until)s::timestamptz IS NULL OR r.returned_at < %(until)s)"
    " AND (%(branch)s::bigint IS NULL OR r.branch_id = %(branch)s)"
)


def sum_returns(club: ClubContext, span: Span | None, branch_id: int | None = None) -> ReturnSum:
    """Count and total of the returns of a span, at one branch or all."""
    rows = fetch(
        f"SELECT count(*), coalesce(sum(r.total), 0)::bigint FROM commerce_return r WHERE {_WHERE}",
        _params(club, span, branch_id),
    )
    return ReturnSum(*rows[0])


def list_returns(
    club: ClubContext,
    span: Span | None,
    branch_id: int | None = None,
    *,
    limit: int = 50,
    offset: int = 0,
) -> list[ReturnRow]:
    """A page of returns, newest first."""
    rows = fetch(
        "SELECT r.id, r.receipt_no, r.returned_at, b.name, m.id, m.name, m.mobile, p.id,"
        " p.receipt_no, r.total, r.reason"
        f" FROM (SELECT * FROM commerce_return r WHERE {_WHERE}"
        " ORDER BY r.returned_at DESC, r.id DESC LIMIT %(limit)s OFFSET %(offset)s) r"
        " JOIN club_branch b ON b.id = r.branch_id LEFT JOIN club_member m ON m.id = r.member_id"
        " LEFT JOIN commerce_purchase p ON p.id = r.purchase_id"
        " ORDER BY r.returned_at DESC, r.id DESC",
        _params(club, span, branch_id) | {"limit": limit, "offset": offset},
    )
    return [ReturnRow(*row) for row in rows]


def _params(club: ClubContext, span: Span | None, branch_id: int | None) -> dict[str, object]:
    since, until = span.moments(club) if span else (None, None)
    return {"club": club.id, "since": since, "until": until, "branch": branch_id}
