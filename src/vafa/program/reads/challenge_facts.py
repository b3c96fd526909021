"""What members bought, as challenges see it, and which of it has met one already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vafa.core.db import fetch
from vafa.program.rules.challenges import Bought

_LEFT = (
    "p.total > coalesce((SELECT sum(r.total) FROM commerce_return r WHERE r.purchase_id = p.id), 0)"
)
_CATEGORIES = (
    "ARRAY(SELECT DISTINCT g.category_id FROM commerce_purchaseline l"
    " JOIN commerce_product g ON g.id = l.product_id WHERE l.purchase_id = p.id"
    " AND g.category_id IS NOT NULL AND l.amount > coalesce((SELECT sum(b.amount)"
    " FROM commerce_returnline b WHERE b.purchase_line_id = l.id), 0))"
)
_STANDS = (
    "h.decision_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM program_decision u"
    " WHERE u.undoes_id = h.decision_id)"
)


class Resting(NamedTuple):
    """A happening that earned something for these purchases, and still has it."""

    kind: str
    what: str
    member_id: int
    decision_id: int
    revision_id: int
    purchases: list[int]


def bought_between(
    member_ids: Sequence[int], since: datetime, until: datetime
) -> dict[int, list[Bought]]:
    """What members (with those merged into them) bought then and kept, oldest first."""
    rows = fetch(
        f"SELECT w.id, p.id, p.purchased_at, {_CATEGORIES} FROM unnest(%s::bigint[]) AS w(id)"
        " CROSS JOIN LATERAL (SELECT x.id FROM club_member x WHERE x.id = w.id"
        " OR x.merged_into_id = w.id) them JOIN commerce_purchase p ON p.member_id = them.id"
        f" AND p.purchased_at >= %s AND p.purchased_at <= %s WHERE {_LEFT}"
        " ORDER BY p.purchased_at, p.id",
        [list(member_ids), since, until],
    )
    found: dict[int, list[Bought]] = {}
    for member, number, at, categories in rows:
        found.setdefault(member, []).append(Bought(number, at, frozenset(categories)))
    return found


class Still(NamedTuple):
    """What a purchase still comes to, in the currency's smallest unit, and when it was made and
    delivered."""

    net: int
    at: datetime
    delivered_at: datetime | None


def still_of(purchase_ids: Sequence[int]) -> dict[int, Still]:
    """How these purchases stand, by number."""
    rows = fetch(
        "SELECT p.id, p.total - coalesce((SELECT sum(r.total) FROM commerce_return r"
        " WHERE r.purchase_id = p.id), 0)::bigint, p.purchased_at, y.delivered_at"
        " FROM commerce_purchase p LEFT JOIN commerce_delivery y ON y.purchase_id = p.id"
        " WHERE p.id = ANY(%s)",
        [list(purchase_ids)],
    )
    return {number: Still(*row) for number, *row in rows}


def left_of(purchase_ids: Sequence[int]) -> dict[int, Bought]:
    """What is left of these purchases; those that came back whole are left out."""
    rows = fetch(
        f"SELECT p.id, p.purchased_at, {_CATEGORIES} FROM commerce_purchase p"
        f" WHERE p.id = ANY(%s) AND {_LEFT}",
        [list(purchase_ids)],
    )
    return {number: Bought(number, at, frozenset(cats)) for number, at, cats in rows}


def used_purchases(member_ids: Sequence[int], since: datetime) -> dict[tuple[int, str], set[int]]:
    """By member and challenge the purchases that have met it since then, and were not undone."""
    rows = fetch(
        "SELECT w.id, h.what, h.purchases FROM unnest(%s::bigint[]) AS w(id)"
        " CROSS JOIN LATERAL (SELECT x.id FROM club_member x WHERE x.id = w.id"
        " OR x.merged_into_id = w.id) them JOIN program_happening h ON h.member_id = them.id"
        f" AND h.kind = 'challenge' AND h.occurred_at >= %s WHERE {_STANDS}",
        [list(member_ids), since],
    )
    used: dict[tuple[int, str], set[int]] = {}
    for member, what, purchases in rows:
        used.setdefault((member, what), set()).update(purchases)
    return used


def resting_on(club_id: int, purchase_ids: Sequence[int]) -> list[Resting]:
    """What was earned for these purchases among others, and is not undone."""
    rows = fetch(
        "SELECT h.kind, h.what, h.member_id, h.decision_id, d.revision_id, h.purchases"
        " FROM program_happening h JOIN program_decision d ON d.id = h.decision_id"
        " WHERE h.kind IN ('challenge', 'referral', 'event') AND h.purchases && %s::bigint[]"
        f" AND h.club_id = %s AND {_STANDS} ORDER BY h.decision_id",
        [list(purchase_ids), club_id],
    )
    return [Resting(*row) for row in rows]
