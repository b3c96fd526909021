"""A back-test whose members cannot be judged one by one: where limits are shared, what one gets
depends on what others got before.

Everything is judged in one process, in the order in which it was recorded. What members have
earned so far is held in memory, about a hundred bytes for each purchase; purchases themselves
are read some thousands at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import heappop, heappush, merge
from itertools import pairwise
from typing import Any

from django.db import connection

from vafa.core.db import fetch
from vafa.flows.backtest.events import BASE, DRAWN, MERGE, Counts, Event, events_of, order_of
from vafa.flows.backtest.history import (
    BOUGHT,
    END,
    SLICE,
    Bought,
    Person,
    bought_of,
    drawn_of,
    people_between,
    read_purchases,
)
from vafa.flows.backtest.history import DRAWN as DRAWN_COLUMNS
from vafa.flows.backtest.judging import Judge
from vafa.flows.backtest.slices import Bench, finish
from vafa.program.rules.backtest import Tally

_PEOPLE_AT_ONCE = 10_000


def judge_in_order(bench: Bench, told: Callable[[int], None]) -> Tally:
    """What the draft gives everybody; ``told`` hears of so many more purchases that are judged."""
    judge = bench.judge()
    streams: list[Iterable[Event]] = [_purchases(bench, judge, told), _merges(bench)]
    if judge.standing.basis == "points":
        streams.append(_counting(bench))
    if bench.span.drawn:
        streams.append(_drawn(bench))
    if judge.standing.basis == "spend":
        streams.append(_returned_alone(bench))
    judge.feed(merge(*streams, key=order_of))
    for people in _everybody(bench):
        bench.look_up_tiers(judge, people)
        finish(bench, judge, people)
        told(0)
    return judge.tally


def _purchases(bench: Bench, judge: Judge, told: Callable[[int], None]) -> Iterator[Event]:
    """The purchases and what came back of them.

    What came back was recorded later, and waits until the purchases before it are there.
    """
    waiting: list[tuple[tuple[float, int, int], Event]] = []
    for some in _in_order(bench):
        found = read_purchases(some, bench.span)
        bench.look_up_tiers(judge, found.people)
        for event in events_of(found, (), "", bench.segments(found.people)):
            heappush(waiting, (order_of(event), event))
        # The next ones may have been recorded at the very moment of the last one of these.
        while waiting and waiting[0][1].recorded_at < some[-1].recorded_at:
            yield heappop(waiting)[1]
        told(len(found.bought))
    while waiting:
        yield heappop(waiting)[1]


def _in_order(bench: Bench) -> Iterator[list[Bought]]:
    span = bench.span
    since = span.start if span.bills_since is None else span.bills_since
    rows = _streamed(
        f"SELECT {BOUGHT} FROM commerce_purchase WHERE club_id = %s AND member_id IS NOT NULL"
        " AND purchased_at >= %s AND purchased_at < %s AND recorded_at < %s"
        " ORDER BY recorded_at, id",
        [bench.club.id, since, span.end, span.known_until],
    )
    return (bought_of(some) for some in rows)


def _counting(bench: Bench) -> Iterator[Event]:
    """Tier points of anything else than the judged purchases."""
    span = bench.span
    rows = _streamed(
        "SELECT date_part('epoch', d.recorded_at), d.id, d.member_id, d.tier_at, d.tier_points FROM program_decision d"
        " LEFT JOIN commerce_purchase p ON p.id = d.purchase_id AND p.purchased_at >= %s"
        " AND p.purchased_at < %s AND p.recorded_at < %s"
        " WHERE d.club_id = %s AND d.tier_at >= %s AND d.recorded_at < %s AND d.tier_points <> 0"
        " AND d.trigger <> 'merge'"
        " AND (p.id IS NULL OR d.trigger NOT IN ('purchase', 'return', 'reverse'))"
        " ORDER BY d.recorded_at, d.id",
        [
            *(span.start, span.end, span.known_until),
            *(bench.club.id, span.tiers_since, span.known_until),
        ],
    )
    for some in rows:
        for recorded_at, number, *counts in some:
            yield Event(recorded_at, BASE, number, Counts(*counts))


def _drawn(bench: Bench) -> Iterator[Event]:
    """What anything else than the judged purchases drew on limits."""
    span = bench.span
    rows = _streamed(
        f"SELECT {DRAWN_COLUMNS} FROM program_decision d LEFT JOIN commerce_purchase p"
        " ON p.id = d.purchase_id AND p.purchased_at >= %s AND p.purchased_at < %s"
        " AND p.recorded_at < %s WHERE d.club_id = %s AND d.counted IS NOT NULL"
        " AND d.recorded_at < %s AND p.id IS NULL ORDER BY d.recorded_at, d.id",
        [span.start, span.end, span.known_until, bench.club.id, span.known_until],
    )
    for some in rows:
        for one in drawn_of(some):
            yield Event(one.recorded_at, DRAWN, one.id, one)


def _returned_alone(bench: Bench) -> list[Event]:
    """Returns that name no purchase: few."""
    span = bench.span
    rows = fetch(
        "SELECT date_part('epoch', recorded_at), id, member_id, returned_at, -total FROM commerce_return"
        " WHERE club_id = %s AND purchase_id IS NULL AND member_id IS NOT NULL"
        " AND returned_at >= %s AND recorded_at < %s ORDER BY recorded_at, id",
        [bench.club.id, span.bills_since, span.known_until],
    )
    return [Event(at, BASE, number, Counts(*counts)) for at, number, *counts in rows]


def _merges(bench: Bench) -> list[Event]:
    return [Event(one.recorded_at, MERGE, one.gone, one) for one in bench.merges]


def _everybody(bench: Bench) -> Iterator[list[Person]]:
    rows = fetch(
        "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM club_member"
        " WHERE club_id = %s) each WHERE n %% %s = 0 ORDER BY id",
        [bench.club.id, _PEOPLE_AT_ONCE],
    )
    for first, after in pairwise([0, *(number for (number,) in rows), END]):
        yield people_between(bench.club.id, first, after)


def _streamed(sql: str, params: Sequence[Any]) -> Iterator[list[tuple[Any, ...]]]:
    """Rows some thousands at a time, held by the server meanwhile."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(SLICE):
            yield rows
