"""The worker was away: what was due meanwhile is done when it comes back, exactly as if in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from tests.world import World
from vafa.core.db import fetch
from vafa.flows.reservations import reserve_for_bill
from vafa.flows.upkeep import run_upkeep
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import PointTerms
from vafa.program.rules.expiry import After

FIRST_DAY = datetime(2027, 1, 4, 8, tzinfo=UTC)
LAST_HOUR = FIRST_DAY + timedelta(days=8)
HOUR = timedelta(hours=1)


def shop_for_days(world: World) -> None:
    """Points that mature after two days and expire after five, and one reservation of 30 minutes."""
    with time_machine.travel(FIRST_DAY, tick=False):
        promise(world, pending_days=2, expiry=After(count=5, each="days"))
    for day in range(4):
        with time_machine.travel(FIRST_DAY + timedelta(days=day, hours=day), tick=False):
            assert world.buy((day + 1) * 10**6, key=f"day-{day}").status == "recorded"
    with time_machine.travel(FIRST_DAY, tick=False):
        reserved = reserve_for_bill(
            world.club, member=world.ref, branch="main", actor=world.owner, points=10, minutes=30
        )
    assert reserved.status == "recorded", reserved.error


def promise(world: World, **terms: Any) -> None:
    """The club's programme with other dates for points."""
    live = live_program(world.club.id).program
    world.publish(live.model_copy(update={"terms": PointTerms(worth=3_000, **terms)}))


def movements(world: World) -> list[tuple[Any, ...]]:
    """What time and people did with what was earned, and when by the business's time. What was set
    aside goes back when somebody carries it back, and only that moment depends on the worker."""
    return fetch(
        "SELECT CASE WHEN t.kind <> 'release' THEN t.effective_at END AS at,"
        " t.kind, t.amount, d.kind, c.kind FROM ledger_transfer t"
        " JOIN ledger_account d ON d.id = t.debit_account_id"
        " JOIN ledger_account c ON c.id = t.credit_account_id"
        " WHERE t.book_id = %s AND t.kind <> 'earn' ORDER BY 1, 2, 3, 4, 5",
        [world.club.book_id],
    )


def upkeep_at(world: World, at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        run_upkeep(world.club)


def test_a_worker_that_was_away_leaves_the_books_that_one_in_time_leaves(
    world: World, other_world: World
) -> None:
    for each in (world, other_world):
        shop_for_days(each)
    at = FIRST_DAY
    while at <= LAST_HOUR:
        upkeep_at(world, at)
        at += HOUR
    upkeep_at(other_world, LAST_HOUR)
    assert movements(world) == movements(other_world)
    assert world.balance() == other_world.balance()
    assert [m for m in movements(world) if m[1] == "expire"], "something was due"


def test_coming_late_twice_moves_nothing_twice(world: World) -> None:
    shop_for_days(world)
    upkeep_at(world, FIRST_DAY + timedelta(days=3))
    upkeep_at(world, FIRST_DAY + timedelta(days=3, hours=1))
    upkeep_at(world, LAST_HOUR)
    once = movements(world)
    upkeep_at(world, LAST_HOUR)
    upkeep_at(world, LAST_HOUR + HOUR)
    assert movements(world) == once
