"""The controls of ``test_value.py``: without the lock, everybody who looks at the same moment
finds that she may go on; with it, whoever looks next waits until the first has ended.

Nothing is written; every look is rolled back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from tests.races.test_races import THREADS, together
from tests.world import World
from vafa.club.reads.members import find_members
from vafa.commerce.reads.returns import read_purchases
from vafa.config.owner import as_owner
from vafa.core.db import execute, fetch
from vafa.flows.adjustments import request_adjustment
from vafa.flows.reservations import reserve_for_bill
from vafa.ledger.actions.wallets import lock_wallets, read_wallets
from vafa.program.actions.counters import Place, open_counters
from vafa.program.actions.reservations import read_reservations
from vafa.program.actions.vouchers import NewUse, insert_uses, read_vouchers
from vafa.program.models import Adjustment
from vafa.program.reads.reversible import reversible
from vafa.program.rules.allowances import Allowance

pytestmark = pytest.mark.race
# Looks with the lock (True) or without, and says whether it may go on.
Look = Callable[[bool], bool]


def wallet(world: World) -> Look:
    """Points, purchases, gifts: who spends from a wallet reads its lots."""
    club, mine = world.club, (world.record.points_unit_id, world.member.id)

    def look(lock: bool) -> bool:
        books = (lock_wallets if lock else read_wallets)(club.book_id, [mine], with_lots=[mine])
        return books.plan.balance(*mine, "available") == 20

    return look


def voucher(world: World) -> Look:
    world.buy(50_000_000)
    code = world.redeem("voucher").answer["voucher_code"]
    return lambda lock: not read_vouchers(world.record.id, [code], lock=lock)[code].used


def reservation(world: World) -> Look:
    reserved = reserve_for_bill(
        world.club, member=world.ref, branch="main", points=5, actor=world.owner
    )
    number = reserved.answer["reservation_id"]

    def look(lock: bool) -> bool:
        return read_reservations(world.record.id, [number], lock=lock)[number].status == "open"

    return look


def line(world: World) -> Look:
    bought = world.buy(10_000_000).answer["purchase_id"]

    def look(lock: bool) -> bool:
        found, _ = read_purchases(world.record.id, [bought], [], lock=lock)
        return found[bought].returned == 0

    return look


def adjustment(world: World) -> Look:
    asked = request_adjustment(
        world.club, member_id=world.member.id, amount=5_000, reason="why", actor=world.owner
    )
    number = asked.answer["adjustment_id"]

    def look(lock: bool) -> bool:
        found = Adjustment.objects.filter(pk=number)
        return (found.select_for_update() if lock else found).get().status == "waiting"

    return look


def reversal(world: World) -> Look:
    """Of a purchase, whose member's wallet is what is locked."""
    bought = world.buy(10_000_000).answer["purchase_id"]
    number = fetch("SELECT id FROM program_decision WHERE purchase_id = %s", [bought])[0][0]
    mine = (world.record.points_unit_id, world.member.id)

    def look(lock: bool) -> bool:
        if lock:
            lock_wallets(world.club.book_id, [mine])
        found = reversible(world.record.id, number)
        return found is not None and not found.reversed

    return look


def budget(world: World) -> Look:
    """A counter that all share, of which a little is left for one."""
    of_rules = {"base": (Allowance("r:base", "total", "ever", "points", 10),)}
    place = Place(world.member.id, world.member.id, 0, date(2026, 1, 1), "jalali")
    club_id = world.record.id
    with transaction.atomic():
        open_counters(club_id, lambda *_: of_rules, [place], lock=True)

    def look(lock: bool) -> bool:
        left = open_counters(club_id, lambda *_: of_rules, [place], lock=lock).left(place)
        return all(n >= 10 for n in left.values())

    return look


def merging(world: World) -> Look:
    """Two who become one: the wallets are locked."""
    other = world.enrol()
    unit = world.record.points_unit_id

    def look(lock: bool) -> bool:
        if lock:
            lock_wallets(world.club.book_id, [(unit, world.member.id), (unit, other.id)])
        ref = ("id", str(other.id))
        return find_members(world.record.id, [ref])[ref].id == other.id

    return look


LOOKS = (wallet, voucher, reservation, line, adjustment, reversal, budget, merging)


@pytest.mark.parametrize("make", LOOKS, ids=lambda make: make.__name__)
def test_the_race_is_real(world: World, make: Callable[[World], Look]) -> None:
    look, halfway = make(world), threading.Barrier(THREADS)

    def without_lock(n: int) -> bool:
        with transaction.atomic():
            may = look(False)
            halfway.wait()  # all have looked before anybody ends
            transaction.set_rollback(True)
        return may

    assert sum(together(without_lock)) == THREADS


@pytest.mark.parametrize("make", LOOKS, ids=lambda make: make.__name__)
def test_the_lock_lets_one_look_at_a_time(world: World, make: Callable[[World], Look]) -> None:
    look, halfway = make(world), threading.Barrier(THREADS)

    def with_lock(n: int) -> bool:
        with transaction.atomic():
            execute("SET LOCAL lock_timeout = '300ms'")
            try:
                with transaction.atomic():
                    may = look(True)
            except OperationalError as error:
                assert getattr(error.__cause__, "sqlstate", "") == "55P03"
                may = False
            halfway.wait()
            transaction.set_rollback(True)
        return may

    assert sum(together(with_lock)) == 1


@contextmanager
def rolled_back() -> Iterator[None]:
    """As the owner of the tables, for a moment."""
    with as_owner(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def _use_twice(number: int, world: World) -> None:
    use = NewUse(number, 1, "counter", None, world.record.created_at, "test")
    insert_uses([use])
    insert_uses([use])


def test_the_constraint_is_what_refuses_a_second_use(world: World) -> None:
    """Where a lock were forgotten, the database would still refuse; without its constraint not."""
    world.buy(50_000_000)
    code = world.redeem("voucher").answer["voucher_code"]
    number = read_vouchers(world.record.id, [code], lock=False)[code].id
    with rolled_back(), pytest.raises(IntegrityError), transaction.atomic():
        _use_twice(number, world)
    with rolled_back():
        _drop_unique("program_voucheruse")
        _use_twice(number, world)
    assert not read_vouchers(world.record.id, [code], lock=False)[code].used


def _drop_unique(table: str) -> None:
    rows: list[tuple[Any, ...]] = fetch(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u'",
        [table],
    )
    with connection.cursor() as cursor:
        for (name,) in rows:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
