"""Segments over the API."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.world import World
from vafa.audience.actions.segments import archive_segment, create_segment
from vafa.audience.rules.definition import Condition, Definition
from vafa.flows.merging import merge_members


def ask(world: World, address: str, *, lang: str = "en", key: str = "") -> Any:
    headers = {"Authorization": f"Bearer {key or world.api_key('members:read')}"}
    answer = Client().get(f"/api/v1/{address}", headers={**headers, "Accept-Language": lang})
    return answer.status_code, answer.json()


def buyers(world: World, least: int = 1) -> Any:
    items = (Condition(facet="commerce.purchases", op="ge", value=least),)
    return create_segment(
        world.club, name="خریداران", name_en="Buyers", definition=Definition(items=items)
    )


def test_a_program_reads_who_is_meant(world: World) -> None:
    segment = buyers(world)
    more = [world.enrol() for _ in range(3)]
    for member in more:
        world.buy(1_000_000, member=("id", str(member.id)))
    status, listed = ask(world, "segments")
    assert status == 200
    [row] = listed["items"]
    assert (row["id"], row["code"], row["name_en"]) == (segment.pk, "buyers", "Buyers")
    _, one = ask(world, f"segments/{segment.pk}")
    assert one["text"] == "Members who have made at least 1 purchase"
    assert one["count"] == 3 and one["definition"]["items"][0]["facet"] == "commerce.purchases"
    _, persian = ask(world, f"segments/{segment.pk}", lang="fa")
    assert persian["text"] == "اعضایی که تاکنون دست‌کم ۱ خرید کرده‌اند"
    numbers = sorted(member.id for member in more)
    _, first = ask(world, f"segments/{segment.pk}/members?limit=2")
    assert first == {"member_ids": numbers[:2], "next_after": numbers[1]}
    _, rest = ask(world, f"segments/{segment.pk}/members?limit=2&after={numbers[1]}")
    assert rest == {"member_ids": numbers[2:], "next_after": None}
    _, mine = ask(world, f"members/{numbers[0]}/segments")
    assert [item["code"] for item in mine["items"]] == ["buyers"]
    _, others = ask(world, f"members/{world.member.id}/segments")
    assert others["items"] == []


def test_a_merged_member_is_who_she_became(world: World) -> None:
    buyers(world, least=2)
    gone = world.enrol()
    for ref in (world.ref, ("id", str(gone.id))):
        world.buy(1_000_000, member=ref)
    merged = merge_members(
        world.club, keep_id=world.member.id, gone_id=gone.id, reason="یکی", actor=world.owner
    )
    assert merged.error is None
    for number in (gone.id, world.member.id):
        _, found = ask(world, f"members/{number}/segments")
        assert found["member_id"] == world.member.id
        assert [item["code"] for item in found["items"]] == ["buyers"]


def test_two_clubs_never_see_each_other(world: World, other_world: World) -> None:
    mine, theirs = buyers(world), buyers(other_world)
    world.buy(1_000_000)
    other_world.buy(1_000_000)
    assert ask(world, f"segments/{mine.pk}/members")[1]["member_ids"] == [world.member.id]
    for address in (
        f"segments/{theirs.pk}",
        f"segments/{theirs.pk}/members",
        f"members/{other_world.member.id}/segments",
    ):
        status, problem = ask(world, address)
        assert status == 404 and problem["code"].startswith("unknown_")


def test_an_archived_segment_is_not_offered_and_goes_on(world: World) -> None:
    segment = buyers(world)
    world.buy(1_000_000)
    archive_segment(world.club, segment.pk, archived=True)
    assert ask(world, "segments")[1] == {"items": []}
    assert ask(world, f"members/{world.member.id}/segments")[1]["items"] == []
    status, one = ask(world, f"segments/{segment.pk}")
    assert (status, one["count"], one["is_archived"]) == (200, 1, True)


def test_a_key_needs_the_right_to_read_members(world: World) -> None:
    segment = buyers(world)
    status, problem = ask(world, f"segments/{segment.pk}", key=world.api_key("rewards:read"))
    assert status == 403 and problem["code"] == "missing_scope"
