"""What a purchase granted and took, and how much of that was undone already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from vafa.core.db import fetch
from vafa.program.rules.allowances import given_back
from vafa.program.rules.undoing import LineProgress, granted_to_undo


@dataclass(slots=True)
class Undoable:
    """A decision of a purchase: points granted (trigger purchase) or spent (pay; negative).

    ``undone`` is the sum of what returns (and corrections) did to it so far (negative for grants);
    ``credit`` and ``credit_undone`` are the same of credit; ``counted`` is what it drew on limits.
    """

    id: int
    purchase_id: int
    member_id: int
    revision_id: int
    trigger: str
    points: int
    shares: list[tuple[int, ...]]
    parts: list[list[Any]]
    tier_at: datetime
    undone: int
    credit: int
    credit_undone: int
    counted: list[tuple[int, int, int]]
    tier_points: int
    tier_undone: int

    def to_undo(self, lines: Mapping[int, LineProgress]) -> tuple[int, int, int]:
        """Points, credit and tier points (beside those that the points are) to take back now."""
        undone = (-self.undone, -self.credit_undone, self.undone - self.tier_undone)
        kinds = range(1, max((len(share) for share in self.shares), default=1))
        take = [0, 0, 0]
        for kind in kinds:
            shares = [(share[0], share[kind]) for share in self.shares]
            take[kind - 1] = max(granted_to_undo(shares, lines, undone[kind - 1]), 0)
        return take[0], take[1], take[2]

    def drawn_back(self, points: int, credit: int, tier: int) -> list[tuple[int, int, int]]:
        """What goes back to limits when so much is taken back now."""
        before = -(self.credit_undone + self.tier_undone)
        after = before + credit + points + tier
        return given_back(self.counted, self.credit + self.tier_points, before, after)


def undoable_decisions(purchase_ids: Sequence[int]) -> list[Undoable]:
    """The decisions of these purchases, in one statement."""
    if not purchase_ids:
        return []
    rows = fetch(
        "SELECT d.id, d.purchase_id, d.member_id, d.revision_id, d.trigger, d.points, d.shares,"
        " d.parts, d.tier_at, coalesce(sum(u.points), 0)::bigint,"
        " d.credit, coalesce(sum(u.credit), 0)::bigint, d.counted,"
        " d.tier_points, coalesce(sum(u.tier_points), 0)::bigint"
        " FROM program_decision d LEFT JOIN program_decision u ON u.undoes_id = d.id"
        " WHERE d.purchase_id = ANY(%s) AND d.trigger IN ('purchase', 'pay')"
        " GROUP BY d.id ORDER BY d.id",
        [list(purchase_ids)],
    )
    return [_undoable(list(row)) for row in rows]


def earned_by(club_id: int, purchase_id: int) -> dict[int, tuple[int, int]]:
    """The decisions that gave something for this purchase, to whomever: its own, and those of what
    happened with it. By decision the member and the revision that decided."""
    rows = fetch(
        "SELECT d.id, d.member_id, d.revision_id FROM program_decision d WHERE d.purchase_id = %s"
        " AND d.trigger IN ('purchase', 'happening') AND d.club_id = %s UNION"
        " SELECT d.id, d.member_id, d.revision_id FROM program_happening h JOIN program_decision d"
        " ON d.id = h.decision_id WHERE h.kind = 'referral' AND h.purchases && ARRAY[%s]::bigint[]"
        " AND h.club_id = %s",
        [purchase_id, club_id, purchase_id, club_id],
    )
    return {number: (member, revision) for number, member, revision in rows}


def _undoable(row: list[Any]) -> Undoable:
    for place in (6, 7, 12):
        row[place] = _json(row[place]) or []
    return Undoable(*row)


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str) else value


def given_back_by(purchase_id: int, return_id: int) -> tuple[int, int]:
    """The points and the credit (smallest units) that had paid a purchase and that a return of it
    gave back."""
    rows = fetch(
        "SELECT coalesce(sum(points), 0)::bigint, coalesce(sum(credit), 0)::bigint"
        " FROM program_decision"
        " WHERE purchase_id = %s AND undone_by_id = %s AND trigger = 'give_back'",
        [purchase_id, return_id],
    )
    return rows[0][0], rows[0][1]
