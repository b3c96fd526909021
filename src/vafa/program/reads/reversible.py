"""A decision that somebody wants to undo, with what is left of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from vafa.core.db import fetch
from vafa.program.rules.allowances import given_back


class Reversible(NamedTuple):
    """``points_left`` and ``credit_left`` are signed: what it still gives (or, negative, took).
    ``granted`` is all that it gave, credit and tier points together, to measure what was undone of
    it by; ``counted`` what it drew on limits."""

    id: int
    member_id: int
    revision_id: int
    purchase_id: int | None
    trigger: str
    tier_at: datetime
    points_left: int
    credit_left: int
    tier_left: int
    reversed: bool
    granted: int
    counted: list[tuple[int, int, int]]

    @property
    def drawn_back(self) -> list[tuple[int, int, int]]:
        """What goes back to limits when all that is left of it is undone."""
        before = self.granted - self.credit_left - self.tier_left
        return given_back(self.counted, self.granted, before, self.granted)


_SELECT = (
    "SELECT d.id, d.member_id, d.revision_id, d.purchase_id, d.trigger, d.tier_at,"
    " d.points + coalesce(sum(u.points), 0)::bigint, d.credit + coalesce(sum(u.credit), 0)::bigint,"
    " d.tier_points + coalesce(sum(u.tier_points), 0)::bigint,"
    " coalesce(bool_or(u.trigger IN ('reverse', 'gift_in_back')), false), d.credit + d.tier_points, d.counted"
    " FROM program_decision d LEFT JOIN program_decision u ON u.undoes_id = d.id"
)


def reversible(club_id: int, decision_id: int) -> Reversible | None:
    """The club's decision with what is left of it."""
    return reversibles(club_id, [decision_id]).get(decision_id)


def reversibles(club_id: int, decision_ids: Sequence[int]) -> dict[int, Reversible]:
    """The same of many decisions, by their numbers."""
    rows = fetch(
        f"{_SELECT} WHERE d.club_id = %s AND d.id = ANY(%s) GROUP BY d.id",
        [club_id, list(decision_ids)],
    )
    return {row[0]: _reversible(row) for row in rows}


def corrected_transfers(transfer_ids: Sequence[int]) -> set[int]:
    """Those of the transfers whose decision was reversed, or whose expiry was given back."""
    if not transfer_ids:
        return set()
    rows = fetch(
        "SELECT t.id FROM ledger_transfer t WHERE t.id = ANY(%s) AND (t.source = 'decision'"
        " AND EXISTS (SELECT 1 FROM program_decision u WHERE u.undoes_id = t.source_id"
        " AND u.trigger IN ('reverse', 'gift_in_back')) OR t.kind = 'expire' AND EXISTS"
        " (SELECT 1 FROM ledger_transfer r WHERE r.reverses_id = t.id AND r.kind = 'revive'))",
        [list(transfer_ids)],
    )
    return {number for (number,) in rows}


def gift_taken(gift_id: int) -> Reversible | None:
    """The taker's side of a gift whose giver's side is ``gift_id``."""
    rows = fetch(f"{_SELECT} WHERE d.answers_id = %s GROUP BY d.id", [gift_id])
    return _reversible(rows[0]) if rows else None


def _reversible(row: tuple[Any, ...]) -> Reversible:
    cells = list(row)
    if isinstance(cells[-1], str):
        cells[-1] = orjson.loads(cells[-1])
    cells[-1] = cells[-1] or []
    return Reversible(*cells)
