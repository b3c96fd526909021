"""A member's number changes, and for a day nothing leaves her account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.world import World, new_mobile
from vafa.club.actor import Actor
from vafa.club.models import Audit, Member, NumberChange
from vafa.club.number_errors import (
    NumberChangeDecided,
    NumberChangeSamePerson,
    NumberChangeWaits,
    NumberTaken,
    SameNumber,
)
from vafa.core.clock import now
from vafa.flows.gifts import give_points
from vafa.flows.number_changes import (
    change_own_number,
    decide_number_change,
    request_number_change,
)
from vafa.program.rules.document import GiftTerms


def herself(world: World) -> Actor:
    return Actor("member", world.member.pk, world.record.pk)


def change(world: World) -> str:
    """She has another number."""
    mobile = new_mobile()
    change_own_number(world.club, member_id=world.member.pk, mobile=mobile, actor=herself(world))
    return mobile


def thaw(world: World) -> None:
    """A day later."""
    Member.objects.filter(pk=world.member.pk).update(frozen_until=now() - timedelta(seconds=1))


def test_nothing_is_spent_through_any_door_and_earning_goes_on(world: World) -> None:
    world.change_program(gifts=GiftTerms(is_on=True))
    world.buy(100_000_000)
    voucher = world.redeem("voucher").answer["voucher_code"]
    held = world.reserve(points=10).answer["reservation_id"]
    friend = world.enrol()
    change(world)
    doors: dict[str, Any] = {
        "points on a bill": lambda: world.buy(5_000_000, pay_points=5),
        "a voucher on a bill": lambda: world.buy(5_000_000, voucher=voucher),
        "a reservation": lambda: world.reserve(points=5),
        "a reserved voucher": lambda: world.reserve(voucher=voucher),
        "a reward": lambda: world.redeem("voucher"),
        "a gift": lambda: give_points(
            world.club,
            giver=world.ref,
            taker=("id", str(friend.pk)),
            points=5,
            actor=herself(world),
        ),
    }
    before = world.snapshot()
    for name, door in doors.items():
        error = door().error
        assert error is not None and error.code == "spending_frozen", name
        assert "ساعت" in error.message("fa") and "until" in error.message("en")
    assert world.snapshot() == before
    earned = world.buy(10_000_000)
    assert earned.error is None and world.balance().available > before[0].available
    # What she had set aside before the change is still hers to spend.
    assert world.buy(5_000_000, reservation=held, pay_points=10).error is None

    thaw(world)
    assert world.buy(5_000_000, pay_points=5).error is None
    assert world.redeem("voucher").error is None
    world.verify()


def test_two_people_of_the_staff_and_never_the_same(world: World) -> None:
    old, new = world.member.mobile, new_mobile()
    support, accountant = world.actor("support"), world.actor("accountant")
    asked = request_number_change(
        world.club, member_id=world.member.pk, mobile=new, reason="گوشی گم شده", actor=support
    )
    world.member.refresh_from_db()
    assert (world.member.mobile, world.member.frozen_until) == (old, None), "nothing yet"
    with pytest.raises(NumberChangeWaits):
        request_number_change(
            world.club, member_id=world.member.pk, mobile=new, reason="باز", actor=support
        )
    decide: dict[str, Any] = {"change_id": asked.pk, "approve": True}
    with pytest.raises(NumberChangeSamePerson):
        decide_number_change(world.club, **decide, actor=support)
    decide_number_change(world.club, **decide, actor=accountant)
    world.member.refresh_from_db()
    assert world.member.mobile == new
    assert world.member.frozen_until is not None and world.member.frozen_until > now()
    with pytest.raises(NumberChangeDecided):
        decide_number_change(world.club, **decide, actor=world.owner)
    rows = Audit.objects.filter(club=world.record, action__startswith="number_change.")
    assert [row.action for row in rows.order_by("id")] == [
        "number_change.requested",
        "number_change.done",
    ]
    assert old not in str(list(rows.values())) and new not in str(list(rows.values()))


def test_a_number_of_another_member_stays_hers(world: World) -> None:
    other = world.enrol()
    assert other.mobile is not None and world.member.mobile is not None
    for mobile, refusal in ((other.mobile, NumberTaken), (world.member.mobile, SameNumber)):
        with pytest.raises(refusal):
            change_own_number(
                world.club, member_id=world.member.pk, mobile=mobile, actor=herself(world)
            )
    assert not NumberChange.objects.filter(club=world.record).exists()
    # Somebody joins with the number while the change waits for its second person.
    new = new_mobile()
    asked = request_number_change(
        world.club, member_id=world.member.pk, mobile=new, reason="گم شده", actor=world.owner
    )
    world.enrol(mobile=new)
    with pytest.raises(NumberTaken):
        decide_number_change(
            world.club, change_id=asked.pk, approve=True, actor=world.actor("manager")
        )
    world.member.refresh_from_db()
    asked.refresh_from_db()
    assert (world.member.mobile != new, asked.status) == (True, "waiting"), "to be refused"
