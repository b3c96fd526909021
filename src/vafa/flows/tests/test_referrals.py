"""Stories of friends who were invited: what counts, when it is paid, and who builds rings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.world import World, make_world, new_mobile
from vafa.club.actions.members import NewMember
from vafa.club.models import Member
from vafa.core.clock import now
from vafa.flows.enrolment import enrol_members
from vafa.flows.households import add_to_household, make_household
from vafa.flows.invitations import Invitation, invitation_code, who_invites
from vafa.flows.merging import merge_members
from vafa.flows.referrals import settle_referrals
from vafa.program.actions.referrals import remember_device
from vafa.program.errors import ReferralIsOff, UnknownInvitation
from vafa.program.models import Referral
from vafa.program.rules.document import HouseholdTerms, ReferralTerms

TERMS = {"is_on": True, "inviter_points": 100, "friend_points": 40, "least": 1_000_000}


def _promise(world: World, **terms: Any) -> None:
    changed = ReferralTerms(**{**TERMS, "waits_days": 0, **terms})
    world.change_program(referral=changed, rules=())


def _invite(world: World, inviter: Member | None = None, device: str = "") -> Member:
    """A friend who joins with the code of a member (the first's by default)."""
    code = invitation_code(world.club, (inviter or world.member).id)
    person = NewMember(mobile=new_mobile(), name="سارا")
    [enrolled] = enrol_members(
        world.club, [person], actor=world.owner, invitation=Invitation(code, device)
    )
    return Member.objects.get(pk=enrolled.member_id)


def _buy(world: World, member: Member, total: int = 2_000_000, **fields: Any) -> int:
    bought = world.buy(total, member=("id", str(member.id)), **fields)
    assert bought.error is None, bought.error
    number: int = bought.answer["purchase_id"]
    return number


def _became(friend: Member) -> tuple[str, str]:
    found = Referral.objects.get(friend=friend)
    return found.status, found.reason


def test_both_are_rewarded_once_when_the_friend_has_bought_enough(world: World) -> None:
    _promise(world)
    mine = world.balance().available
    friend = _invite(world)
    assert settle_referrals(world.club) == 0
    _buy(world, friend, 900_000)
    assert settle_referrals(world.club) == 0 and _became(friend) == ("waiting", "")
    _buy(world, friend, 1_000_000)
    assert settle_referrals(world.club) == 1 and _became(friend) == ("paid", "")
    assert settle_referrals(world.club) == 0
    assert world.balance().available == mine + 100
    assert world.balance(friend).available == 40
    assert world.line("happening").receipt_no is None, "where the friend buys is her own business"
    world.verify()


def test_it_is_too_late_some_day(world: World) -> None:
    _promise(world)
    friend = _invite(world)
    world.give_back(_buy(world, friend))
    assert settle_referrals(world.club, at=now() + timedelta(days=89)) == 0
    assert _became(friend) == ("waiting", "")
    assert settle_referrals(world.club, at=now() + timedelta(days=120)) == 1
    assert _became(friend) == ("refused", "too_late")
    world.verify()


def test_a_member_is_rewarded_for_so_many_and_her_friends_still_are(world: World) -> None:
    _promise(world, a_month=2, in_all=3)
    mine = world.balance().available
    friends = [_invite(world) for _ in range(3)]
    for friend in friends:
        _buy(world, friend)
    assert settle_referrals(world.club) == 3
    assert sorted(_became(friend) for friend in friends) == [
        ("paid", ""),
        ("paid", ""),
        ("paid", "a_month"),
    ]
    assert world.balance().available == mine + 200
    assert all(world.balance(friend).available == 40 for friend in friends)
    world.verify()


def test_whoever_invites_herself_gets_nothing(world: World) -> None:
    _promise(world)
    world.change_program(households=HouseholdTerms(is_on=True))
    club, owner = world.club, world.owner
    twin, home, ring, same, sibling = (_invite(world) for _ in range(5))
    # Her own second number.
    merge_members(club, keep_id=world.member.id, gone_id=twin.id, reason="خودش", actor=owner)
    # A→B→A: the friend's friend is she again.
    back = _invite(world, ring)
    made = make_household(club, head_id=world.member.id, actor=owner).answer["household_id"]
    add_to_household(club, household_id=made, member_id=home.id, actor=owner)
    merge_members(club, keep_id=world.member.id, gone_id=back.id, reason="خودش", actor=owner)
    remember_device(world.member.id, "d" * 32)
    own_device = _invite(world, device="d" * 32)
    assert _became(own_device) == ("refused", "device")
    first = _invite(world, device="e" * 32)
    second = _invite(world, device="e" * 32)
    assert (_became(first), _became(second)) == (("waiting", ""), ("refused", "device"))
    for friend in (world.member, home, ring):
        _buy(world, friend)
    settle_referrals(club)
    assert _became(twin) == ("refused", "self")
    assert _became(home) == ("refused", "household")
    assert _became(back) == ("refused", "ring")
    # The one in the middle of a ring counts for nobody either.
    assert _became(ring) == ("refused", "ring")
    assert _became(sibling) == _became(same) == ("waiting", "")
    world.verify()


def test_codes_are_those_of_active_members_of_this_club(world: World) -> None:
    code = invitation_code(world.club, world.member.id)
    with pytest.raises(ReferralIsOff):
        who_invites(world.club, code)
    _promise(world)
    spelt = f" {code[:2].lower()}-{code[2:]} "
    assert who_invites(world.club, spelt).member_id == world.member.id
    assert who_invites(world.club, code).first_name == "مریم"
    other = make_world()
    _promise(other)
    made_up = invitation_code(world.club, world.member.id + 1)
    for wrong in (
        "",
        "x",
        code[:-1],
        code + "2",
        made_up,
        invitation_code(other.club, other.member.id),
    ):
        with pytest.raises(UnknownInvitation):
            who_invites(world.club, wrong)
    Member.objects.filter(pk=world.member.id).update(is_active=False)
    with pytest.raises(UnknownInvitation):
        who_invites(world.club, code)


def test_a_code_that_nobody_has_keeps_nobody_from_telling(world: World) -> None:
    _promise(world)
    members = Member.objects.filter(club=world.record)
    before = members.count()
    with pytest.raises(UnknownInvitation):
        enrol_members(
            world.club,
            [NewMember(mobile=new_mobile())],
            actor=world.owner,
            invitation=Invitation("WRONG234"),
        )
    assert members.count() == before
