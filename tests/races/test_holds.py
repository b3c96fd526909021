"""What is set aside goes one way, however many want it at the same moment."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from tests.races.test_races import THREADS, statuses, together
from tests.world import World
from vafa.core.clock import now
from vafa.flows.captures import capture_reservation
from vafa.flows.entries import Outcome
from vafa.flows.hold_ends import end_due_holds
from vafa.flows.redemptions import cancel_redemption
from vafa.flows.reservations import release_reservation
from vafa.program.models import Reservation

pytestmark = pytest.mark.race


def test_the_last_points_are_set_aside_once(world: World) -> None:
    outcomes = together(lambda n: world.reserve(points=20))
    assert statuses(outcomes) == {"recorded": 1, "insufficient_balance": THREADS - 1}
    assert world.balance()[:3] == (0, 0, 20)


def test_a_voucher_is_set_aside_once(world: World) -> None:
    world.buy(10_000_000)
    code = world.redeem("voucher").answer["voucher_code"]
    outcomes = together(lambda n: world.reserve(voucher=code))
    assert statuses(outcomes) == {"recorded": 1, "voucher_unusable": THREADS - 1}


def test_one_reservation_ends_one_way(world: World) -> None:
    world.buy(10_000_000)
    code = world.redeem("voucher").answer["voucher_code"]
    number = world.reserve(points=50, voucher=code).answer["reservation_id"]

    def end(n: int) -> Outcome:
        if n % 4 == 0:
            return capture_reservation(world.club, reservation_id=number, actor=world.owner)
        if n % 4 == 1:
            return release_reservation(world.club, reservation_id=number, actor=world.owner)
        if n % 4 == 2:
            # Too little to earn anything.
            return world.buy(520_000, reservation=number, voucher=code)
        ended = end_due_holds(world.club, now() + timedelta(minutes=16))
        return Outcome("recorded" if ended else "ended before")

    outcomes = statuses(together(end))
    assert outcomes["recorded"] == 1, outcomes
    assert set(outcomes) <= {"recorded", "reservation_resolved", "voucher_unusable", "ended before"}
    end_by = Reservation.objects.get(pk=number)
    voucher_used = end_by.status == "used"
    assert world.balance().held == (0 if voucher_used else 50)
    assert world.balance().available in (20, 70)


def test_a_reward_is_used_or_given_up(world: World) -> None:
    world.buy(10_000_000)
    redeemed = world.redeem("voucher").answer

    def race(n: int) -> Outcome:
        if n % 2:
            return world.buy(520_000, voucher=redeemed["voucher_code"])
        return cancel_redemption(
            world.club, redemption_id=redeemed["redemption_id"], actor=world.owner
        )

    outcomes: Counter[str] = statuses(together(race))
    assert outcomes["recorded"] == 1
    assert set(outcomes) <= {"recorded", "redemption_final", "voucher_unusable"}
    assert world.balance().held == 0
    assert world.balance().available in (70, 120)
