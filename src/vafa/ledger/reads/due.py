"""Lots whose time has come."""

from __future__ import annotations

from datetime import datetime

from vafa.core.db import fetch

_COLUMN = {"mature": ("pending", "matures_at"), "expire": ("available", "expires_at")}


def holders_due(unit_id: int, what: str, at: datetime, limit: int) -> list[int]:
    """Holders (at most ``limit``) with a lot to ``mature`` or ``expire`` by ``at``."""
    kind, column = _COLUMN[what]
    rows = fetch(
        "SELECT DISTINCT a.holder FROM ledger_lot l JOIN ledger_account a ON a.id = l.account_id"
        f" WHERE l.remaining > 0 AND l.{column} <= %s AND a.unit_id = %s AND a.kind = %s"
        " ORDER BY a.holder LIMIT %s",
        [at, unit_id, kind, limit],
    )
    return [row[0] for row in rows]
