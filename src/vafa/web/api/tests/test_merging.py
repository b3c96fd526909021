"""Two memberships become one; members share one account."""

from __future__ import annotations

from typing import Any

import pytest

from tests.program import Program
from tests.world import World
from vafa.club.models import Card, Member
from vafa.program.reads.rewards import member_vouchers
from vafa.program.reads.standing import standing
from vafa.program.rules.document import GiftTerms, HouseholdTerms
from vafa.web.api.tests.test_corrections import give, line, lines, points, publish, refused, send


@pytest.fixture
def shop(world: World) -> Program:
    return Program(world.api_key())


@pytest.fixture
def twin(world: World) -> Member:
    """The member's second membership: 120 points of which 50 are held for a voucher."""
    twin = world.enrol(name="مریم رضایی")
    world.buy(10_000_000, member=("id", str(twin.id)), receipt_no="OLD-1")
    return twin


def merge(shop: Program, keep: Member | int, gone: Member | int, reason: str = "دو شماره") -> Any:
    kept = keep if isinstance(keep, int) else keep.id
    other = gone if isinstance(gone, int) else gone.id
    return send(shop, f"/members/{kept}/merge", {"gone_id": other, "reason": reason})


def spends(shop: Program, world: World, member: Member, amount: int) -> Any:
    body = {"total": 10**7, "branch": "main", "member": {"id": member.id}, "pay_points": amount}
    return send(shop, "/purchases", body)


def test_what_was_the_ones_is_the_others(world: World, shop: Program, twin: Member) -> None:
    code = send(
        shop,
        "/redemptions",
        {"member": {"id": twin.id}, "reward_id": world.rewards["voucher"].id},
    ).json()["voucher_code"]
    card = Card.objects.get(member=twin).number
    tier_points = standing(world.club, twin.id).outlook.counted
    before = standing(world.club, world.member.id)
    merged = merge(shop, world.member, twin).json()
    assert (merged["member_id"], merged["merged_id"]) == (world.member.id, twin.id)
    after = standing(world.club, world.member.id)
    assert (after.available, after.held) == (before.available + 70, 50)
    assert after.outlook.counted == before.outlook.counted + tier_points
    assert standing(world.club, twin.id).outlook.counted == 0
    # Her old number, card and voucher lead to the one that stayed.
    for ref in (f"card={card}", f"mobile={(twin.mobile or '').replace('+', '%2B')}"):
        assert shop.get(f"/members?{ref}").json()["items"][0]["id"] == world.member.id
    gone = shop.get(f"/members/{twin.id}").json()
    assert (gone["merged_into"], gone["is_active"]) == (world.member.id, False)
    assert [v.code for v in member_vouchers(world.record.id, world.member.id)] == [code]
    body = {"total": 4_000_000, "branch": "main", "member": {"card": card}, "voucher": code}
    paid = send(shop, "/purchases", body).json()
    assert (paid["member_id"], paid["discount"]) == (world.member.id, 500_000)
    kinds = [row["kind"] for row in lines(shop, world.member)]
    assert kinds.count("purchase") == 2 and kinds.count("join") == 2


def test_an_old_purchase_comes_back_from_the_one_who_stayed(
    world: World, shop: Program, twin: Member
) -> None:
    merge(shop, world.member, twin)
    assert points(shop, world.member) == 140
    back = send(shop, "/returns", {"purchase_receipt": "OLD-1", "branch": "main"}).json()
    assert back["points_taken"] == 100 and back["balance"]["available"] == 40
    assert standing(world.club, world.member.id).outlook.counted == 40
    assert points(shop, world.member) == 40


def test_an_old_payment_and_gift_are_undone_for_the_one_who_stayed(
    world: World, shop: Program, twin: Member
) -> None:
    publish(world, gifts=GiftTerms(is_on=True))
    friend = world.enrol()
    assert give(shop, twin, friend, 20).status_code == 201
    paid = spends(shop, world, twin, 30).json()
    merge(shop, world.member, twin)
    held = points(shop, world.member)
    gift = line(shop, world.member, "gift")["transfer_id"]
    assert send(shop, f"/transfers/{gift}/reverse", {"reason": "x"}).status_code == 201
    assert (points(shop, world.member), points(shop, friend)) == (held + 20, 20)
    back = send(shop, "/returns", {"purchase_id": paid["purchase_id"], "branch": "main"}).json()
    assert back["points_given_back"] == 30
    # Her first settled purchase counts for the one who stayed.
    assert give(shop, world.member, friend, 30).status_code == 201


def test_who_cannot_be_merged(
    world: World, other_world: World, shop: Program, twin: Member
) -> None:
    before = world.snapshot(), points(shop, twin)
    assert refused(merge(shop, world.member, twin, " "), 422, "reason_missing")
    assert refused(merge(shop, world.member, world.member), 409, "cannot_merge")
    assert refused(merge(shop, world.member, other_world.member), 404, "unknown_member")
    assert refused(merge(shop, other_world.member, twin), 404, "unknown_member")
    assert refused(merge(shop, world.member, 10**15), 404, "unknown_member")
    assert (world.snapshot(), points(shop, twin)) == before
    assert merge(shop, world.member, twin).status_code == 201
    assert refused(merge(shop, world.member, twin), 409, "cannot_merge")
    assert refused(merge(shop, world.enrol(), twin), 409, "cannot_merge")
    assert refused(merge(shop, twin, world.member), 409, "cannot_merge")
    third = world.enrol()
    assert merge(shop, third, world.member).status_code == 201
    assert shop.get(f"/members/{twin.id}").json()["merged_into"] == third.id
    assert points(shop, third) == 160


def household(shop: Program, head: Member, **fields: Any) -> Any:
    return send(shop, "/households", {"head": {"id": head.id}, **fields})


def join(shop: Program, number: int, member: Member) -> Any:
    return send(shop, f"/households/{number}/members", {"member": {"id": member.id}})


def leave(shop: Program, number: int, member: Member) -> Any:
    return send(shop, f"/households/{number}/leave", {"member": {"id": member.id}})


def test_a_household_earns_and_spends_together(world: World, shop: Program, twin: Member) -> None:
    assert refused(household(shop, twin), 409, "households_are_off")
    publish(world, households=HouseholdTerms(is_on=True, most_members=2))
    number = household(shop, twin, spenders="head").json()["household_id"]
    assert refused(household(shop, twin), 409, "already_in_household")
    assert join(shop, number, world.member).status_code == 201
    third = world.enrol()
    assert refused(join(shop, number, third), 409, "household_full")
    assert points(shop, world.member) == points(shop, twin) == 140
    bought = spends(shop, world, world.member, 0).json()
    assert bought["balance"]["available"] == 240 == points(shop, twin)
    assert refused(spends(shop, world, world.member, 10), 403, "may_not_spend")
    assert spends(shop, world, twin, 40).status_code == 201
    change = {"head": {"id": world.member.id}, "spenders": "all"}
    assert send(shop, f"/households/{number}/change", change).status_code == 201
    seen = shop.get(f"/households/{number}").json()
    assert (seen["head_id"], seen["spenders"]) == (world.member.id, "all")
    assert seen["member_ids"] == sorted([world.member.id, twin.id])
    assert refused(merge(shop, third, twin), 409, "already_in_household")
    assert refused(leave(shop, number, world.member), 422, "invalid_input")
    assert refused(leave(shop, number, third), 404, "unknown_member")
    shared = points(shop, twin)
    assert leave(shop, number, twin).status_code == 201
    assert (points(shop, twin), points(shop, world.member)) == (0, shared)
    assert leave(shop, number, world.member).status_code == 201
    assert points(shop, world.member) == shared
    assert spends(shop, world, world.member, 10).status_code == 201


def test_a_merged_members_household_is_the_one_who_stayeds(
    world: World, shop: Program, twin: Member
) -> None:
    publish(world, households=HouseholdTerms(is_on=True))
    number = household(shop, world.member).json()["household_id"]
    assert merge(shop, world.member, twin).status_code == 201
    assert points(shop, world.member) == 140
    back = send(shop, "/returns", {"purchase_receipt": "OLD-1", "branch": "main"}).json()
    assert (back["points_taken"], points(shop, world.member)) == (100, 40)
    assert refused(join(shop, number, twin), 409, "already_in_household")


def test_another_clubs_household_is_not_found(
    world: World, other_world: World, shop: Program
) -> None:
    publish(other_world, households=HouseholdTerms(is_on=True))
    theirs = household(Program(other_world.api_key()), other_world.member).json()["household_id"]
    assert refused(shop.get(f"/households/{theirs}"), 404, "unknown_household")
    publish(world, households=HouseholdTerms(is_on=True))
    assert refused(join(shop, theirs, world.member), 404, "unknown_household")
    assert refused(household(shop, other_world.member), 404, "unknown_member")
