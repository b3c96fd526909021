"""Files that were taken back, and all that followed from them, are no part of the history that a
back-test judges (docs/adr/0024).

Which they are is settled once, when the back-test begins; in a club that has taken nothing back, no
statement asks any row about it. Conditions are without parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

from vafa.commerce.reads.undone_imports import counted_returns, undone_purchases


def counted_decisions(alias: str, undone: Sequence[int]) -> str:
    """Keeps decisions about no purchase of these imports, and about no return that they brought;
    ``alias`` is the name of program_decision in the statement."""
    if not undone:
        return "true"
    return (
        f"(NOT EXISTS (SELECT FROM commerce_purchase gone WHERE gone.id = {alias}.purchase_id"
        f" AND {undone_purchases('gone', undone)})"
        f" AND NOT EXISTS (SELECT FROM commerce_return gone WHERE gone.id = {alias}.undone_by_id"
        f" AND {undone_purchases('gone', undone)}))"
    )


def rests_on_undone(alias: str, undone: Sequence[int]) -> str:
    """Whether something that happened rests on a purchase of these imports, or is a return that counts
    no more; ``alias`` is the name of program_happening in the statement."""
    if not undone:
        return "false"
    return (
        f"(EXISTS (SELECT FROM commerce_purchase sold WHERE sold.id = ANY({alias}.purchases)"
        f" AND {undone_purchases('sold', undone)})"
        " OR EXISTS (SELECT FROM commerce_return back WHERE back.id ="
        f" CASE WHEN {alias}.kind = 'return' THEN {alias}.occurrence::bigint END"
        f" AND NOT ({counted_returns('back', undone)})))"
    )
