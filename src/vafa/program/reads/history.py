"""Everything that changed a member's points and credit, newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import orjson

from vafa.club.reads.context import ClubContext
from vafa.club.reads.members import wallet_of, with_merged
from vafa.core.db import fetch
from vafa.ledger.reads.transfers import transfer


class HistoryRow(NamedTuple):
    """A line of the history. ``trigger``: that of the decision, or expire (then there is none).

    ``points`` and ``credit`` (smallest currency units) are signed; ``parts`` explain them (see
    rules/explain.py). ``transfer_id`` names the line's movement in the ledger, where it has one
    (the taker's side of a gift has none of its own).
    """

    at: datetime
    trigger: str
    points: int
    parts: list[list[Any]]
    revision_id: int | None
    purchase_id: int | None
    receipt_no: str | None
    branch_name: str | None
    total: int | None
    reward_name: str | None
    credit: int
    transfer_id: int | None


_SQL = """
SELECT h.at, h.trigger, h.points, h.parts, h.revision_id, h.purchase_id, h.receipt_no, h.name,
    h.total, h.reward, h.credit, CASE WHEN h.revision_id IS NULL THEN h.id ELSE
        (SELECT min(t.id) FROM ledger_transfer t WHERE t.source_id = h.id AND t.source = 'decision')
    END
FROM (SELECT * FROM (
    SELECT d.effective_at AS at, d.trigger, d.points, d.parts, d.revision_id, d.purchase_id,
        p.receipt_no, b.name, p.total, w.name AS reward, d.credit, d.id
    FROM program_decision d
    LEFT JOIN commerce_purchase p ON p.id = d.purchase_id
    LEFT JOIN club_branch b ON b.id = p.branch_id
    LEFT JOIN program_redemption r ON r.decision_id = d.id
    LEFT JOIN program_reward w ON w.id = r.reward_id
    WHERE d.member_id = ANY(%(members)s) AND d.club_id = %(club)s
        AND (d.points <> 0 OR d.credit <> 0 OR d.tier_points = 0
            AND d.trigger IN ('purchase', 'join', 'happening', 'return', 'redeem', 'unredeem'))
        AND (%(decision)s::bigint IS NULL OR d.id = %(decision)s)
        AND (%(purchase)s::bigint IS NULL OR d.purchase_id = %(purchase)s)
    UNION ALL
    SELECT t.effective_at, t.kind, CASE WHEN a.unit_id = %(unit)s THEN -t.amount ELSE 0 END,
        '[]'::jsonb, NULL, NULL, NULL, NULL, NULL, NULL,
        CASE WHEN a.unit_id = %(credit)s THEN -t.amount ELSE 0 END, t.id
    FROM ledger_account a JOIN ledger_transfer t ON t.debit_account_id = a.id
    WHERE a.unit_id IN (%(unit)s, %(credit)s) AND a.holder = ANY(%(holders)s)
        AND a.kind = 'available' AND t.kind = 'expire' AND t.debit_version IS NOT NULL
        AND (%(expiry)s::bigint IS NULL OR t.id = %(expiry)s)
        AND %(purchase)s::bigint IS NULL
) h
WHERE %(trigger)s::text[] IS NULL OR h.trigger = ANY(%(trigger)s)
ORDER BY h.at DESC, h.id DESC LIMIT %(limit)s OFFSET %(offset)s) h
ORDER BY h.at DESC, h.id DESC
"""
_NONE = 0  # no row has this number
_MOST_OF_ONE = 200


def history(
    club: ClubContext,
    member_id: int,
    *,
    limit: int = 50,
    offset: int = 0,
    triggers: list[str] | None = None,
) -> list[HistoryRow]:
    """A page of the member's history, with that of members merged into her; ``triggers`` keeps
    only lines of these kinds."""
    return _rows(club, member_id, triggers, None, None, limit, offset)


def history_of_purchase(club: ClubContext, member_id: int, purchase_id: int) -> list[HistoryRow]:
    """What one purchase and its returns did to the member's points and credit, the newest first."""
    return _rows(club, member_id, None, None, None, _MOST_OF_ONE, 0, purchase_id)


def history_line(club: ClubContext, member_id: int, transfer_id: int) -> HistoryRow | None:
    """The line of the member's history that this transfer made, if it is hers."""
    named = transfer(club.book_id, transfer_id)
    if named is None:
        return None
    decision = named.source_id if named.source == "decision" else _NONE
    expiry = named.id if named.kind == "expire" else _NONE
    return next(iter(_rows(club, member_id, None, decision, expiry, 1, 0)), None)


def _rows(
    club: ClubContext,
    member_id: int,
    triggers: list[str] | None,
    decision: int | None,
    expiry: int | None,
    limit: int,
    offset: int,
    purchase: int | None = None,
) -> list[HistoryRow]:
    people, wallet = with_merged(member_id), wallet_of(member_id)
    # Of one who was merged only what was hers; others have used their own wallets before they
    # shared a household's.
    holders = {*people, wallet.holder} if wallet.member_id == member_id else {member_id}
    rows = fetch(
        _SQL,
        {
            "members": people,
            "holders": sorted(holders),
            "club": club.id,
            "unit": club.points_unit_id,
            "credit": club.credit_unit_id,
            "trigger": triggers,
            "decision": decision,
            "expiry": expiry,
            "purchase": purchase,
            "limit": limit,
            "offset": offset,
        },
    )
    return [HistoryRow(r[0], r[1], r[2], _parts(r[3]), *r[4:12]) for r in rows]


def _parts(value: Any) -> list[list[Any]]:
    found: list[list[Any]] = orjson.loads(value) if isinstance(value, str) else value
    return found
