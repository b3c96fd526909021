"""What counts for the tiers of many members, in one statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.db import Query, dumps, fetch, recordset
from vafa.program.rules.document import Program
from vafa.program.rules.tier_windows import looks_back_to
from vafa.program.rules.tiers import TierFact

_COLUMNS = (
    ("n", "int"),
    ("member_id", "bigint"),
    ("since", "timestamptz"),
    ("until", "timestamptz"),
)
_ALWAYS = "-infinity"
_NO_TIME = datetime(1, 1, 1, tzinfo=UTC)  # of a fact that is as it is, whatever the date
# Who was merged into her is her; who was merged into another is nobody.
_THEM = (
    " CROSS JOIN LATERAL (SELECT x.id FROM club_member x WHERE x.id = w.member_id"
    " AND x.merged_into_id IS NULL UNION ALL"
    " SELECT x.id FROM club_member x WHERE x.merged_into_id = w.member_id) them"
)
_BACK = "coalesce((SELECT sum(r.total) FROM commerce_return r WHERE r.purchase_id = p.id), 0)"
_BILLS = (
    " FROM commerce_purchase p WHERE p.member_id = them.id AND p.purchased_at >= w.since"
    " AND p.purchased_at <= w.until"
)
_EACH = {
    "points": (
        " JOIN LATERAL (SELECT d.tier_at AS at, sum(d.tier_points)::bigint AS amount"
        " FROM program_decision d WHERE d.member_id = w.member_id AND d.tier_at >= w.since"
        " AND d.tier_at <= w.until GROUP BY 1) f ON f.amount <> 0"
    ),
    "spend": (
        f"{_THEM} CROSS JOIN LATERAL (SELECT p.purchased_at AS at,"
        f" (p.total - {_BACK})::bigint AS amount{_BILLS} UNION ALL"
        " SELECT r.returned_at, -r.total FROM commerce_return r WHERE r.member_id = them.id"
        " AND r.purchase_id IS NULL AND r.returned_at >= w.since AND r.returned_at <= w.until) f"
    ),
    "visits": (
        f"{_THEM} CROSS JOIN LATERAL (SELECT p.purchased_at AS at, 1 AS amount{_BILLS}"
        f" AND p.total > {_BACK}) f"
    ),
}


class TierAsk(NamedTuple):
    """Whose tier is asked, and at which moment."""

    member_id: int
    at: datetime


def tier_facts_query(
    club: ClubContext, program: Program, asks: Sequence[TierAsk]
) -> Query[list[list[TierFact]]]:
    """The facts of each ask that may matter then, in the same order (they may hold later ones).

    Nothing is asked for a programme without tiers. Points of a plain window come as one sum.
    """
    if not program.tiers or not asks:
        return Query("", (), lambda rows: [[] for _ in asks])
    if program.tier_terms.basis == "attribute":
        return _attributes(program, asks)
    if program.tier_terms.basis == "points" and program.tier_terms.is_plain:
        return _sums(club, program, asks)
    return _facts(club, program, asks)


def tier_facts(
    club: ClubContext, program: Program, member_ids: Collection[int], at: datetime
) -> dict[int, list[TierFact]]:
    """The facts of each member that may matter at ``at``."""
    ids = list(member_ids)
    found = tier_facts_query(club, program, [TierAsk(number, at) for number in ids]).ask()
    return dict(zip(ids, found, strict=True))


def single_facts(
    club: ClubContext, program: Program, member_ids: Collection[int], at: datetime
) -> dict[int, list[TierFact]]:
    """The facts of each member that may matter at ``at``, one by one, as an outlook needs them."""
    asks = [TierAsk(number, at) for number in member_ids]
    if not program.tiers or not asks:
        return {ask.member_id: [] for ask in asks}
    attribute = program.tier_terms.basis == "attribute"
    found = (_attributes(program, asks) if attribute else _facts(club, program, asks)).ask()
    return {ask.member_id: facts for ask, facts in zip(asks, found, strict=True)}


def tier_points_by_day(member_id: int) -> list[tuple[datetime, int]]:
    """(moment, tier points) wherever they do not cancel out, in order."""
    rows = fetch(
        "SELECT tier_at, sum(tier_points)::bigint FROM program_decision WHERE member_id = %s"
        " GROUP BY tier_at HAVING sum(tier_points) <> 0 ORDER BY tier_at",
        [member_id],
    )
    return [(at, points) for at, points in rows]


def _since(club: ClubContext, program: Program, at: datetime) -> datetime | str:
    first = looks_back_to(program.tier_terms, club.local_date(at), club.calendar)
    return _ALWAYS if first is None else club.day_start(first)


def _sums(
    club: ClubContext, program: Program, asks: Sequence[TierAsk]
) -> Query[list[list[TierFact]]]:
    """Equal asks are summed up once: those of one member's purchases of the same moment."""
    different = list(dict.fromkeys(asks))
    since = {at: _since(club, program, at) for at in {ask.at for ask in different}}
    windows = [(n, a.member_id, since[a.at], a.at) for n, a in enumerate(different)]

    def build(rows: list[tuple[int, int]]) -> list[list[TierFact]]:
        sums = {different[n]: points for n, points in rows}
        return [[TierFact(ask.at, sums[ask])] for ask in asks]

    return Query(
        "SELECT w.n, (SELECT coalesce(sum(d.tier_points), 0)::bigint FROM program_decision d"
        " WHERE d.member_id = w.member_id AND d.tier_at >= w.since AND d.tier_at <= w.until)"
        f" FROM {recordset(_COLUMNS, 'w')}",
        [dumps(windows)],
        build,
    )


def _facts(
    club: ClubContext, program: Program, asks: Sequence[TierAsk]
) -> Query[list[list[TierFact]]]:
    """Each member's facts once, however often she is asked of."""
    until: dict[int, datetime] = {}
    since: dict[int, datetime] = {}
    for ask in asks:
        until[ask.member_id] = max(ask.at, until.get(ask.member_id, ask.at))
        since[ask.member_id] = min(ask.at, since.get(ask.member_id, ask.at))
    windows = [
        (n, number, _since(club, program, since[number]), until[number])
        for n, number in enumerate(until)
    ]

    def build(rows: list[tuple[int, datetime, int]]) -> list[list[TierFact]]:
        found: dict[int, list[TierFact]] = {number: [] for number in until}
        for member_id, at, amount in rows:
            found[member_id].append(TierFact(at, amount))
        return [found[ask.member_id] for ask in asks]

    each = _EACH[program.tier_terms.basis]
    return Query(
        f"SELECT w.member_id, f.at, f.amount FROM {recordset(_COLUMNS, 'w')}{each}",
        [dumps(windows)],
        build,
    )


def _attributes(program: Program, asks: Sequence[TierAsk]) -> Query[list[list[TierFact]]]:
    """The number that stands in the member's attribute; nothing where it is none."""

    def build(rows: list[tuple[int, int]]) -> list[list[TierFact]]:
        found = {number: [TierFact(_NO_TIME, amount)] for number, amount in rows}
        return [found.get(ask.member_id, []) for ask in asks]

    return Query(
        f"SELECT m.id, {ATTRIBUTE} FROM club_member m WHERE m.id = ANY(%s::bigint[])"
        " AND m.merged_into_id IS NULL AND jsonb_typeof(m.attributes -> %s) = 'number'",
        [
            program.tier_terms.attribute,
            sorted({a.member_id for a in asks}),
            program.tier_terms.attribute,
        ],
        build,
    )


# Of a number with a fraction the whole part; beyond any threshold all are the same.
ATTRIBUTE = "least(greatest(floor((m.attributes ->> %s)::numeric), -1), 1e15)::bigint"
