"""Nobody loses points without having been told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.world import World
from vafa.core.clock import now
from vafa.engage.actions.expiry_warnings import warn_of_expiry
from vafa.engage.models import Message
from vafa.flows.upkeep import run_upkeep
from vafa.program.reads.revisions import live_program
from vafa.program.rules.expiry import After, Expiry, Sliding


def lasting(world: World, expiry: Expiry) -> None:
    program = live_program(world.record.id).program
    terms = program.terms.model_copy(update={"expiry": expiry, "warn_days": 5})
    world.publish(program.model_copy(update={"terms": terms}))


@pytest.mark.parametrize("expiry", [After(count=30, each="days"), Sliding(months=1)])
def test_what_nobody_was_told_of_waits(world: World, expiry: Expiry) -> None:
    lasting(world, expiry)
    member = world.enrol()
    ref = ("id", str(member.id))
    world.buy(9_000_000, member=ref)
    had = world.balance(member).available
    assert warn_of_expiry(world.club) == 0, "too early"
    late = now() + timedelta(days=40)
    run_upkeep(world.club, at=late)
    assert world.balance(member).available == had, "it waits for the warning"
    warn_of_expiry(world.club, at=late)
    [message] = Message.objects.filter(recipient=member.mobile, kind="expiry")
    assert "۱۱۰ امتیاز" in message.text
    run_upkeep(world.club, at=late)
    run_upkeep(world.club, at=late + timedelta(days=4))
    assert world.balance(member).available == had, "five days after the warning, not before"
    warn_of_expiry(world.club, at=late + timedelta(days=4))
    assert Message.objects.filter(recipient=member.mobile, kind="expiry").count() == 1
    run_upkeep(world.club, at=late + timedelta(days=5))
    assert world.balance(member).available == 0


def test_told_in_time_it_expires_in_time(world: World) -> None:
    lasting(world, After(count=30, each="days"))
    member = world.enrol()
    day = world.club.local_date(now())
    midnight = world.club.day_end(day + timedelta(days=30))
    warn_of_expiry(world.club, at=midnight - timedelta(days=5) + timedelta(minutes=1))
    assert Message.objects.filter(recipient=member.mobile, kind="expiry").count() == 1
    run_upkeep(world.club, at=midnight - timedelta(seconds=1))
    assert world.balance(member).available == 20
    run_upkeep(world.club, at=midnight)
    assert world.balance(member).available == 0
