"""Purchases of files that were taken back: facts that stay, and that no figure counts.

A file with the wrong unit or branch is undone, and a corrected one comes. Both stand in the tables for
ever, with the returns that undid the first; whoever adds up what was sold adds up the second alone
(docs/adr/0024). An import counts as taken back from the moment on which its undoing begins.
"""

from __future__ import annotations

from collections.abc import Sequence

from vafa.core.db import fetch

# Few rows, whatever the club: PostgreSQL reads them once for each statement, and never asks about a bill
# that a till or the API recorded.
_LABELS = (
    "(SELECT 'import:' || i.id FROM commerce_dataimport i"
    " WHERE i.kind = 'purchases' AND i.state IN ('undoing', 'undone'))"
)


def undone_imports(club_id: int) -> tuple[int, ...]:
    """The club's imports of purchases that are taken back by now, for statements that go on for long
    and must mean the same ones from the first to the last."""
    rows = fetch(
        "SELECT id FROM commerce_dataimport WHERE club_id = %s AND kind = 'purchases'"
        " AND state IN ('undoing', 'undone') ORDER BY id",
        [club_id],
    )
    return tuple(number for (number,) in rows)


def counted_purchases(alias: str = "", among: Sequence[int] | None = None) -> str:
    """The condition, without parameters, that keeps the purchases of no import that was taken back;
    ``alias`` is the name of commerce_purchase in the statement. ``among``: what ``undone_imports``
    said; where it said none, no row is asked anything."""
    if among is not None and not among:
        return "true"
    at = f"{alias}." if alias else ""
    return f"({at}source <> 'import' OR {at}actor NOT IN {_labels(among)})"


def undone_purchases(alias: str, among: Sequence[int] | None = None) -> str:
    """The opposite: the condition that keeps the purchases of imports that were taken back."""
    if among is not None and not among:
        return "false"
    return f"({alias}.source = 'import' AND {alias}.actor IN {_labels(among)})"


def counted_returns(alias: str = "", among: Sequence[int] | None = None) -> str:
    """The same for commerce_return: neither what such an import brought back, nor what came back of its
    purchases, by the undoing or before."""
    if among is not None and not among:
        return "true"
    at = f"{alias}." if alias else ""
    return (
        f"({at}source <> 'import' OR {at}actor NOT IN {_labels(among)})"
        f" AND NOT EXISTS (SELECT FROM commerce_purchase gone WHERE gone.id = {at}purchase_id"
        f" AND {undone_purchases('gone', among)})"
    )


def _labels(among: Sequence[int] | None) -> str:
    if among is None:
        return _LABELS
    return "(" + ", ".join(f"'import:{int(number)}'" for number in among) + ")"
