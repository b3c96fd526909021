"""Corners in which two stories meet, each told once by itself: what is set aside when a member
becomes another or leaves a household, and a gift between two who have one purse now."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.machine.shop import first_transfer
from tests.world import World
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.flows.captures import capture_reservation
from vafa.flows.entries import Outcome
from vafa.flows.gifts import give_points
from vafa.flows.households import add_to_household, make_household, remove_from_household
from vafa.flows.merging import merge_members
from vafa.flows.redemptions import cancel_redemption, hand_over
from vafa.flows.reservations import release_reservation
from vafa.flows.reversals import reverse_transfer
from vafa.flows.upkeep import run_upkeep
from vafa.program.rules.document import GiftTerms, HouseholdTerms


def code(outcome: Outcome) -> str:
    return outcome.error.code if outcome.error else outcome.status


def merged(world: World) -> Member:
    """The member becomes another; who that is."""
    keep = world.enrol()
    done = merge_members(
        world.club, keep_id=keep.id, gone_id=world.member.id, reason="one", actor=world.owner
    )
    assert done.error is None, done.error
    return keep


def test_a_reward_of_who_became_another_can_be_given_up(world: World) -> None:
    world.buy(10_000_000)
    redeemed = world.redeem("voucher").answer
    keep = merged(world)
    assert world.balance(keep)[:3] == (90, 0, 50)
    back = cancel_redemption(world.club, redemption_id=redeemed["redemption_id"], actor=world.owner)
    assert code(back) == "recorded"
    assert world.balance(keep) == (140, 0, 0, 0)


def test_or_handed_over_or_runs_out(world: World) -> None:
    world.buy(20_000_000)
    gift = world.redeem("product").answer["voucher_code"]
    world.redeem("voucher")
    keep = merged(world)
    given = hand_over(world.club, voucher_code=gift, member_id=keep.id, actor=world.owner)
    assert code(given) == "recorded"
    assert world.balance(keep)[:3] == (90, 0, 50)
    run_upkeep(world.club, at=now() + timedelta(days=100))
    assert world.balance(keep) == (140, 0, 0, 0)


def apart(world: World, points: int, voucher: str = "") -> int:
    """The member reserves out of a household's purse, and leaves the household."""
    world.change_program(households=HouseholdTerms(is_on=True))
    head = world.enrol()
    made = make_household(world.club, head_id=head.id, actor=world.owner).answer["household_id"]
    hers = {"household_id": made, "member_id": world.member.id, "actor": world.owner}
    assert code(add_to_household(world.club, **hers)) == "recorded"
    if voucher:
        voucher = world.redeem("voucher").answer["voucher_code"]
    reserved = world.reserve(points=points, voucher=voucher)
    assert reserved.error is None, reserved.error
    assert code(remove_from_household(world.club, **hers)) == "recorded"
    assert world.balance() == (0, 0, 0, 0)
    world.head_id = head.id
    return int(reserved.answer["reservation_id"])


@pytest.mark.parametrize("end", ["released", "captured", "time"])
def test_what_was_reserved_out_of_a_household_ends_there(world: World, end: str) -> None:
    world.buy(10_000_000)
    number = apart(world, 30)
    if end == "released":
        done = release_reservation(world.club, reservation_id=number, actor=world.owner)
        assert code(done) == "recorded"
    elif end == "captured":
        done = capture_reservation(world.club, reservation_id=number, actor=world.owner, points=10)
        assert code(done) == "recorded"
    else:
        run_upkeep(world.club, at=now() + timedelta(hours=1))
    assert world.balance() == (0, 0, 0, 0)


def test_it_pays_no_bill_of_hers_any_more(world: World) -> None:
    world.buy(10_000_000)
    number = apart(world, 30)
    assert code(world.buy(1_000_000, reservation=number)) == "unknown_reservation"
    assert world.balance() == (0, 0, 0, 0)


def test_one_that_is_over_is_over_whether_or_not_the_worker_has_been_by(world: World) -> None:
    world.buy(10_000_000)
    number = apart(world, 30)
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        assert code(world.buy(1_000_000, reservation=number)) == "reservation_resolved"
        run_upkeep(world.club)
        assert code(world.buy(1_000_000, reservation=number)) == "reservation_resolved"


def test_nor_does_a_reward_that_the_household_paid(world: World) -> None:
    """The voucher's points are held in the household's purse; where it is used up, they go."""
    world.buy(10_000_000)
    number = apart(world, 10, voucher="one")
    done = capture_reservation(world.club, reservation_id=number, actor=world.owner)
    assert code(done) == "recorded"
    assert world.balance() == (0, 0, 0, 0)


def test_a_gift_between_two_who_are_one_cannot_come_back(world: World) -> None:
    world.change_program(gifts=GiftTerms(is_on=True))
    world.buy(10_000_000)
    taker = world.enrol()
    pair = {"giver": world.ref, "taker": ("id", str(taker.id))}
    given = give_points(world.club, **pair, points=30, actor=world.owner)
    merge_members(
        world.club, keep_id=world.member.id, gone_id=taker.id, reason="one", actor=world.owner
    )
    before = world.balance()
    back = reverse_transfer(
        world.club,
        transfer_id=first_transfer(given.answer["decision_id"]),
        reason="wrong",
        actor=world.owner,
    )
    assert code(back) == "nothing_to_reverse"
    assert world.balance() == before
