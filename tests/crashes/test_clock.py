"""The machine's clock jumps forty days ahead, and later comes back.

What is due by the wrong clock happens, once, and is written down; nothing breaks afterwards, and
nobody is locked out until the wrong day comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine

from tests.crashes.test_late_worker import movements, promise
from tests.world import World
from vafa.club.actions.login_codes import make_code, use_code
from vafa.club.errors import TooManyTries, WrongCode
from vafa.config.jobs import end_holds, forget_answers, forget_logins, upkeep
from vafa.core.clock import now
from vafa.flows.captures import capture_reservation
from vafa.flows.entries import Outcome
from vafa.flows.ledger_checks import check_nightly, is_due
from vafa.flows.reservations import reserve_for_bill
from vafa.ledger.reads.balances import Balance
from vafa.ledger.reads.verifications import latest_verification
from vafa.program.rules.expiry import After
from vafa.web.shared.throttle import MOST_FAILURES, count_failure, refuse_after_failures

JUMP = timedelta(days=40)
WELCOME = 20  # points that are good for a year


@contextmanager
def jumped() -> Iterator[None]:
    """The clock is forty days ahead."""
    with time_machine.travel(now() + JUMP):
        yield


def do_the_clocks_work(world: World) -> None:
    """Everything that the worker does by the clock."""
    for job in (end_holds, upkeep, forget_logins, forget_answers):
        job(timestamp=0)
    world.seal()  # only this club: those of other stories have keys of their own


def reserve(world: World, points: int = 10) -> Outcome:
    return reserve_for_bill(
        world.club, member=world.ref, branch="main", actor=world.owner, points=points
    )


def test_what_is_due_by_the_wrong_clock_happens_once(world: World) -> None:
    promise(world, expiry=After(count=30, each="days"), revive_days=90)
    bought = world.buy(10**7, key="before")
    reserved = reserve(world).answer["reservation_id"]
    code = world.redeem("voucher").answer["voucher_code"]
    with jumped():
        do_the_clocks_work(world)
        once, balance = movements(world), world.balance()
        do_the_clocks_work(world)
        assert movements(world) == once
        again = world.buy(10**7, key="before")
        assert again.answer["purchase_id"] == bought.answer["purchase_id"]
        assert world.buy(10**6, key="ahead").status == "recorded"
    assert balance == Balance(available=WELCOME, held=50), "the bought points were over by then"
    do_the_clocks_work(world)
    captured = capture_reservation(world.club, reservation_id=reserved, actor=world.owner)
    assert captured.error is not None and captured.error.code == "reservation_resolved"
    used = world.buy(10**6, voucher=code)
    assert used.status == "recorded", "a voucher of ninety days is good on either day"


def test_points_of_which_nobody_was_told_wait(world: World) -> None:
    promise(world, expiry=After(count=30, each="days"), warn_days=7)
    world.buy(10**7)
    before = world.balance()
    with jumped():
        do_the_clocks_work(world)
        do_the_clocks_work(world)
        assert world.balance() == before
    do_the_clocks_work(world)
    assert world.balance() == before


def test_after_the_clock_came_back_the_shop_goes_on(world: World) -> None:
    with jumped():
        world.buy(10**7, key="ahead")
        open_still = reserve(world).answer["reservation_id"]
        do_the_clocks_work(world)
    assert world.buy(10**7, key="ahead").status == "repeated"
    first = world.buy(10**7, key="back")
    assert first.status == "recorded"
    paid = world.buy(10**6, pay_points=10, key="paid")
    assert paid.status == "recorded", paid.error
    assert world.give_back(first.answer["purchase_id"]).status == "recorded"
    captured = capture_reservation(world.club, reservation_id=open_still, actor=world.owner)
    assert captured.status == "recorded", captured.error
    do_the_clocks_work(world)
    world.seal()


def test_the_nightly_check_is_not_put_off_by_one_in_the_future(world: World) -> None:
    with jumped():
        assert check_nightly(world.club) == []
    asked = latest_verification(world.club.book_id)
    assert asked is not None
    # By the application's clock or the database's: as long ago as it lies ahead.
    with time_machine.travel(asked.asked_at - JUMP):
        assert is_due(world.club, now())


def test_login_codes_and_limits_of_the_future_lock_nobody_out(world: World) -> None:
    club, mobile = world.record.id, world.member.mobile
    assert mobile is not None
    old = make_code(club, mobile)
    with jumped():
        with pytest.raises(WrongCode):
            use_code(club, mobile, old)
        for _ in range(5):
            make_code(club, mobile)
        with pytest.raises(TooManyTries):
            make_code(club, mobile)
        for _ in range(MOST_FAILURES):
            count_failure("staff", mobile)
        with pytest.raises(TooManyTries):
            refuse_after_failures("staff", mobile)
    refuse_after_failures("staff", mobile)
    use_code(club, mobile, make_code(club, mobile))
