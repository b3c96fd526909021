"""A reward for a friend is judged while her purchase comes back or is delivered."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.world import World, new_mobile
from vafa.club.actions.members import NewMember
from vafa.flows.deliveries import record_delivery
from vafa.flows.enrolment import enrol_members
from vafa.flows.invitations import Invitation, invitation_code
from vafa.flows.referrals import settle_referrals
from vafa.program.models import Referral
from vafa.program.rules.document import PointTerms, Program, ReferralTerms

pytestmark = pytest.mark.race
ROUNDS = 8


def _together(*steps: Callable[[], object]) -> None:
    def alone(step: Callable[[], object]) -> None:
        try:
            step()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        list(pool.map(alone, steps))


@pytest.mark.parametrize("also", ["return", "delivery"])
def test_nothing_is_lost_or_given_twice(world: World, also: str) -> None:
    terms = PointTerms(pending_days=30, pending_until="delivery")
    referral = ReferralTerms(is_on=True, inviter_points=100, friend_points=40, a_month=99)
    world.publish(Program(terms=terms, referral=referral))
    club, before = world.club, world.balance()
    invitation = Invitation(invitation_code(club, world.member.id))
    for _ in range(ROUNDS):
        person = NewMember(mobile=new_mobile())
        [friend] = enrol_members(club, [person], actor=world.owner, invitation=invitation)
        ref = ("id", str(friend.member_id))
        bought = world.buy(1_000_000, member=ref).answer["purchase_id"]

        def other(number: int = bought) -> object:
            if also == "return":
                return world.give_back(number)
            return record_delivery(club, purchase_id=number, actor=world.owner)

        _together(lambda: settle_referrals(club), lambda: settle_referrals(club), other)
        settle_referrals(club)
    has, paid = world.balance(), Referral.objects.filter(club=world.record, status="paid").count()
    if also == "return":
        assert paid == 0 and (has.available, has.pending) == (before.available, before.pending)
    else:
        assert paid == ROUNDS and has.pending == before.pending
        assert has.available == before.available + 100 * ROUNDS
    world.verify()
