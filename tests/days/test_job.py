"""The expiry job: never a second early, safe to run twice, late, and again when it was killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.days.calendars import DAYS, MONTH_ENDS, midnight_ending
from tests.world import World
from vafa.core.clock import now
from vafa.core.progress import SilentProgress
from vafa.flows.clubs import starting_program
from vafa.flows.upkeep import run_upkeep
from vafa.ledger.actions import aging
from vafa.ledger.actions.aging import expire_due
from vafa.ledger.actions.wallets import lock_wallets
from vafa.ledger.rules.state import LotTerms, Ref
from vafa.program.rules.document import Program
from vafa.program.rules.expiry import After, Expiry, Sliding

ROOT = Path(__file__).resolve().parents[2]
SECOND = timedelta(seconds=1)


def promise(world: World, expiry: Expiry, **terms: object) -> None:
    program = starting_program("IRR")
    changed = program.terms.model_copy(update={"expiry": expiry, **terms})
    world.publish(Program(terms=changed, rules=program.rules, tiers=program.tiers))


def earn(world: World, lots: list[tuple[int, datetime]], holder: int | None = None) -> None:
    """Lots of the member (or another) with these dates, earned a day before."""
    mine = (world.record.points_unit_id, holder or world.member.id)
    with transaction.atomic():
        locked = lock_wallets(world.club.book_id, [mine], with_lots=[mine])
        for amount, until in lots:
            earned = until - timedelta(days=1)
            locked.plan.earn(*mine, amount, LotTerms(earned, until), Ref("test", 1, earned))
        locked.write()


@pytest.mark.slow
def test_at_every_month_end_to_the_second(world: World) -> None:
    midnights = [midnight_ending(DAYS[jalali]) for jalali in MONTH_ENDS]
    world.buy(120_000, pay_points=20)  # those that she joined with have an end of their own
    earn(world, [(number, at) for number, at in enumerate(midnights, 1)])
    book, unit, holder = world.club.book_id, world.record.points_unit_id, world.member.id
    for number, midnight in enumerate(midnights, 1):
        with transaction.atomic():
            assert expire_due(book, unit, midnight - SECOND, [holder]) == []
            moved = expire_due(book, unit, midnight, [holder])
            assert [(m.amount, m.at) for m in moved] == [(number, midnight)]
            assert expire_due(book, unit, midnight, [holder]) == []
    assert world.balance() == (0, 0, 0, 0)


def test_thirty_esfand_1403(world: World) -> None:
    """Bought on the last day of a leap year, good for a year: to the last day of the next."""
    promise(world, After(count=12))
    noon = datetime(2025, 3, 20, 8, 30, tzinfo=UTC)
    assert noon < midnight_ending(DAYS[1403, 12, 30])
    world.buy(10_000_000, purchased_at=noon)
    midnight = datetime(2026, 3, 20, 20, 30, tzinfo=UTC)
    assert midnight == midnight_ending(DAYS[1404, 12, 29])
    assert run_upkeep(world.club, at=midnight - SECOND).expired == 0
    assert run_upkeep(world.club, at=midnight).expired == 100


def test_the_hour_that_came_twice(world: World) -> None:
    """On 30 Shahrivar 1401 it was 23:00 again at midnight; the day was over an hour later."""
    promise(world, After(count=10, each="days"))
    world.buy(10_000_000, purchased_at=datetime(2022, 9, 11, 12, tzinfo=UTC))
    for early in ("18:30:00", "19:30:00", "19:59:59", "20:29:59"):
        at = datetime.fromisoformat(f"2022-09-21T{early}+00:00")
        assert run_upkeep(world.club, at=at).expired == 0, early
    at = datetime(2022, 9, 21, 20, 30, tzinfo=UTC)
    assert run_upkeep(world.club, at=at).expired == 100


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_wherever_the_server_stands(world: World, zone: str) -> None:
    midnight = midnight_ending(DAYS[1401, 6, 30])
    earn(world, [(7, midnight), (8, midnight + timedelta(days=1))])
    moments = [midnight - SECOND, midnight, midnight + timedelta(days=1) - SECOND]
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    asked = {
        "club": world.record.id,
        "moments": [at.isoformat() for at in moments],
        "database": {name: connection.settings_dict[name] for name in names},
    }
    said = subprocess.run(
        [sys.executable, "-m", "tests.days.tell"],
        input=json.dumps(asked) + "\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "TZ": zone},
    )
    assert json.loads(said.stdout) == [0, 7, 0]


def test_late_and_twice(world: World) -> None:
    midnight = midnight_ending(DAYS[1401, 6, 31 - 1])
    earn(world, [(5, midnight), (6, midnight + timedelta(days=40))])
    late = midnight + timedelta(days=100, hours=5)
    assert run_upkeep(world.club, at=late).expired == 11
    assert run_upkeep(world.club, at=late) == (0, 0)
    assert run_upkeep(world.club, at=midnight) == (0, 0)
    assert world.balance().available == 20


class Killed(Exception):
    """The process ends here."""


class DyingProgress(SilentProgress):
    """Ends the job after some chunks."""

    def __init__(self, chunks: int) -> None:
        self.left = chunks

    def advance(self, n: int = 1) -> None:
        self.left -= 1
        if not self.left:
            raise Killed


@pytest.mark.parametrize("chunks", [1, 2, 4])
def test_killed_between_chunks(world: World, chunks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aging, "LOTS_AT_ONCE", 2)
    monkeypatch.setattr(aging, "_LOTS_OF_A_PAGE", 2)
    midnight = midnight_ending(DAYS[1401, 7, 30])
    members = [world.enrol() for _ in range(12)]
    for n, member in enumerate(members):
        earn(world, [(10, midnight + timedelta(days=n))], member.id)
    at = midnight + timedelta(days=30)
    with pytest.raises(Killed):
        # Two pages of nothing that matures come before.
        run_upkeep(world.club, at=at, progress=DyingProgress(chunks + 2))
    left = [world.balance(member).available for member in members]
    assert left == [20] * 2 * chunks + [30] * (12 - 2 * chunks)
    world.verify()
    assert run_upkeep(world.club, at=at).expired == 120 - 20 * chunks
    assert run_upkeep(world.club, at=at) == (0, 0)
    assert [world.balance(member).available for member in members] == [20] * 12


def test_killed_in_the_middle_of_a_chunk(world: World) -> None:
    midnight = midnight_ending(DAYS[1401, 7, 30])
    earn(world, [(50, midnight)])
    book, unit = world.club.book_id, world.record.points_unit_id
    with pytest.raises(Killed), transaction.atomic():
        assert [m.amount for m in expire_due(book, unit, midnight, [world.member.id])] == [50]
        raise Killed
    assert world.balance().available == 70
    assert run_upkeep(world.club, at=midnight).expired == 50


def test_idle_points_expire_to_the_second(world: World) -> None:
    promise(world, Sliding(months=6))
    # 31 Shahrivar has no like in Esfand: the last day of the month it is.
    world.buy(10_000_000, purchased_at=datetime(2023, 9, 22, 12, tzinfo=UTC))
    midnight = midnight_ending(DAYS[1402, 12, 29])
    assert run_upkeep(world.club, at=midnight - SECOND).expired == 0
    assert run_upkeep(world.club, at=midnight).expired == 100
    assert run_upkeep(world.club, at=now()) == (0, 0)
