"""What was promised stays: warnings before an expiry, lots that no new policy touches, and
sliding that is written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.days.calendars import DAYS, midnight_ending
from tests.days.test_job import SECOND, earn, promise
from tests.world import World
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.engage.actions.expiry_warnings import warn_of_expiry
from vafa.flows.upkeep import run_upkeep
from vafa.program.rules.expiry import After, Expiry, Never, OnDate, PeriodEnd, Sliding

WARN = 7


def lots(world: World) -> list[tuple[object, ...]]:
    return fetch(
        "SELECT l.* FROM ledger_lot l JOIN ledger_account a ON a.id = l.account_id"
        " WHERE a.book_id = %s ORDER BY l.id",
        [world.record.book_id],
    )


def test_who_was_not_warned_loses_nothing_yet(world: World) -> None:
    """The server stood still when she should have been warned: the lot waits for its warning,
    and then as many days as were promised."""
    promise(world, After(count=12), warn_days=WARN)
    midnight = midnight_ending(DAYS[1401, 8, 30])
    earn(world, [(50, midnight)])
    late = midnight + timedelta(hours=9)
    assert run_upkeep(world.club, at=late).expired == 0
    assert world.balance().available == 70
    warn_of_expiry(world.club, at=late)
    over = midnight_ending(DAYS[1401, 9, 7])  # warned on the 1st, seven days with that one
    assert run_upkeep(world.club, at=over - SECOND).expired == 0
    assert run_upkeep(world.club, at=over).expired == 50


def test_who_was_warned_in_time_loses_it_on_the_day(world: World) -> None:
    promise(world, After(count=12), warn_days=WARN)
    midnight = midnight_ending(DAYS[1401, 8, 30])
    earn(world, [(50, midnight)])
    warn_of_expiry(world.club, at=midnight_ending(DAYS[1401, 8, 24]) - timedelta(hours=2))
    assert run_upkeep(world.club, at=midnight - SECOND).expired == 0
    assert run_upkeep(world.club, at=midnight).expired == 50


def test_a_warning_a_day_too_late_is_a_day_more(world: World) -> None:
    promise(world, After(count=12), warn_days=WARN)
    midnight = midnight_ending(DAYS[1401, 8, 30])
    earn(world, [(50, midnight)])
    warn_of_expiry(world.club, at=midnight_ending(DAYS[1401, 8, 24]))  # the 25th has begun
    assert run_upkeep(world.club, at=midnight).expired == 0
    day_more = midnight_ending(DAYS[1401, 9, 1])
    assert run_upkeep(world.club, at=day_more - SECOND).expired == 0
    assert run_upkeep(world.club, at=day_more).expired == 50


@pytest.mark.parametrize(
    "later",
    [
        Never(),
        After(count=1, each="days"),
        PeriodEnd(period="year"),
        OnDate(day=datetime(2027, 1, 1, tzinfo=UTC).date()),
        Sliding(months=1, activities=("spend",)),
    ],
    ids=lambda policy: policy.kind,
)
@pytest.mark.parametrize("first", [After(count=12), Sliding(months=6)], ids=["dated", "sliding"])
def test_a_new_policy_touches_no_lot(world: World, first: Expiry, later: Expiry) -> None:
    promise(world, first, pending_days=3)
    world.buy(10_000_000)
    world.buy(10_000_000, purchased_at=now() - timedelta(days=20))
    before = lots(world)
    promise(world, later, pending_days=9, warn_days=5)
    assert lots(world) == before
    world.buy(10_000_000)
    assert [lot for lot in lots(world) if lot in before] == before


def activities(world: World) -> list[datetime]:
    rows = fetch(
        "SELECT y.at FROM ledger_activity y JOIN ledger_account a ON a.id = y.account_id"
        " WHERE a.unit_id = %s AND a.holder = %s ORDER BY y.at",
        [world.record.points_unit_id, world.member.id],
    )
    return [at for (at,) in rows]


def test_only_the_named_activities_move_sliding_points(world: World) -> None:
    """Buying does here, and redeeming does not; each move is a row of its own."""
    promise(world, Sliding(months=6, activities=("purchase",)))
    first, second = (datetime(2023, month, 10, 12, tzinfo=UTC) for month in (5, 8))
    with time_machine.travel(first, tick=False) as time:
        world.buy(10_000_000)
        assert activities(world) == [first]
        before = lots(world)
        time.move_to(second)
        world.buy(1_000)
        assert activities(world) == [first, second]
        assert lots(world) == before, "no lot was edited: the activity is what moved its end"
        time.shift(timedelta(days=1))
        assert world.redeem("voucher").error is None
        assert activities(world) == [first, second]
    over = midnight_ending(DAYS[1402, 11, 19])  # 19 Mordad was the last time
    assert run_upkeep(world.club, at=over - SECOND).expired == 0
    # Nobody used the voucher: its fifty points have come back, to the same end.
    assert run_upkeep(world.club, at=over).expired == 100


def test_spending_moves_them_where_it_was_named(world: World) -> None:
    promise(world, Sliding(months=6, activities=("spend",)))
    first, second = (datetime(2023, month, 10, 12, tzinfo=UTC) for month in (5, 8))
    with time_machine.travel(first, tick=False) as time:
        world.buy(10_000_000)
        assert activities(world) == [first], "earning the first lot counts"
        time.move_to(second)
        world.buy(1_000)
        assert activities(world) == [first]
        world.buy(520_000, pay_points=1)
        assert activities(world) == [first, second]
    over = midnight_ending(DAYS[1402, 11, 19])
    assert run_upkeep(world.club, at=over - SECOND).expired == 0
    assert run_upkeep(world.club, at=over).expired == 100 + 5 - 1
