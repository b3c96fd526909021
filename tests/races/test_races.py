"""Threads against each other, each on a connection of its own: value moves once.

``test_the_race_is_real`` takes the lock away and shows that the same race then does harm;
without it, the others would prove nothing.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection, transaction

from tests.world import World
from vafa.commerce.models import Purchase
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.flows.entries import Outcome, PurchaseEntry
from vafa.flows.gathering import record_one
from vafa.flows.purchases import record_purchases
from vafa.flows.redemptions import hand_over, redeem_reward
from vafa.ledger.actions.wallets import lock_wallets, read_wallets
from vafa.ledger.errors import InsufficientBalance
from vafa.ledger.rules.state import Ref

pytestmark = pytest.mark.race
T = TypeVar("T")
THREADS = 20


def together(action: Callable[[int], T]) -> list[T]:
    """Run ``action`` in twenty threads that begin at the same moment."""
    barrier = threading.Barrier(THREADS)

    def run(n: int) -> T:
        try:
            connection.ensure_connection()
            barrier.wait()
            return action(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def statuses(outcomes: list[Outcome]) -> Counter[str]:
    return Counter(o.error.code if o.error else o.status for o in outcomes)


@pytest.mark.parametrize("gathered", [False, True], ids=["each its own batch", "gathered"])
def test_the_last_points_are_spent_once(world: World, gathered: bool) -> None:
    def pay(n: int) -> Outcome:
        # Everything is paid with points or too small to earn, so that nothing is earned meanwhile.
        entry = PurchaseEntry(
            world.owner, "main", 120_000, world.ref, pay_points=20, key=f"{gathered}-{n}"
        )
        if gathered:
            return record_one(world.club, entry, source="test")
        return record_purchases(world.club, [entry])[0]

    assert statuses(together(pay)) == {"recorded": 1, "insufficient_balance": THREADS - 1}
    assert world.balance().available == 0


@pytest.mark.parametrize("gathered", [False, True], ids=["each its own batch", "gathered"])
def test_one_key_sent_many_times_at_once_records_once(world: World, gathered: bool) -> None:
    entry = PurchaseEntry(world.owner, "main", 10**6, world.ref, key="same", receipt_no="same")

    def send(n: int) -> Outcome:
        if gathered:
            return record_one(world.club, entry, source="test")
        return record_purchases(world.club, [entry])[0]

    outcomes = together(send)
    assert statuses(outcomes) == {"recorded": 1, "repeated": THREADS - 1}
    assert len({o.answer["purchase_id"] for o in outcomes}) == 1
    assert Purchase.objects.filter(club=world.record).count() == 1
    assert world.balance().available == 30


def test_a_receipt_reported_by_two_programs_is_recorded_once(world: World) -> None:
    def send(n: int) -> Outcome:
        entry = PurchaseEntry(
            world.owner, "main", 10**6 + n % 2, world.ref, key=f"k{n}", receipt_no="r"
        )
        return record_purchases(world.club, [entry])[0]

    found = statuses(together(send))
    assert found["recorded"] == 1
    assert found["repeated"] == THREADS // 2 - 1
    assert found["receipt_reused"] == THREADS // 2
    assert world.balance().available == 30


def test_the_last_piece_of_a_reward_goes_to_one(world: World) -> None:
    members = [world.enrol() for _ in range(THREADS)]
    record_purchases(
        world.club,
        [PurchaseEntry(world.owner, "main", 10**7, ("id", str(m.id))) for m in members],
    )

    def redeem(n: int) -> Outcome:
        return redeem_reward(
            world.club,
            member_id=members[n].id,
            reward_id=world.rewards["product"].id,
            actor=world.owner,
            key=f"{n}",
        )

    outcomes = together(redeem)
    assert statuses(outcomes) == {"recorded": 1, "reward_unavailable": THREADS - 1}
    assert sorted(world.balance(m).available for m in members) == [20] + [120] * (THREADS - 1)


def test_a_voucher_is_used_once_and_a_product_handed_over_once(world: World) -> None:
    world.buy(50_000_000)
    code = world.redeem("voucher").answer["voucher_code"]
    entries = [
        PurchaseEntry(world.owner, "main", 10**6, world.ref, voucher=code, key=f"v{n}")
        for n in range(THREADS)
    ]
    used = together(lambda n: record_purchases(world.club, [entries[n]])[0])
    assert statuses(used) == {"recorded": 1, "voucher_unusable": THREADS - 1}
    gift = world.redeem("product").answer["voucher_code"]
    given = together(
        lambda n: hand_over(
            world.club, voucher_code=gift, member_id=world.member.id, actor=world.owner
        )
    )
    assert statuses(given) == {"recorded": 1, "voucher_unusable": THREADS - 1}


def test_a_purchase_is_returned_once(world: World) -> None:
    bought = world.buy(10**7).answer["purchase_id"]
    outcomes = together(lambda n: world.give_back(bought, key=f"r{n}"))
    assert statuses(outcomes) == {"recorded": 1, "return_too_large": THREADS - 1}
    assert world.balance().available == 20


def test_many_members_buy_and_pay_at_once_without_deadlock(world: World) -> None:
    members = [world.enrol() for _ in range(6)]

    def shop(n: int) -> list[Outcome]:
        order = members if n % 2 else list(reversed(members))
        return record_purchases(
            world.club,
            [
                PurchaseEntry(world.owner, "main", 10**6, ("id", str(m.id)), pay_points=1)
                for m in order
            ],
        )

    outcomes = [o for batch in together(shop) for o in batch]
    assert statuses(outcomes) == {"recorded": THREADS * 6}
    assert [world.balance(m).available for m in members] == [20 + THREADS * 8] * 6


def test_the_race_is_real(world: World) -> None:
    """Without the lock the same points are spent more than once; the lock is what stops it.

    Everything is rolled back, so that nothing wrong stays in the ledger.
    """
    unit, member, book = world.club.points_unit_id, world.member.id, world.club.book_id
    halfway = threading.Barrier(THREADS)

    def spend(open_plan: Callable[..., object], meet: bool) -> Callable[[int], bool]:
        def action(n: int) -> bool:
            with transaction.atomic():
                fetch("SELECT 1")
                wallets = open_plan(book, [(unit, member)], with_lots=[(unit, member)])
                if meet:
                    halfway.wait()
                try:
                    wallets.plan.spend(unit, member, 20, Ref("test", n, now()), at=now())  # type: ignore[attr-defined]
                except InsufficientBalance:
                    return False
                finally:
                    transaction.set_rollback(True)
                return True

        return action

    assert sum(together(spend(read_wallets, meet=True))) == THREADS
    assert sum(together(spend(lock_wallets, meet=False))) == THREADS, "each after a rollback"
