"""A household is no way around the limits on gifts: nobody carries points into it in turn with others,
and members make one only where the club says so. (docs/adr/0035)"""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.club.models import Member
from vafa.club.rules.households import SETTLES
from vafa.core.clock import now
from vafa.flows.households import add_to_household
from vafa.program.reads.standing import standing
from vafa.program.rules.document import GiftTerms, HouseholdTerms
from vafa.web.portal.tests.test_household import (
    household_of,
    lead,
    member,
    open_code,
    send,
    text,
)


@pytest.fixture
def shared(world: World) -> World:
    """A club whose members give away ten points a day, and make households of three."""
    world.change_program(
        gifts=GiftTerms(is_on=True, points_a_day=10),
        households=HouseholdTerms(is_on=True, most_members=3, by_members=True),
    )
    return world


def comes(world: World, head: Client, person: Member) -> Client:
    """She is invited by number and accepts."""
    send(head, "invite-to-household", mobile=person.mobile)
    her = member(world, person)
    send(her, "household-invitation", open_code(world), answer="accept")
    return her


def shares(world: World, person: Member) -> int:
    """What is available in the account that she uses."""
    return standing(world.club, person.id).available


def test_a_crowd_does_not_feed_one_purse(shared: World) -> None:
    head, crowd = lead(shared), [shared.enrol() for _ in range(3)]
    # Asked while there is a place, and still open when both are given away.
    send(head, "invite-to-household", mobile=crowd[2].mobile)
    last_code = open_code(shared)
    for person in crowd[:2]:
        her = comes(shared, head, person)
        send(her, "leave-household", member=person.id)
        assert household_of(person) is None
    had = shares(shared, shared.member)
    assert had == 60
    last = member(shared, crowd[2])
    refused = send(last, "household-invitation", last_code, answer="accept")
    assert refused.status_code == 409
    assert "as many people came into this household as it has places" in text(refused)
    assert household_of(crowd[2]) is None and shared.balance(crowd[2]).available == 20
    asked = text(send(head, "invite-to-household", by="link"))
    assert "as many people came into this household" in asked
    assert shares(shared, shared.member) == had, "nothing moved"

    # A new household with the same head has no more places.
    send(head, "leave-household", member=shared.member.id)
    send(head, "make-household", spenders="all")
    send(head, "invite-to-household", by="link")
    again = send(last, "household-invitation", last_code, answer="accept")
    assert again.status_code == 409 and household_of(crowd[2]) is None
    # The staff may, and so may she when the time is over.
    home = household_of(shared.member)
    assert home is not None
    with time_machine.travel(now() + SETTLES + timedelta(minutes=1)):
        later = member(shared)
        comes(shared, later, crowd[2])
        assert household_of(crowd[2]) == home


def test_who_came_in_lately_goes_into_no_other(shared: World) -> None:
    head, friend, other = lead(shared), shared.enrol(), shared.enrol()
    her = comes(shared, head, friend)
    send(her, "leave-household", member=friend.id)
    second = member(shared, other)
    send(second, "make-household", spenders="all")
    send(second, "invite-to-household", mobile=friend.mobile)
    refused = send(her, "household-invitation", open_code(shared), answer="accept")
    assert refused.status_code == 409
    assert "You can come into another after 30 days" in text(refused)
    assert household_of(friend) is None and shares(shared, other) == 20
    home = household_of(other)
    assert home is not None
    added = add_to_household(
        shared.club, household_id=home, member_id=friend.id, actor=shared.owner
    )
    assert added.error is None and household_of(friend) == home, "the staff may"


def test_switching_households_on_leaves_them_to_the_staff(world: World) -> None:
    world.change_program(households=HouseholdTerms(is_on=True))
    client = member(world)
    assert reverse("portal:household") not in text(client.get(reverse("portal:home")))
    assert "the staff makes households" in text(send(client, "make-household", spenders="all"))
    assert household_of(world.member) is None
