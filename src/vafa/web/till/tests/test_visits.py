"""Who comes without buying, and who was sent by a friend, at the till."""

from __future__ import annotations

from django.urls import reverse

from tests.world import World, new_mobile
from vafa.club.models import Member
from vafa.flows.invitations import invitation_code
from vafa.program.models import Referral
from vafa.program.rules.document import ReferralTerms
from vafa.program.rules.rule import Fixed, Rule, Text


def test_a_visit_is_noted_once_a_day_where_a_rule_is_about_it(world: World) -> None:
    cashier = world.client("cashier")
    address = reverse("till:visit", args=[world.member.id])
    pane = cashier.get(reverse("till:home"), {"member": world.member.id})
    assert address not in pane.content.decode()
    world.change_program(
        rules=(Rule(id="v", name=Text(fa="سر زدن"), on="visit", gives=Fixed(points=3)),)
    )
    pane = cashier.get(reverse("till:home"), {"member": world.member.id})
    assert address in pane.content.decode()
    before = world.balance().available
    for _ in range(2):
        assert cashier.post(address).status_code == 200
    assert world.balance().available == before + 3


def test_a_friend_says_the_code_at_the_till(world: World) -> None:
    cashier, address = world.client("cashier"), reverse("till:enrol")
    fields = {"mobile": new_mobile(), "name": "سارا", "referred_by": "WRONG234"}
    world.change_program(referral=ReferralTerms(is_on=True))
    wrong = cashier.post(address, fields).content.decode()
    assert "این کد دعوت را نمی‌شناسیم" in wrong
    assert not Member.objects.filter(mobile=fields["mobile"]).exists()
    code = invitation_code(world.club, world.member.id)
    cashier.post(address, {**fields, "referred_by": code.lower()})
    friend = Member.objects.get(club=world.record, mobile=fields["mobile"])
    assert Referral.objects.get(friend=friend).inviter_id == world.member.id
