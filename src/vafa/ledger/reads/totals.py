"""What a unit's pools gave out and took back: a book's points economy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.db import fetch


class PoolTotals(NamedTuple):
    """Sums of a time span by the business's time (``effective_at``), all positive.

    issued and clawed_back to and from members, spent and restored, expired and revived.
    """

    issued: int = 0
    clawed_back: int = 0
    spent: int = 0
    restored: int = 0
    expired: int = 0
    revived: int = 0


_SUMS = (
    "coalesce(sum(t.amount) FILTER (WHERE d.kind = 'issuance'), 0)::bigint,"
    " coalesce(sum(t.amount) FILTER (WHERE c.kind = 'issuance'), 0)::bigint,"
    " coalesce(sum(t.amount) FILTER (WHERE c.kind = 'spent'), 0)::bigint,"
    " coalesce(sum(t.amount) FILTER (WHERE d.kind = 'spent'), 0)::bigint,"
    " coalesce(sum(t.amount) FILTER (WHERE c.kind = 'expired'), 0)::bigint,"
    " coalesce(sum(t.amount) FILTER (WHERE d.kind = 'expired'), 0)::bigint"
)
_FROM = (
    " FROM ledger_transfer t JOIN ledger_account d ON d.id = t.debit_account_id"
    " JOIN ledger_account c ON c.id = t.credit_account_id"
)


def pool_totals(
    unit_id: int, since: datetime | None = None, until: datetime | None = None
) -> PoolTotals:
    """Totals of [since, until); None leaves that side open."""
    rows = fetch(
        f"SELECT {_SUMS}{_FROM} WHERE t.unit_id = %s"
        " AND (%s::timestamptz IS NULL OR t.effective_at >= %s)"
        " AND (%s::timestamptz IS NULL OR t.effective_at < %s)",
        [unit_id, since, since, until, until],
    )
    return PoolTotals(*rows[0])


def pool_series(unit_id: int, boundaries: Sequence[datetime]) -> list[PoolTotals]:
    """Totals of each span between neighbouring ``boundaries`` (ascending), in order."""
    spans = len(boundaries) - 1
    rows = fetch(
        f"SELECT width_bucket(t.effective_at, %s::timestamptz[]) AS span, {_SUMS}{_FROM}"
        " WHERE t.unit_id = %s AND t.effective_at >= %s AND t.effective_at < %s GROUP BY 1",
        [list(boundaries), unit_id, boundaries[0], boundaries[-1]],
    )
    found = {span: PoolTotals(*sums) for span, *sums in rows}
    return [found.get(n, PoolTotals()) for n in range(1, spans + 1)]


def outstanding(unit_id: int) -> int:
    """What holders have now: available, pending and held, less their debts."""
    rows = fetch(
        "SELECT coalesce(sum(balance), 0)::bigint FROM ledger_account"
        " WHERE unit_id = %s AND holder > 0",
        [unit_id],
    )
    return int(rows[0][0])
