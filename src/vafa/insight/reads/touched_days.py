"""Which days' figures an event changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.commerce.reads.undone_imports import counted_purchases
from vafa.core.db import fetch

_BOUGHT, _RETURNED = "purchase.recorded", "purchase.returned"
_JOINED, _MERGED = "member.joined", "member.merged"
_TAKEN_BACK = "import.taken_back"
EVENTS = (_BOUGHT, _RETURNED, _JOINED, _MERGED, _TAKEN_BACK)

# A bill that comes late changes when those who bought after it had bought before: her next two of
# all, and her next two at the same branch.
_NEXT_BILLS = f"""
WITH bill AS (
    SELECT b.at, b.branch_id,
        coalesce(m.merged_into_id, m.id)
        || ARRAY(SELECT x.id FROM club_member x WHERE x.merged_into_id = coalesce(m.merged_into_id, m.id))
        AS ids
    FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS b(member_id, branch_id, at)
    JOIN club_member m ON m.id = b.member_id
)
SELECT n.purchased_at FROM bill b CROSS JOIN LATERAL (
    (SELECT p.purchased_at FROM commerce_purchase p
    WHERE p.member_id = ANY(b.ids) AND p.purchased_at > b.at AND {counted_purchases("p")}
    ORDER BY p.purchased_at LIMIT 2)
    UNION ALL
    (SELECT p.purchased_at FROM commerce_purchase p
    WHERE p.member_id = ANY(b.ids) AND p.purchased_at > b.at AND p.branch_id = b.branch_id
        AND {counted_purchases("p")}
    ORDER BY p.purchased_at LIMIT 2)
) n
"""
# Who is one now: all that either of them ever bought, and the day on which one of them had joined.
_OF_MERGED = """
WITH one AS (
    SELECT m.id, m.joined_at FROM club_member m
    WHERE m.club_id = %(club)s AND (m.id = ANY(%(ids)s::bigint[]) OR m.merged_into_id = ANY(%(ids)s::bigint[]))
)
SELECT joined_at FROM one UNION ALL
SELECT p.purchased_at FROM commerce_purchase p JOIN one ON one.id = p.member_id
"""
# An import that is taken back leaves every figure: on the days of its bills, of what came back of them,
# and, of those who bought, wherever they bought later, under any of their numbers.
_OF_TAKEN_BACK = """
WITH gone AS MATERIALIZED (
    SELECT id, member_id, purchased_at FROM commerce_purchase
    WHERE source = 'import' AND actor = ANY(%(labels)s)
), who AS (
    SELECT DISTINCT coalesce(m.merged_into_id, m.id) AS id
    FROM gone JOIN club_member m ON m.id = gone.member_id
), them AS (
    SELECT id FROM who UNION SELECT m.id FROM club_member m JOIN who ON m.merged_into_id = who.id
), moments AS (
    SELECT purchased_at AS at FROM gone
    UNION ALL SELECT p.purchased_at FROM commerce_purchase p JOIN them ON them.id = p.member_id
    WHERE p.purchased_at > (SELECT min(purchased_at) FROM gone)
    UNION ALL SELECT r.returned_at FROM commerce_return r JOIN gone ON gone.id = r.purchase_id
    UNION ALL SELECT returned_at FROM commerce_return
    WHERE club_id = %(club)s AND source = 'import' AND actor = ANY(%(labels)s)
)
SELECT DISTINCT (at AT TIME ZONE %(zone)s)::date FROM moments
"""


class Happened(NamedTuple):
    """What is needed of an event; ``others`` are the numbers of members who became one, ``taken_back``
    is the label of an import."""

    name: str
    at: datetime
    member_id: int | None
    branch_id: int | None
    others: tuple[int, ...] = ()
    taken_back: str = ""

    @classmethod
    def of(
        cls,
        name: str,
        purchase: str | None,
        branch: str | None,
        member: str | None,
        merged: str | None,
        label: str | None,
        at: datetime,
    ) -> Happened:
        """An event from the parts of its payload, as the log has them."""
        numbers = [int(text) for text in (member, merged) if text]
        return cls(
            name,
            at,
            int(member) if member else None,
            int(branch) if branch else None,
            tuple(numbers) if name == _MERGED else (),
            (label or "") if name == _TAKEN_BACK else "",
        )


def touched(club: ClubContext, happened: Sequence[Happened]) -> set[date]:
    """The days of the club's zone whose figures are no longer right."""
    moments = [one.at for one in happened if one.name not in (_MERGED, _TAKEN_BACK)]
    bills = [one for one in happened if one.name == _BOUGHT and one.member_id is not None]
    if bills:
        columns = [one.member_id for one in bills], [one.branch_id for one in bills]
        rows = fetch(_NEXT_BILLS, [*columns, [one.at for one in bills]])
        moments += [at for (at,) in rows]
    merged = [number for one in happened for number in one.others]
    if merged:
        rows = fetch(_OF_MERGED, {"club": club.id, "ids": merged})
        moments += [at for (at,) in rows]
    days = {club.local_date(at) for at in moments}
    labels = [one.taken_back for one in happened if one.taken_back]
    if labels:
        rows = fetch(_OF_TAKEN_BACK, {"club": club.id, "zone": club.zone, "labels": labels})
        days |= {day for (day,) in rows}
    return days
