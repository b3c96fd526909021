"""What members bought in a draw's period, less what came back, and what rules and rewards gave
them: the facts that give chances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from vafa.core.db import fetch
from vafa.program.models import Draw, DrawChance, Revision, Reward
from vafa.program.reads.revisions import published_program
from vafa.program.rules.deeds import Chances
from vafa.program.rules.draw_words import Further
from vafa.program.rules.draws import ChanceFacts, ChanceTerms

_ROWS = 10_000
_HERS = "SELECT b.id FROM club_member b WHERE b.id = %(member)s OR b.merged_into_id = %(member)s"
_FACTS = """
WITH bought AS MATERIALIZED (
    SELECT p.id, p.member_id, p.total - coalesce(
        (SELECT sum(r.total) FROM commerce_return r WHERE r.purchase_id = p.id), 0) AS net
    FROM commerce_purchase p
    WHERE p.club_id = %(club)s AND p.purchased_at >= %(start)s AND p.purchased_at < %(end)s
        AND p.member_id IS NOT NULL AND (%(everywhere)s OR p.branch_id = ANY(%(branches)s)) {hers}
), earned AS (
    SELECT d.purchase_id, sum(d.points + coalesce(
        (SELECT sum(u.points) FROM program_decision u WHERE u.undoes_id = d.id), 0)) AS points
    FROM program_decision d JOIN bought b ON b.id = d.purchase_id
    WHERE %(with_points)s AND d.trigger = 'purchase' GROUP BY d.purchase_id
), summed AS (
    SELECT coalesce(x.merged_into_id, x.id) AS member_id,
        count(*) FILTER (WHERE b.net >= %(from_amount)s) AS purchases, sum(b.net) AS spent,
        coalesce(sum(e.points), 0) AS points
    FROM bought b JOIN club_member x ON x.id = b.member_id
    LEFT JOIN earned e ON e.purchase_id = b.id GROUP BY 1
), given AS (
    SELECT coalesce(x.merged_into_id, x.id) AS member_id, sum(c.chances) AS chances
    FROM program_drawchance c JOIN club_member x ON x.id = c.member_id
    WHERE c.draw_id = %(draw)s GROUP BY 1 HAVING sum(c.chances) > 0
), claimed AS (
    SELECT DISTINCT coalesce(x.merged_into_id, x.id) AS member_id
    FROM program_drawclaim c JOIN club_member x ON x.id = c.member_id WHERE c.draw_id = %(draw)s
)
SELECT m.id, coalesce(m.mobile, 'customer:' || m.external_id), coalesce(s.purchases, 0)::bigint,
    coalesce(s.spent, 0)::bigint, coalesce(s.points, 0)::bigint, c.member_id IS NOT NULL,
    coalesce(g.chances, 0)::bigint
FROM club_member m LEFT JOIN summed s ON s.member_id = m.id LEFT JOIN claimed c ON c.member_id = m.id
    LEFT JOIN given g ON g.member_id = m.id
WHERE m.club_id = %(club)s AND m.is_active AND m.merged_into_id IS NULL
    AND (m.mobile IS NULL OR m.mobile <> ALL(%(excluded)s)) {whom}
"""


class EntrantFacts(NamedTuple):
    """A member who may take part, by what her tag is made of, and what gives her chances."""

    member_id: int
    identity: str
    facts: ChanceFacts


def terms_of(draw: Draw) -> ChanceTerms:
    """How chances come in this draw."""
    return ChanceTerms(
        draw.from_amount, draw.step_amount, draw.step_points, draw.free_chances, draw.cap
    )


def further_chances(draw: Draw) -> Further:
    """Whether rules of the programme in force give chances in it, and whether rewards are some; or
    have been."""
    live = Revision.objects.filter(club_id=draw.club_id, status="live").first()
    rules = published_program(live.pk).rules if live else ()
    given = DrawChance.objects.filter(draw=draw)
    rewards = Reward.objects.filter(club_id=draw.club_id, kind="chances", is_active=True)
    return Further(
        by_rules=any(
            isinstance(rule.gives, Chances) and rule.gives.draw == draw.pk and rule.is_active
            for rule in rules
        )
        or given.exclude(decision__trigger="redeem").exists(),
        for_points=rewards.filter(terms__draw=draw.pk).exists()
        or given.filter(decision__trigger="redeem").exists(),
    )


def all_facts(
    draw: Draw, start: datetime, end: datetime, excluded: Sequence[str]
) -> Iterator[EntrantFacts]:
    """Everybody who bought in the period, asked for free chances, or was given some by a rule or a
    reward, as of one moment; members with the mobiles ``excluded`` left out. Must run inside a transaction."""
    statement = _FACTS.format(
        hers="", whom="AND (s.member_id IS NOT NULL OR c.member_id IS NOT NULL OR g.chances > 0)"
    )
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, _params(draw, start, end, excluded))
        while rows := cursor.fetchmany(_ROWS):
            yield from (_read(row) for row in rows)


def facts_of_member(
    draw: Draw, start: datetime, end: datetime, excluded: Sequence[str], member_id: int
) -> EntrantFacts | None:
    """The same of one member; None for one who may not take part."""
    statement = _FACTS.format(hers=f"AND p.member_id IN ({_HERS})", whom="AND m.id = %(member)s")
    rows = fetch(statement, {**_params(draw, start, end, excluded), "member": member_id})
    return _read(rows[0]) if rows else None


def _read(row: tuple[Any, ...]) -> EntrantFacts:
    return EntrantFacts(row[0], row[1], ChanceFacts(*row[2:]))


def _params(draw: Draw, start: datetime, end: datetime, excluded: Sequence[str]) -> dict[str, Any]:
    return {
        "club": draw.club_id,
        "draw": draw.id,
        "start": start,
        "end": end,
        "everywhere": not draw.branches,
        "branches": list(draw.branches),
        "with_points": draw.step_points is not None,
        "from_amount": draw.from_amount or 0,
        "excluded": list(excluded),
    }
