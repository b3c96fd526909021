"""Whoever has looked a member up while she leaves gives her nothing behind her back.

She has left, and it is not committed yet: what is done for her at this moment waits for that, and is
then refused by name, or left out. The second story is the same with fifty at once in two processes,
all of whom have looked her up before anybody is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import connection, transaction

from tests.races.halves import THREADS
from tests.races.test_value import _series, race
from tests.world import World
from vafa.club.actor import system_actor
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.flows.adjustments import request_adjustment
from vafa.flows.clubs import starting_program
from vafa.flows.gifts import give_points
from vafa.flows.happenings import HappeningEntry, report_happenings
from vafa.flows.leaving import leave_within
from vafa.flows.member_events import record_visit
from vafa.flows.redemptions import redeem_reward
from vafa.flows.voucher_series import give_code
from vafa.program.models import Decision, Happening, Redemption, Voucher
from vafa.program.reads.happenings import people_query
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import GiftTerms
from vafa.program.rules.rule import Fixed, Rule, Text

pytestmark = pytest.mark.race
_WAITS = "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
# Who waits for a row: the first in the queue for its holder, the others for their turn.
_ALL_WAIT = (
    "SELECT DISTINCT w.pid FROM pg_locks w JOIN pg_locks at ON at.pid = w.pid"
    " JOIN pg_database d ON d.oid = at.database AND d.datname = current_database()"
    " WHERE NOT w.granted AND w.locktype IN ('transactionid', 'tuple')"
)
Deed = Callable[[World, int], str]


def _told(outcome: Any) -> str:
    return outcome.error.code if outcome.error else outcome.status


def gift_to_her(world: World, other: int) -> str:
    giver, taker = ("id", str(other)), world.ref
    return _told(give_points(world.club, giver=giver, taker=taker, points=5, actor=world.owner))


def gift_from_her(world: World, other: int) -> str:
    giver, taker = world.ref, ("id", str(other))
    return _told(give_points(world.club, giver=giver, taker=taker, points=5, actor=world.owner))


def visit(world: World, other: int) -> str:
    return _told(record_visit(world.club, member=world.ref, branch="main", actor=world.owner))


def birthday(world: World, other: int) -> str:
    """She is on a page of people whose day it is, beside somebody who stays."""
    people = people_query(world.record.id, [world.member.id, other]).ask()
    assert len(people) == 2
    entries = [HappeningEntry(person, "birthday", "1405", now()) for person in people]
    actor = system_actor(world.record.id)
    told = report_happenings(world.club, live_program(world.record.id), entries, actor=actor)
    new = {entry.person.id: one.is_new for entry, one in zip(entries, told, strict=True)}
    assert new[other], "it is still the other's day"
    return "recorded" if new[world.member.id] else "inactive_member"


def reward(world: World, other: int) -> str:
    wanted = world.rewards["voucher"].id
    return _told(
        redeem_reward(world.club, member_id=world.member.id, reward_id=wanted, actor=world.owner)
    )


def code(world: World, other: int) -> str:
    series = world.series_id
    return _told(
        give_code(world.club, series_id=series, member_id=world.member.id, actor=world.owner)
    )


def by_hand(world: World, other: int) -> str:
    given = {"member_id": world.member.id, "amount": 10, "reason": "جبران"}
    return _told(request_adjustment(world.club, **given, actor=world.owner))


DEEDS: dict[str, Deed] = {
    one.__name__: one
    for one in (gift_to_her, gift_from_her, visit, birthday, reward, code, by_hand)
}


def _prepare(world: World) -> int:
    """A programme in which all of it is possible; the number of somebody who stays."""
    rules = tuple(
        Rule(id=f"my-{on}", name=Text(fa=on), on=on, gives=Fixed(points=30))
        for on in ("visit", "birthday")
    )
    program = starting_program("IRR")
    gifts = GiftTerms(is_on=True, points_a_day=10**6, gifts_a_day=100)
    world.publish(program.model_copy(update={"gifts": gifts, "rules": (*program.rules, *rules)}))
    other = world.enrol()
    for who in (world.ref, ("id", str(other.id))):
        world.buy(5_000_000, member=who)
    world.series_id = _series(world, kind="voucher", count=100, value=10_000).pk
    return other.id


def _hers(world: World) -> tuple[int, ...]:
    """How much there is that names her."""
    hers = {"member_id": world.member.id}
    kinds: tuple[Any, ...] = (Decision, Happening, Redemption, Voucher)
    return tuple(kind.objects.filter(**hers).count() for kind in kinds)


@pytest.mark.parametrize("name", DEEDS)
def test_what_waits_for_her_leaving_finds_her_gone(world: World, name: str) -> None:
    other = _prepare(world)
    told: list[str] = []

    def act() -> None:
        try:
            told.append(DEEDS[name](world, other))
        finally:
            connection.close()

    with transaction.atomic():
        leave_within(world.club, world.member.id, world.owner, now())
        left_with = _hers(world)
        thread = Thread(target=act)
        thread.start()
        until = monotonic() + 30
        while not fetch(_WAITS):
            assert monotonic() < until and thread.is_alive(), "it waits for nobody"
            sleep(0.02)
    thread.join()
    assert told == ["inactive_member"]
    assert _hers(world) == left_with
    assert world.balance() == (0, 0, 0, 0)
    assert Member.objects.get(pk=world.member.id).left_at is not None


def test_fifty_who_wait_for_her_leaving_find_her_gone(world: World) -> None:
    other = _prepare(world)

    def give() -> Counter[str]:
        try:
            return race(world, "give_or_take", other=other, series=world.series_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        leave_within(world.club, world.member.id, world.owner, now())
        left_with = _hers(world)
        giving = pool.submit(give)
        until = monotonic() + 60
        while len(fetch(_ALL_WAIT)) < THREADS:
            assert monotonic() < until and not giving.done(), "not all of them wait"
            sleep(0.02)
    assert giving.result() == {"inactive_member": THREADS}
    assert _hers(world) == left_with
    assert world.balance() == (0, 0, 0, 0)
    assert world.balance(Member.objects.get(pk=other)).available == 70
