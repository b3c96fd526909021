"""Purchases of files that were taken back: facts that stay, and that no figure counts.

A file with the wrong unit or branch is undone, and a corrected one comes. Both stand in the tables for
ever, with the returns that undid the first; whoever adds up what was sold adds up the second alone
(docs/adr/0024). An import counts as taken back from the moment on which its undoing begins.
"""

from __future__ import annotations

# Few rows, whatever the club: PostgreSQL reads them once for each statement, and never asks about a bill
# that a till or the API recorded.
_LABELS = (
    "(SELECT 'import:' || i.id FROM commerce_dataimport i"
    " WHERE i.kind = 'purchases' AND i.state IN ('undoing', 'undone'))"
)


def counted_purchases(alias: str = "") -> str:
    """The condition, without parameters, that keeps the purchases of no import that was taken back;
    ``alias`` is the name of commerce_purchase in the statement."""
    at = f"{alias}." if alias else ""
    return f"({at}source <> 'import' OR {at}actor NOT IN {_LABELS})"


def undone_purchases(alias: str) -> str:
    """The opposite: the condition that keeps the purchases of imports that were taken back."""
    return f"({alias}.source = 'import' AND {alias}.actor IN {_LABELS})"


def counted_returns(alias: str = "") -> str:
    """The same for commerce_return: neither what such an import brought back, nor what came back of its
    purchases, by the undoing or before."""
    at = f"{alias}." if alias else ""
    return (
        f"({at}source <> 'import' OR {at}actor NOT IN {_LABELS})"
        f" AND NOT EXISTS (SELECT FROM commerce_purchase gone WHERE gone.id = {at}purchase_id"
        f" AND {undone_purchases('gone')})"
    )
