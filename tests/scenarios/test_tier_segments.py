"""A tier for a segment alone: who is not in it has the next below, wherever a tier is looked at."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.urls import reverse

from tests.scenarios.test_tiers import code_of, offer, staff_segment
from tests.world import World
from vafa.audience.actions.segments import delete_segment, update_segment
from vafa.audience.errors import SegmentInUse
from vafa.audience.models import Segment
from vafa.audience.rules.definition import Condition, Definition, InSegment
from vafa.club.actions.attributes import set_attributes
from vafa.core.clock import now
from vafa.flows.backtest.tests.telling import assert_equal, exact
from vafa.flows.entries import PurchaseEntry
from vafa.flows.previews import preview_purchase
from vafa.flows.tier_changes import note_tiers
from vafa.program.actions.checking import refuse_impossible
from vafa.program.errors import TierOfNobody
from vafa.program.models import Revision
from vafa.program.reads.revisions import live_program
from vafa.program.reads.standing import standing
from vafa.program.reads.tier_history import tier_history

MILLION = 1_000_000
IN_TIER = Condition(facet="program.tier", op="in", value=("gold",))


@pytest.fixture
def shop(world: World) -> World:
    """Gold is for the staff; she has earned it."""
    staff_segment(world)
    offer(world, 0, 100, 500, only={"gold": "staff"}, window="ever")
    world.buy(600 * MILLION)
    return world


def be_staff(world: World, value: int) -> None:
    set_attributes(world.club.id, world.member.id, {"staff": value}, by="test")


def bill(world: World) -> PurchaseEntry:
    return PurchaseEntry(world.owner, "main", 10 * MILLION, world.ref)


def test_she_has_the_tier_below_until_she_is_in_the_segment(shop: World) -> None:
    assert code_of(shop) == "silver"
    seen = standing(shop.club, shop.member.id).outlook
    assert seen.tier is not None and seen.tier.code == "silver"
    assert (seen.above, seen.missing) == (None, 0), "what she cannot have is not promised"
    assert preview_purchase(shop.club, bill(shop)).answer["points"] == 200
    assert shop.buy(10 * MILLION).answer["points"] == 200
    be_staff(shop, 1)
    assert code_of(shop) == "gold"
    assert preview_purchase(shop.club, bill(shop)).answer["points"] == 300
    assert shop.buy(10 * MILLION).answer["points"] == 300


def test_history_tells_why_and_verify_finds_nothing(shop: World) -> None:
    be_staff(shop, 1)
    note_tiers(shop.club)
    be_staff(shop, 0)
    shop.verify()
    with time_machine.travel(now() + timedelta(days=1)):
        note_tiers(shop.club)
        shop.verify()
    noted = [(one.before, one.after, one.why) for one in tier_history(shop.member.id)]
    assert noted == [("gold", "silver", "segment"), ("bronze", "gold", "risen")]


def test_a_segment_that_asks_for_tiers_is_for_no_tier(shop: World) -> None:
    staff = Segment.objects.get(club=shop.record, code="staff")
    was = staff.definition
    for definition in (
        Definition(items=(IN_TIER,)),
        Definition(items=(Condition(facet="club.active", op="yes"), IN_TIER), match="any"),
    ):
        with pytest.raises(TierOfNobody) as refused:
            update_segment(shop.club, staff.id, name="همکاران", definition=definition)
        assert "gold" in refused.value.message("en")
    assert Segment.objects.get(pk=staff.pk).definition == was
    with pytest.raises(SegmentInUse) as used:
        delete_segment(shop.club, staff.id)
    assert "سطح «gold»" in used.value.message("fa")
    program = live_program(shop.club.id).program
    nobody = program.tiers[2].model_copy(update={"segment": "nowhere"})
    with pytest.raises(TierOfNobody):
        refuse_impossible(shop.club, program.model_copy(update={"tiers": (nobody,)}))
    assert code_of(shop) == "silver"


def test_where_it_came_to_ask_for_tiers_all_the_same_it_is_nobodys(shop: World) -> None:
    be_staff(shop, 1)
    around = Definition(items=(InSegment(segment="staff"), IN_TIER))
    Segment.objects.filter(code="staff", club=shop.record).update(
        definition=around.model_dump(mode="json")
    )
    assert code_of(shop) == "silver"
    assert shop.buy(10 * MILLION).answer["points"] == 200
    note_tiers(shop.club)


def test_a_back_test_gives_what_was_given(world: World) -> None:
    staff_segment(world)
    offer(world, 0, 100, 500, only={"gold": "staff"}, window="ever")
    be_staff(world, 1)
    other = world.enrol()
    for member in (world.ref, ("id", str(other.id))):
        world.buy(600 * MILLION, member=member)
        world.buy(10 * MILLION, member=member)
    same = exact(world)
    assert_equal(same)
    assert same["rules"]["tier:gold"][3] == 1 and ["gold", "gold", 1] in same["tiers"]
    live = live_program(world.club.id).program
    open_to_all = tuple(tier.model_copy(update={"segment": ""}) for tier in live.tiers)
    wider = exact(world, live.model_copy(update={"tiers": open_to_all}))
    assert wider["rules"]["tier:gold"][3] == 2 and ["silver", "gold", 1] in wider["tiers"]


def live_number(world: World) -> int:
    return Revision.objects.get(club=world.record, status="live").number


def test_the_owner_chooses_the_segment_and_reads_it(shop: World) -> None:
    owner = shop.client("owner")
    edit = reverse("panel:edit-tier", args=["silver"])
    assert "همکاران" in owner.get(edit).content.decode()
    posted: dict[str, Any] = {"name_fa": "نقره‌ای", "least": "100", "percent": "200"}
    assert owner.post(edit, {**posted, "segment": "staff"}).status_code == 302
    draft = owner.get(reverse("panel:draft")).content.decode()
    assert "تنها برای گروه «همکاران»" in draft
    update_segment(
        shop.club,
        Segment.objects.create(
            club=shop.record, code="circle", name="دور", definition=Definition().model_dump()
        ).id,
        name="دور",
        definition=Definition(items=(IN_TIER,)),
    )
    refused = owner.post(edit, {**posted, "segment": "circle"})
    assert refused.status_code == 422
    assert "این گروه خودش سطح را می‌پرسد" in refused.content.decode()


def test_it_travels_by_the_segments_code(shop: World, other_world: World) -> None:
    file = shop.client("owner").get(f"/panel/program/revisions/{live_number(shop)}/file/").content
    assert json.loads(file)["tiers"][2]["segment"] == "staff"
    theirs, bring = other_world.client("owner"), reverse("panel:bring-program")
    refused = theirs.post(bring, {"file": ContentFile(file, "p.json")})
    assert refused.status_code == 422 and "گروه «staff»" in refused.content.decode()
    staff_segment(other_world)
    assert theirs.post(bring, {"file": ContentFile(file, "p.json")}).status_code == 302
