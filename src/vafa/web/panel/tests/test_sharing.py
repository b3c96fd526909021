"""Merging two memberships, and households, in the panel; and the terms that govern them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.club.models import Member
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import GiftTerms, HouseholdTerms
from vafa.web.panel.tests.test_corrections import english
from vafa.web.panel.tests.test_program import shown, stamp


@pytest.fixture
def twin(world: World) -> Member:
    found = world.enrol(name="مریم دوم")
    world.buy(30_000_000, member=("id", str(found.id)), receipt_no="TWIN-1")
    return found


def merge(client: Client, keep: Member, gone: Member, **fields: Any) -> Any:
    address = reverse("panel:merge", args=[keep.id]) + f"?with={gone.id}"
    given = {"reason": "دو شماره", "sure": "on", "key": str(uuid4()), **fields}
    return client.post(address, given)


def test_two_memberships_are_found_compared_and_made_one(world: World, twin: Member) -> None:
    owner = english(world, "owner")
    address = reverse("panel:merge", args=[world.member.id])
    assert "no such member" in owner.post(address, {"who": "09120000000"}).content.decode()
    assert owner.post(address, {"who": world.member.mobile or ""}).status_code == 422
    found = owner.post(address, {"who": twin.mobile or ""})
    assert found.headers["Location"] == f"{address}?with={twin.id}"
    both = owner.get(found.headers["Location"]).content.decode()
    assert "مریم رضایی" in both and "مریم دوم" in both and "cannot be undone" in both
    before = world.snapshot()
    assert merge(owner, world.member, twin, sure="").status_code == 422
    assert merge(owner, world.member, twin, reason=" ").status_code == 422
    assert world.snapshot() == before
    assert merge(owner, world.member, twin).status_code == 302
    assert world.balance().available == 340
    kept = shown(owner, "member", world.member.id)
    assert "TWIN-1" in kept and "Also the history of:" in kept
    gone = shown(owner, "member", twin.id)
    assert "became a part of another" in gone and "TWIN-1" in gone
    assert reverse("panel:adjust", args=[twin.id]) not in gone
    listed = shown(owner, "members")
    assert "Merged" in listed
    purchases = owner.get(f"{reverse('panel:purchases')}?member={world.member.id}")
    assert "TWIN-1" in purchases.content.decode()


def test_who_was_merged_is_closed_for_good(world: World, twin: Member) -> None:
    owner = english(world, "owner")
    merge(owner, world.member, twin)
    for name, fields in (
        ("member-active", {"active": "1"}),
        ("adjust", {"unit": "points", "points": "5", "direction": "1", "reason": "x"}),
        ("merge", {}),
        ("make-household", {"spenders": "all"}),
    ):
        answer = owner.post(
            reverse(f"panel:{name}", args=[twin.id]), {**fields, "key": str(uuid4())}
        )
        assert answer.status_code == 409, name
    assert merge(owner, world.enrol(), twin).status_code == 409
    assert world.balance().available == 340


def test_only_members_of_this_club_are_merged(
    world: World, other_world: World, twin: Member
) -> None:
    owner = world.client("owner")
    assert merge(owner, world.member, other_world.member).status_code == 404
    assert merge(owner, other_world.member, twin).status_code == 404
    assert merge(world.client("cashier"), world.member, twin).status_code == 403


def test_a_household_is_made_changed_and_left(world: World, twin: Member) -> None:
    owner = english(world, "owner")
    address = reverse("panel:household", args=[world.member.id])
    assert "No households in this club" in owner.get(address).content.decode()
    world.change_program(households=HouseholdTerms(is_on=True, most_members=2))

    def send(name: str, **fields: Any) -> Any:
        target = reverse(f"panel:{name}", args=[world.member.id])
        return owner.post(target, {"key": str(uuid4()), **fields}, follow=True)

    send("make-household", spenders="all")
    assert "no such member" in send("add-to-household", who="09120000000").content.decode()
    joined = send("add-to-household", who=twin.mobile).content.decode()
    assert "مریم دوم" in joined and "The household is full: 2 members at most." in joined
    third = world.enrol()
    assert "This household is full" in send("add-to-household", who=third.mobile).content.decode()
    send("change-household", head=twin.id, spenders="head")
    refused = send("remove-from-household", member=twin.id).content.decode()
    assert "مریم دوم" in refused
    paid = world.buy(10_000_000, pay_points=10)
    assert paid.error is not None and paid.error.code == "may_not_spend"
    send("remove-from-household", member=world.member.id)
    assert Member.objects.get(pk=world.member.id).household_id is None


def test_the_smaller_parts_of_the_programme_are_drafted_and_published(world: World) -> None:
    owner = english(world, "owner")
    world.change_program(gifts=GiftTerms(is_on=True, points_a_day=70))

    def edit(part: str, **fields: str) -> Any:
        return owner.post(reverse("panel:edit-part", args=[part]), fields)

    assert edit("gifts", switch="on", points_a_day="0", gifts_a_day="2").status_code == 422
    assert edit("gifts", switch="on", points_a_day="۸۰", gifts_a_day="2").status_code == 302
    edit("adjustments", points_alone="50", credit_alone="1,000")
    edit("households", switch="on", most_members="4")
    edit("holds", minutes="30")
    edit("credit", expiry="months", expiry_count="6", warn_days="10", revive_days="20")
    draft = shown(owner, "draft")
    for words in (
        "A member may give up to 80 points a day to others, in 2 gifts",
        "Corrections of more than 50 points or 1,000 toman of credit need a second person",
        "Up to 4 members of a household share one account",
        "What is set aside for a bill stays so for 30 minutes",
        "Credit lasts 6 months",
    ):
        assert words in draft, words
    owner.post(reverse("panel:publish"), {"stamp": stamp(owner), "note": ""})
    live = live_program(world.record.id).program
    assert (live.gifts.points_a_day, live.adjustments.credit_alone) == (80, 10_000)
    # A change of one part leaves the others as they are.
    owner.post(reverse("panel:switch-rule", args=["welcome"]), {"active": "0"})
    owner.post(reverse("panel:publish"), {"stamp": stamp(owner), "note": ""})
    after = live_program(world.record.id).program
    assert after.gifts == live.gifts and after.credit == live.credit
    assert after.households == live.households and after.holds.minutes == 30
    assert owner.get(reverse("panel:edit-part", args=["nothing"])).status_code == 404
