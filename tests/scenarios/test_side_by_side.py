"""What time does to very many holders is done by several connections at once."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection

from tests.world import World
from vafa.club.models import Member
from vafa.config.owner import as_owner
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.flows.upkeep import run_upkeep
from vafa.ledger.actions import aging


@pytest.fixture(autouse=True)
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every holder is a group of her own, and there are two threads on every machine."""
    monkeypatch.setattr(aging, "LOTS_AT_ONCE", 2)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def shoppers(world: World) -> list[Member]:
    """Nine members with two lots each."""
    members = [world.member, *(world.enrol() for _ in range(8))]
    for member in members:
        for _ in range(2):
            assert world.buy(5_000_000, member=("id", str(member.id))).error is None
    return members


def test_every_group_of_holders_expires_once(world: World) -> None:
    members = shoppers(world)
    before = sum(world.balance(member).available for member in members)
    assert before > 0
    at = now() + timedelta(days=800)
    assert len(aging.expiring(world.club.points_unit_id, at).groups) == len(members)
    assert run_upkeep(world.club, at=at).expired == before
    assert [world.balance(member).available for member in members] == [0] * len(members)
    assert run_upkeep(world.club, at=at).expired == 0
    named = fetch(
        "SELECT count(*), sum((payload ->> 'points')::bigint) FROM core_event"
        " WHERE club_id = %s AND name = 'points.expired'",
        [world.record.id],
    )
    assert [int(n) for n in named[0]][1] == before
    world.verify()


def test_two_runs_at_once_move_everything_once(world: World) -> None:
    members = shoppers(world)
    before = sum(world.balance(member).available for member in members)
    at = now() + timedelta(days=800)
    ready = threading.Barrier(2)

    def run(_: int) -> int:
        try:
            ready.wait()
            return run_upkeep(world.club, at=at).expired
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, range(2))) == before
    assert [world.balance(member).available for member in members] == [0] * len(members)


def test_a_group_whose_connection_is_cut_is_done_the_next_time(world: World) -> None:
    """One group waits for a till, and its connection is ended. What the others did, stays; of
    this one nothing is done; and the next run does exactly that."""
    members = shoppers(world)
    before = {member.id: world.balance(member).available for member in members}
    stuck = members[0]
    at = now() + timedelta(days=800)
    with ThreadPoolExecutor(1) as pool, as_owner(), connection.cursor() as till:
        till.execute("BEGIN")
        till.execute(
            "SELECT pg_backend_pid() FROM ledger_account WHERE unit_id = %s AND holder = %s"
            " FOR UPDATE",
            [world.club.points_unit_id, stuck.id],
        )
        mine = till.fetchone()[0]
        running = pool.submit(_upkeep, world, at)
        _end_who_waits_for(mine)
        with pytest.raises(OperationalError):
            running.result()
        till.execute("ROLLBACK")
    left = {member.id: world.balance(member).available for member in members}
    assert left[stuck.id] == before[stuck.id]
    assert all(left[id] in (0, before[id]) for id in left)
    world.verify()
    assert run_upkeep(world.club, at=at).expired == sum(left.values())
    assert [world.balance(member).available for member in members] == [0] * len(members)


def _upkeep(world: World, at: datetime) -> int:
    try:
        return run_upkeep(world.club, at=at).expired
    finally:
        connection.close()


def _end_who_waits_for(pid: int) -> None:
    """Ends the connection that waits for a lock of ``pid``, as soon as there is one."""
    while not fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_locks"
        " WHERE NOT granted AND %s = ANY(pg_blocking_pids(pid))",
        [pid],
    ):
        time.sleep(0.02)
