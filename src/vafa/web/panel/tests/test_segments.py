"""Segments in the panel: built without code, read back, used, archived."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.audience.actions.segments import create_segment
from vafa.audience.models import Segment
from vafa.audience.reads.segments import definition_of
from vafa.audience.rules.definition import Condition, Definition, InSegment
from vafa.flows.entries import LineEntry

FACT = {"row": "1", "r1-facet": "commerce.purchases", "r1-op": "ge", "r1-value": "۲"}
OFTEN = {"name": "پرخریدها", "name_en": "Often", "match": "all", **FACT}


def post(client: Client, name: str, data: dict[str, Any], *args: Any, **headers: str) -> Any:
    return client.post(reverse(f"panel:{name}", args=args), data, headers=headers)


def shown(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()
    return re.sub(r"\s+", " ", unescape(answer.content.decode()).replace("‎", ""))


def page(client: Client, name: str, *args: Any, query: str = "") -> str:
    return shown(client.get(reverse(f"panel:{name}", args=args) + query))


def english(world: World, role: str = "owner") -> Client:
    client = world.client(role)
    client.post(reverse("ui:language"), {"lang": "en"})
    return client


def make(world: World, name: str, *items: Any) -> Segment:
    return create_segment(world.club, name=name, definition=Definition(items=items))


def test_an_owner_describes_a_segment_and_reads_it_back(world: World) -> None:
    loyal = world.enrol(name="نرگس وفادار")
    for _ in range(2):
        world.buy(1_000_000, member=("id", str(loyal.id)))
    world.buy(1_000_000)
    owner = world.client("owner")
    sent = {
        **OFTEN,
        "row": ["1", "g2", "g2.3", "g2.4"],
        "r1-p_days": "۹۰",
        "r1-p_branches": [str(world.branch.id)],
        "g2-match": "any",
        "r3-facet": "program.tier",
        "r3-op": "in",
        "r3-value": ["bronze", "gold"],
        "r4-facet": "commerce.spent",
        "r4-op": "between",
        "r4-value": "۱۰۰٬۰۰۰",
        "r4-value_to": "300,000",
    }
    live = shown(post(owner, "preview-segment", sent, hx_request="true"))
    sentence = (
        f"اعضایی که در ۹۰ روز گذشته از {world.branch.name} دست‌کم ۲ خرید کرده‌اند"
        " و (سطحشان برنزی یا طلایی است"
        " یا تاکنون از ۱۰۰٬۰۰۰ تومان تا ۳۰۰٬۰۰۰ تومان خرید کرده‌اند)"
    )
    assert sentence in live
    assert "۱ عضو" in live and "نرگس وفادار" in live and world.member.name not in live
    saved = post(owner, "new-segment", sent)
    segment = Segment.objects.get(club=world.record)
    assert saved.headers["Location"] == reverse("panel:segment", args=[segment.pk])
    assert sentence in page(owner, "segment", segment.pk)
    assert sentence in page(owner, "segments")
    assert ">۱<" in page(owner, "segment-count", segment.pk)
    again = page(owner, "edit-segment", segment.pk)
    assert 'name="r3-match"' not in again and 'value="g2.4"' in again
    assert 'value="100000"' in again and 'value="300000"' in again
    listed = page(owner, "members", query=f"?segment={segment.pk}")
    assert "نرگس وفادار" in listed and world.member.name not in listed
    assert segment.name in listed
    answer = owner.get(reverse("panel:members-export") + f"?segment={segment.pk}")
    file = b"".join(answer.streaming_content).decode()
    assert "نرگس وفادار" in file and world.member.name not in file


def test_the_sentence_is_english_too(world: World) -> None:
    owner = english(world)
    sent = {**OFTEN, "match": "any", "row": ["1", "2"]}
    sent |= {"r1-p_days": "1", "r1-value": "1", "r1-negated": "on"}
    sent |= {"r2-facet": "commerce.last", "r2-op": "ge", "r2-value": "90", "r2-negated": "on"}
    live = shown(post(owner, "preview-segment", sent, hx_request="true"))
    assert (
        "Members who have made fewer than 1 purchase in the last day"
        " or bought last less than 90 days ago or have not bought yet"
    ) in live


def test_rows_and_groups_come_and_go_and_keep_what_was_typed(world: World) -> None:
    owner = world.client("owner")

    def build(wanted: str, **more: Any) -> str:
        sent = {**OFTEN, **more, "do": wanted}
        return shown(post(owner, "build-segment", sent, hx_request="true"))

    more = build("add")
    assert "<html" not in more and 'value="۲"' in more
    assert re.findall(r'name="row" value="([^"]+)"', more) == ["1", "2"]
    grouped = build("group")
    assert re.findall(r'name="row" value="([^"]+)"', grouped) == ["1", "g2", "g2.3"]
    gone = build("remove:g2.3", row=["1", "g2", "g2.3"])
    assert re.findall(r'name="row" value="([^"]+)"', gone) == ["1"]
    other = build("", **{"r1-facet": "club.gender"})
    assert 'value="female"' in other and 'value="۲"' not in other
    between = build("", **{"r1-op": "between"})
    assert 'name="r1-value_to"' in between
    whole = shown(post(owner, "build-segment", {**OFTEN, "do": "add"}))
    assert "<html" in whole and "پرخریدها" in whole


def test_what_is_wrong_is_told_at_the_field_in_both_languages(world: World) -> None:
    wrongs: tuple[tuple[dict[str, Any], str, str], ...] = (
        ({"r1-value": ""}, "این را پر کنید", "Fill this in"),
        ({"r1-p_days": "0"}, "عددی از ۱ تا", "Enter a number from 1 to"),
        ({"r1-op": "between", "r1-value": "5", "r1-value_to": "2"}, "پایان از آغاز", "The end is"),
        ({"r1-facet": "club.shoe_size"}, "دیگر وجود ندارد", "no longer exists"),
        ({"r1-p_branches": ["999999999"]}, "", "999999999"),
        ({"r1-op": "has"}, "", "has"),
        ({"row": []}, "دست‌کم یک شرط", "At least one condition"),
        (
            {"row": [str(n) for n in range(1, 33)]}
            | {f"r{n}-{k[3:]}": v for n in range(1, 33) for k, v in FACT.items() if k != "row"},
            "حداکثر ۳۰ شرط",
            "At most 30 conditions",
        ),
        ({"row": ["g2"], "g2-match": "any"}, "این دسته شرطی ندارد", "This group has no condition"),
        (
            {"r1-facet": "commerce.bought", "r1-p_products": "milk، honey"},
            "honey",
            "No product has the code “honey”",
        ),
        ({"name": ""}, "", "required"),
    )
    persian, other = world.client("owner"), english(world, "manager")
    for wrong, fa, en in wrongs:
        assert fa in shown(post(persian, "new-segment", {**OFTEN, **wrong}), 422), wrong
        assert en in shown(post(other, "new-segment", {**OFTEN, **wrong}), 422), wrong
    assert not Segment.objects.filter(club=world.record).exists()


def test_products_are_named_by_their_code(world: World) -> None:
    world.buy(900_000, lines=(LineEntry(900_000, "milk"),))
    world.enrol(name="دیگری")
    owner = world.client("owner")
    sent = {**OFTEN, "r1-facet": "commerce.bought", "r1-value": "1", "r1-p_products": "milk, lamp"}
    assert "شیر یا لامپ" in shown(post(owner, "preview-segment", sent))
    post(owner, "new-segment", sent)
    segment = Segment.objects.get(club=world.record)
    assert 'value="lamp, milk"' in page(owner, "edit-segment", segment.pk)
    assert world.member.name in page(owner, "members", query=f"?segment={segment.pk}")


def test_a_segment_names_another_and_no_circle_closes(world: World) -> None:
    often = make(world, "پرخریدها", Condition(facet="commerce.purchases", op="ge", value=2))
    near = make(world, "نزدیک‌ها", InSegment(segment=often.code, negated=True))
    owner = world.client("owner")
    assert "در گروه «پرخریدها» نیستند" in page(owner, "segment", near.pk)
    sent = {**OFTEN, "r1-facet": "segment", "r1-op": "in", "r1-segment": near.code}
    refused = shown(post(owner, "edit-segment", sent, often.pk), 422)
    assert "پرخریدها ← نزدیک‌ها ← پرخریدها" in refused
    assert "گروه «نزدیک‌ها»" in page(owner, "segment", often.pk)
    assert post(owner, "remove-segment", {}, often.pk).status_code == 409
    assert post(owner, "archive-segment", {"archived": "1"}, often.pk).status_code == 302
    assert "پرخریدها</a>" not in page(owner, "segments")
    assert "پرخریدها</a>" in page(owner, "segments", query="?archived=1")
    assert "نیستند" in page(owner, "edit-segment", near.pk) or often.code in page(
        owner, "edit-segment", near.pk
    )
    assert post(owner, "remove-segment", {}, near.pk).status_code == 302
    assert post(owner, "remove-segment", {}, often.pk).status_code == 302
    assert not Segment.objects.filter(club=world.record).exists()


def test_a_copy_is_changed_without_its_original(world: World) -> None:
    often = make(world, "پرخریدها", Condition(facet="commerce.purchases", op="ge", value=2))
    owner = world.client("owner")
    post(owner, "copy-segment", {}, often.pk)
    copy = Segment.objects.exclude(pk=often.pk).get(club=world.record)
    assert copy.code != often.code and copy.name == "پرخریدها (رونوشت)"
    assert post(owner, "edit-segment", {**OFTEN, "r1-value": "9"}, copy.pk).status_code == 302
    [left] = definition_of(Segment.objects.get(pk=often.pk)).items
    [right] = definition_of(Segment.objects.get(pk=copy.pk)).items
    assert isinstance(left, Condition) and isinstance(right, Condition)
    assert (left.value, right.value) == (2, 9)


def test_a_segment_of_a_fact_that_is_gone_says_so(world: World) -> None:
    often = make(world, "پرخریدها", Condition(facet="commerce.purchases", op="ge", value=2))
    definition = Definition(items=(Condition(facet="club.shoe_size", op="ge", value=40),))
    Segment.objects.filter(pk=often.pk).update(definition=definition.model_dump(mode="json"))
    owner = world.client("owner")
    assert "نیازمند اصلاح" in page(owner, "segment-count", often.pk)
    assert "دیگر وجود ندارد" in page(owner, "segment", often.pk)
    assert "ویژگی‌ای که دیگر وجود ندارد" in page(owner, "edit-segment", often.pk)
    listed = owner.get(reverse("panel:members") + f"?segment={often.pk}")
    assert listed.status_code == 409


def test_an_accountant_looks_and_changes_nothing(world: World) -> None:
    often = make(world, "پرخریدها", Condition(facet="commerce.purchases", op="ge", value=2))
    accountant = world.client("accountant")
    assert "پرخریدها" in page(accountant, "segments")
    seen = page(accountant, "segment", often.pk)
    assert reverse("panel:edit-segment", args=[often.pk]) not in seen
    assert reverse("panel:remove-segment", args=[often.pk]) not in seen


def test_another_clubs_segment_is_not_there(world: World, other_world: World) -> None:
    theirs = make(other_world, "آنان", Condition(facet="commerce.purchases", op="ge", value=1))
    owner = world.client("owner")
    for name in ("segment", "segment-count", "edit-segment"):
        assert owner.get(reverse(f"panel:{name}", args=[theirs.pk])).status_code == 404
    listed = owner.get(reverse("panel:members") + f"?segment={theirs.pk}")
    assert listed.status_code == 404
    sent = {**OFTEN, "r1-facet": "segment", "r1-op": "in", "r1-segment": theirs.code}
    assert post(owner, "new-segment", sent).status_code == 422
    branches = [str(other_world.branch.id)]
    assert post(owner, "new-segment", {**OFTEN, "r1-p_branches": branches}).status_code == 422


def test_the_audit_says_what_was_changed(world: World) -> None:
    owner = world.client("owner")
    post(owner, "new-segment", OFTEN)
    segment = Segment.objects.get(club=world.record)
    post(owner, "edit-segment", {**OFTEN, "r1-value": "7"}, segment.pk)
    told = page(owner, "audit")
    assert "اعضایی که تاکنون دست‌کم ۲ خرید کرده‌اند" in told
    assert "اعضایی که تاکنون دست‌کم ۷ خرید کرده‌اند" in told
