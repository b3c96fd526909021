"""Points for a friend, and a household's account, as members see them."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.club.models import Member
from vafa.flows.households import add_to_household
from vafa.flows.merging import merge_members
from vafa.program.rules.document import GiftTerms
from vafa.web.portal.tests.test_login import come_in

GIFT = reverse("portal:gift")


def english(world: World) -> Client:
    client = world.client("member")
    client.post(reverse("ui:language"), {"lang": "en"})
    return client


def ask(client: Client, friend: Member, points: str, **fields: str) -> Any:
    key = hidden(client.get(GIFT).content.decode())
    sent = {"mobile": friend.mobile or "", "points": points, "message": "", "key": key}
    return client.post(GIFT, {**sent, **fields})


def hidden(html: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f-]+)"', html)
    return found[1] if found else ""


def test_a_gift_is_asked_for_looked_over_and_given_once(world: World) -> None:
    world.buy(10_000_000)
    member, friend = english(world), world.enrol()
    assert member.get(GIFT).status_code == 409
    assert GIFT not in member.get(reverse("portal:home")).content.decode()
    world.change_program(gifts=GiftTerms(is_on=True, points_a_day=60, gifts_a_day=2))
    assert GIFT in member.get(reverse("portal:home")).content.decode()
    first = member.get(GIFT).content.decode()
    assert "up to 60 points" in first and "2 gifts are left" in first
    seen = ask(member, friend, "۴۰", message="برای تو").content.decode()
    assert "Give 40 points" in seen and "80 points stay with you" in seen
    assert world.balance(friend).available == 20, "nothing moves before it is confirmed"
    sent = {"mobile": friend.mobile or "", "points": "40", "message": "برای تو"}
    for _ in range(2):
        done = member.post(GIFT, {**sent, "key": hidden(seen), "step": "give"}, follow=True)
        assert "Your gift has arrived." in done.content.decode()
    assert (world.balance().available, world.balance(friend).available) == (80, 60)
    history = member.get(reverse("portal:history")).content.decode()
    assert "You made a gift" in history and "برای تو" in history
    assert "up to 20 points" in member.get(GIFT).content.decode()


def test_what_may_not_be_given_is_said(world: World) -> None:
    world.change_program(gifts=GiftTerms(is_on=True, points_a_day=60))
    member, friend = english(world), world.enrol()
    first = member.get(GIFT).content.decode()
    assert "20 points were a present to you" in first and "nothing that you could give" in first
    world.buy(10_000_000)
    assert "at most" in ask(member, friend, "61").content.decode()
    assert ask(member, world.member, "5", step="give").status_code == 409
    stranger = Member(mobile="+989120000000")
    for _ in range(10):
        assert ask(member, stranger, "5", step="give").status_code == 404
    assert ask(member, friend, "5", step="give").status_code == 429, "numbers are not tried out"
    assert (world.balance().available, world.balance(friend).available) == (120, 20)


def test_a_household_sees_its_account(world: World) -> None:
    member, partner = english(world), world.enrol(name="سارا")
    assert member.get(reverse("portal:household")).status_code == 302
    world.head_id = world.member.id
    world.share()
    add_to_household(
        world.club, household_id=world.household_id, member_id=partner.id, actor=world.owner
    )
    home = member.get(reverse("portal:home")).content.decode()
    assert "Your household's points" in home.replace("&#x27;", "'")
    seen = member.get(reverse("portal:household")).content.decode()
    assert "سارا" in seen and "40" in seen and "Every one of you may spend" in seen


def test_who_was_merged_logs_in_as_the_one_who_stayed(world: World) -> None:
    twin = world.enrol()
    client = Client()
    merge_members(
        world.club, keep_id=world.member.id, gone_id=twin.id, reason="دو شماره", actor=world.owner
    )
    come_in(client, world, str(twin.mobile))
    assert "مریم رضایی" in client.get(reverse("portal:home")).content.decode()
