"""Stories of bank cards that pay for several members: a sign of who invites herself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.world import World, make_world, new_mobile
from vafa.club.actions.members import NewMember
from vafa.club.models import Member
from vafa.commerce.errors import BankCardNumber, VagueBankCard
from vafa.commerce.models import Purchase
from vafa.commerce.rules.payment_card import card_digest, check_card
from vafa.core.clock import now
from vafa.core.models import IdempotencyKey
from vafa.flows.enrolment import enrol_members
from vafa.flows.invitations import Invitation, invitation_code
from vafa.flows.merging import merge_members
from vafa.flows.referrals import settle_referrals
from vafa.flows.upkeep import run_upkeep
from vafa.program.models import Referral
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import ReferralTerms
from vafa.program.rules.explain import explain_parts

MINE, HERS = "603799******1234", "f3b1c2d4e5a697881122"


def _promise(world: World) -> None:
    world.change_program(referral=ReferralTerms(is_on=True), rules=())


def _invite(world: World, inviter: Member | None = None) -> Member:
    person = NewMember(mobile=new_mobile(), name="سارا")
    code = invitation_code(world.club, (inviter or world.member).id)
    [enrolled] = enrol_members(world.club, [person], actor=world.owner, invitation=Invitation(code))
    return Member.objects.get(pk=enrolled.member_id)


def _buy(world: World, member: Member, card: str = "", **fields: Any) -> None:
    ref = ("id", str(member.id))
    bought = world.buy(2_000_000, member=ref, payment_card=card, **fields)
    assert bought.error is None, bought.error


def _became(friend: Member) -> tuple[str, str]:
    found = Referral.objects.get(friend=friend)
    return found.status, found.reason


def test_who_pays_with_the_card_of_the_one_who_invites_brings_nothing(world: World) -> None:
    _promise(world)
    before = world.balance()
    _buy(world, world.member, MINE)
    ring, friend, cash = (_invite(world) for _ in range(3))
    # However the terminal spells it.
    _buy(world, ring, " 603799****** ۱۲۳۴ ")
    _buy(world, friend, HERS)
    _buy(world, cash)
    assert settle_referrals(world.club) == 3
    assert _became(ring) == ("refused", "card")
    assert _became(friend) == _became(cash) == ("paid", "")
    assert world.balance(ring).pending == 0
    assert world.balance().pending - before.pending == 200
    world.verify()


def test_two_friends_with_one_card_are_one_friend(world: World) -> None:
    _promise(world)
    first, second = _invite(world), _invite(world)
    _buy(world, first, HERS)
    assert settle_referrals(world.club) == 1 and _became(first) == ("paid", "")
    _buy(world, second, HERS)
    assert settle_referrals(world.club) == 1 and _became(second) == ("refused", "card")
    # Of another who invites she is a stranger.
    other = _invite(world, world.enrol())
    _buy(world, other, HERS)
    settle_referrals(world.club)
    assert _became(other) == ("paid", "")


def test_a_merged_members_cards_are_hers(world: World) -> None:
    _promise(world)
    old, friend = world.enrol(), _invite(world)
    _buy(world, old, MINE)
    merge_members(
        world.club, keep_id=world.member.id, gone_id=old.id, reason="یکی", actor=world.owner
    )
    _buy(world, friend, MINE)
    settle_referrals(world.club)
    assert _became(friend) == ("refused", "card")


def test_a_ring_that_shows_before_the_points_mature_gets_nothing(world: World) -> None:
    _promise(world)
    before = world.balance()
    ring, friend = _invite(world), _invite(world)
    _buy(world, ring, MINE)
    _buy(world, friend, HERS)
    settle_referrals(world.club)
    _buy(world, world.member, MINE)
    settle_referrals(world.club)
    assert _became(ring) == _became(friend) == ("paid", "")
    with time_machine.travel(now() + timedelta(days=7) - timedelta(minutes=5), tick=True):
        settle_referrals(world.club)
        assert (_became(ring), _became(friend)) == (("refused", "card"), ("paid", ""))
        assert world.balance(ring).pending == 0
        assert world.balance().pending - before.pending == 100
        program = live_program(world.record.id).program
        [why] = explain_parts(program, world.line("reverse").parts, "toman", "fa")
        assert why == "۱۰۰ امتیاز پس گرفته شد، چون این دعوت به حساب نمی‌آید"
        settle_referrals(world.club)
        run_upkeep(world.club, at=now() + timedelta(days=1))
    assert world.balance().available - before.available == 100
    world.verify()


def test_only_a_keyed_digest_is_kept_another_in_each_club(world: World) -> None:
    _buy(world, world.member, HERS, key="card-1")
    other = make_world()
    _buy(other, other.member, HERS)
    kept = [Purchase.objects.get(club=w.record).payment_card for w in (world, other)]
    assert kept[0] == card_digest(world.record.id, HERS) != kept[1]
    assert all(len(one) == 32 and HERS not in one for one in kept)
    again = world.buy(2_000_000, payment_card=HERS, key="card-1")
    assert again.status == "repeated"
    misused = world.buy(2_000_000, payment_card=MINE, key="card-1")
    assert misused.error is not None and misused.error.details == {"fields": ["payment_card"]}
    stored = IdempotencyKey.objects.get(club_id=world.record.id, key="card-1")
    assert HERS not in stored.asked_marks


@pytest.mark.parametrize(
    "number",
    ["6037997599999993", "6037-9975 9999 9993", "۶۰۳۷۹۹۷۵۹۹۹۹۹۹۹۳", ";6037997599999993=2512?"],
)
def test_the_number_of_a_card_is_refused_and_not_repeated(world: World, number: str) -> None:
    refused = world.buy(2_000_000, payment_card=number)
    assert isinstance(refused.error, BankCardNumber) and not refused.error.details
    assert not Purchase.objects.filter(club=world.record).exists()


def test_what_cannot_tell_cards_apart_is_refused() -> None:
    for vague in ("1234", "x" * 65):
        with pytest.raises(VagueBankCard):
            check_card(vague)
    for fine in ("", MINE, HERS, "6037997599999994", "a" * 64):
        check_card(fine)
