"""A back-test whose members cannot be judged one by one: where limits are shared, what one gets
depends on what others got before.

Everything is judged in one process, in the order in which it was recorded. What members have
earned so far is held in memory, about a hundred bytes for each purchase; purchases themselves
are read some thousands at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from heapq import heappop, heappush, merge
from itertools import pairwise
from typing import Any

from django.db import connection

from vafa.commerce.reads.undone_imports import counted_purchases, counted_returns
from vafa.core.db import fetch
from vafa.flows.backtest.events import BASE, DRAWN, MERGE, MOVE, Counts, Event, events_of, order_of
from vafa.flows.backtest.happened import moves, were_decided
from vafa.flows.backtest.history import (
    BOUGHT,
    JUDGED_AGAIN,
    Bought,
    bought_of,
    decisions,
    drawn_of,
    read_purchases,
)
from vafa.flows.backtest.history import DRAWN as DRAWN_COLUMNS
from vafa.flows.backtest.judging import Judge
from vafa.flows.backtest.people import END, SLICE, Person, every_so_many, people_between
from vafa.flows.backtest.slices import Bench, finish
from vafa.flows.backtest.taken_back import counted_decisions
from vafa.program.rules.backtest import Tally


def judge_in_order(bench: Bench, told: Callable[[int], None]) -> Tally:
    """What the draft gives everybody; ``told`` hears of so many more purchases that are judged."""
    judge = bench.judge()
    happened, again = _happened(bench, judge)
    streams: list[Iterable[Event]] = [
        _purchases(bench, judge, again, told),
        _merges(bench),
        happened,
    ]
    if judge.limits.are_of_households:
        streams.append(_moves(bench))
    if judge.standing.basis == "points":
        streams.append(_counting(bench))
    if bench.span.drawn:
        streams.append(_drawn(bench))
    if judge.standing.basis == "spend":
        streams.append(_returned_alone(bench))
    judge.feed(merge(*streams, key=order_of))
    judge.end()
    for people in _everybody(bench):
        bench.look_up_tiers(judge, people)
        finish(bench, judge, people)
        told(0)
    return judge.tally


def _happened(bench: Bench, judge: Judge) -> tuple[list[Event], set[int]]:
    """What is no purchase, in order, and the decisions that were made about it: some hundred bytes
    for each."""
    events: list[Event] = []
    again: set[int] = set()
    span = bench.span
    if not (bench.asked.more or span.happens or were_decided(bench.club.id, span)):
        return events, again
    for people in _everybody(bench):
        done = decisions(
            "member_id = ANY(%s) AND (trigger IN ('join', 'happening') OR undoes_id IS NOT NULL)",
            [person.id for person in people],
            span,
        )
        some, numbers = bench.tell(judge, people, done, bench.codes(people))
        events += some
        again.update(numbers)
    return sorted(events, key=order_of), again


def _purchases(
    bench: Bench, judge: Judge, again: Collection[int], told: Callable[[int], None]
) -> Iterator[Event]:
    """The purchases and what came back of them.

    What came back was recorded later, and waits until the purchases before it are there.
    """
    waiting: list[tuple[tuple[float, int, int], Event]] = []
    for some in _in_order(bench):
        found = read_purchases(some, bench.span)
        bench.look_up_tiers(judge, found.people)
        for event in events_of(found, (), "", bench.codes(found.people), again):
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
        f" AND {counted_purchases(among=span.undone)} ORDER BY recorded_at, id",
        [bench.club.id, since, span.end, span.known_until],
    )
    return (bought_of(some) for some in rows)


def _counting(bench: Bench) -> Iterator[Event]:
    """Tier points of anything else than the judged purchases."""
    span = bench.span
    rows = _streamed(
        "SELECT date_part('epoch', d.recorded_at), d.id, d.member_id, d.tier_at, d.tier_points"
        " FROM program_decision d"
        " LEFT JOIN commerce_purchase p ON p.id = d.purchase_id AND p.purchased_at >= %s"
        " AND p.purchased_at < %s AND p.recorded_at < %s"
        " WHERE d.club_id = %s AND d.tier_at >= %s AND d.recorded_at < %s AND d.tier_points <> 0"
        " AND d.trigger <> 'merge'"
        " AND (p.id IS NULL OR d.trigger NOT IN ('purchase', 'return', 'reverse'))"
        f" AND NOT {JUDGED_AGAIN} AND {counted_decisions('d', span.undone)}"
        " ORDER BY d.recorded_at, d.id",
        [
            *(span.start, span.end, span.known_until),
            *(bench.club.id, span.tiers_since, span.known_until, span.start, span.end),
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
        f" AND d.recorded_at < %s AND p.id IS NULL AND NOT {JUDGED_AGAIN}"
        f" AND {counted_decisions('d', span.undone)} ORDER BY d.recorded_at, d.id",
        [
            *(span.start, span.end, span.known_until),
            *(bench.club.id, span.known_until, span.start, span.end),
        ],
    )
    for some in rows:
        for one in drawn_of(some):
            yield Event(one.recorded_at, DRAWN, one.id, one)


def _returned_alone(bench: Bench) -> list[Event]:
    """Returns that name no purchase: few."""
    span = bench.span
    rows = fetch(
        "SELECT date_part('epoch', recorded_at), id, member_id, returned_at, -total"
        " FROM commerce_return"
        " WHERE club_id = %s AND purchase_id IS NULL AND member_id IS NOT NULL"
        f" AND returned_at >= %s AND recorded_at < %s AND {counted_returns(among=span.undone)}"
        " ORDER BY recorded_at, id",
        [bench.club.id, span.bills_since, span.known_until],
    )
    return [Event(at, BASE, number, Counts(*counts)) for at, number, *counts in rows]


def _merges(bench: Bench) -> list[Event]:
    return [Event(one.recorded_at, MERGE, one.gone, one) for one in bench.merges]


def _moves(bench: Bench) -> list[Event]:
    found = moves(bench.club.id, bench.span)
    return [Event(one.recorded_at, MOVE, one.member_id, one) for one in found]


def _everybody(bench: Bench) -> Iterator[list[Person]]:
    rows = every_so_many(bench.club.id)
    for first, after in pairwise([0, *(number for (number,) in rows), END]):
        yield people_between(bench.club.id, first, after)


def _streamed(sql: str, params: Sequence[Any]) -> Iterator[list[tuple[Any, ...]]]:
    """Rows some thousands at a time, held by the server meanwhile."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(SLICE):
            yield rows
