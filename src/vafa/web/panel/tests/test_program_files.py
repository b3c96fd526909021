"""A rule with conditions, a programme that travels, and the way back to an earlier revision."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client

from tests.world import World
from vafa.program.actions.rewards import create_reward
from vafa.program.models import Reward
from vafa.program.reads.revisions import live_program
from vafa.program.rules.rule import Lines, OneOf
from vafa.web.panel.tests.test_program import english, post, shown, stamp
from vafa.web.panel.tests.test_rule_builder import rows

THURSDAYS = {
    **{"name_fa": "پنجشنبه‌های نقره‌ای", "name_en": "Silver Thursdays"},
    **{"on": "purchase", "gives": "times", "gives-times": "200", "starts": "۱۴۰۵/۰۹/۰۱"},
}

REWARD = {"name": "x", "kind": "percent", "points": 5}


def conditions(world: World) -> dict[str, Any]:
    dairy = world.products["milk"].category_id
    return rows(
        {"kind": "weekday", "values": ["5"]},
        {"kind": "tier", "values": ["silver"]},
        {"kind": "channel", "values": ["store"]},
        {"kind": "total", "least": "۵۰۰٬۰۰۰"},
        {"kind": "minute", "least": "۱۰", "most": "14:30"},
        {"kind": "branch", "values": [str(world.branch.id)]},
        {"kind": "category", "values": [str(dairy)]},
    )


def make_thursdays(world: World, owner: Client) -> None:
    asked = {**THURSDAYS, **conditions(world)}
    assert post(owner, "new-rule", asked, "rule").status_code == 302


def test_a_rule_with_many_conditions_reads_back_as_a_sentence(world: World) -> None:
    owner = english(world)
    make_thursdays(world, owner)
    sentence = (
        f"Double points on Thursdays from 10:00 to 14:30 for لبنیات at {world.branch.name}"
        " on purchases in a shop for the Silver tier on bills of 500,000 toman or more"
        " from Sun 22 Nov 2026"
    )
    assert sentence in shown(owner, "draft")
    fa = world.client("owner")
    assert "پنجشنبه‌ها از ساعت ۱۰:۰۰ تا ۱۴:۳۰" in shown(fa, "draft")
    assert "در خریدهای حضوری ۵۰۰٬۰۰۰ تومان به بالا" in shown(fa, "draft")
    form = shown(owner, "edit-rule", "rule")
    for value in ('value="500000"', 'value="10:00"', 'value="14:30"'):
        assert value in form, value
    triple = {**THURSDAYS, "gives-times": "300", **conditions(world), "editing": "rule"}
    assert post(owner, "edit-rule", triple, "rule").status_code == 302
    assert "Triple points on Thursdays" in shown(owner, "draft")


def test_a_programme_travels_to_another_club(world: World, other_world: World) -> None:
    """Numbers differ from club to club; codes do not."""
    owner = english(world)
    make_thursdays(world, owner)
    post(owner, "publish", {"stamp": stamp(owner), "note": ""})
    answer = owner.get("/panel/program/revisions/2/file/")
    assert answer.headers["Content-Disposition"].endswith('-program-2.json"')
    content = answer.content
    assert '"main"' in content.decode() and "پنجشنبه‌های نقره‌ای" in content.decode()
    theirs = english(other_world)
    brought = post(theirs, "bring-program", {"file": ContentFile(content, "p.json")})
    assert brought.status_code == 302
    assert "Silver Thursdays" in shown(theirs, "draft")
    post(theirs, "publish", {"stamp": stamp(theirs), "note": ""})
    rule = live_program(other_world.record.id).program.rule("rule")
    assert rule is not None
    named = {c.fact: c.values for c in rule.conditions if isinstance(c, OneOf | Lines)}
    assert named["branch"] == (other_world.branch.id,)
    assert named["category"] == (other_world.products["milk"].category_id,)
    mine = live_program(world.record.id).program
    assert live_program(other_world.record.id).program.tiers == mine.tiers


def test_its_rewards_travel_with_it_and_come_switched_off(world: World, other_world: World) -> None:
    owner, theirs = english(world), english(other_world)
    milk = world.products["milk"]
    create_reward(
        world.record.id,
        name="یک لیتر شیر",
        kind="buy_get",
        points=40,
        stock=30,
        tiers=["gold"],
        starts_at=datetime(2026, 12, 1, tzinfo=UTC),
        terms={"products": [milk.id], "branches": [world.branch.id], "buy": 1, "get": 1},
    )
    create_reward(world.record.id, name="تنها", kind="delivery", points=9, is_active=False)
    had = set(Reward.objects.filter(club=other_world.record).values_list("name", flat=True))
    content = owner.get("/panel/program/revisions/1/file/").content
    assert '"milk"' in content.decode() and "تنها" not in content.decode()
    post(theirs, "bring-program", {"file": ContentFile(content, "p.json")})
    assert "New rewards, switched off until you look at them: 1" in shown(theirs, "draft")
    brought = Reward.objects.filter(club=other_world.record).exclude(name__in=had)
    milk_reward = brought.get()
    assert (milk_reward.points, milk_reward.stock, milk_reward.is_active) == (40, 30, False)
    assert milk_reward.starts_at == datetime(2026, 12, 1, tzinfo=UTC)
    assert milk_reward.terms["products"] == [other_world.products["milk"].id]
    assert milk_reward.terms["branches"] == [other_world.branch.id]
    # Again: what is there stays as it is. Nor does one that names what is not there.
    post(theirs, "bring-program", {"file": ContentFile(content, "p.json")})
    unknown = content.replace(b'"milk"', b'"silk"').replace("شیر".encode(), "ابریشم".encode())
    refused = post(theirs, "bring-program", {"file": ContentFile(unknown, "p.json")})
    assert refused.status_code == 422 and "“silk”" in refused.content.decode()
    assert Reward.objects.filter(club=other_world.record).count() == len(had) + 1


def test_a_file_that_does_not_fit_changes_nothing(world: World) -> None:
    owner = english(world)
    make_thursdays(world, owner)
    post(owner, "publish", {"stamp": stamp(owner), "note": ""})
    file = json.loads(owner.get("/panel/program/revisions/2/file/").content)
    nowhere = json.loads(json.dumps(file).replace('"main"', '"nowhere"'))
    nowhere["rewards"] = [{**REWARD, "terms": {"percent": 5, "categories": ["silk"]}}]
    unknown = {**file, "magic": 1}
    for content, said in (
        (b"no json", "not a club"),
        (json.dumps({"format": "other"}).encode(), "not a club"),
        (json.dumps({**file, "rules": 7}).encode(), "not a club"),
        (json.dumps({**file, "rewards": 7}).encode(), "not a club"),
        (json.dumps({**file, "rewards": [{"name": "n", "kind": 5}]}).encode(), "not a club"),
        (json.dumps({**file, "rewards": [{**REWARD, "points": 0}]}).encode(), "points"),
        (
            json.dumps({**file, "rewards": [{**REWARD, "terms": {"percent": 101}}]}).encode(),
            "percent",
        ),
        (json.dumps({**file, "rules": [{**file["rules"][0], "id": "!"}]}).encode(), "rules.0.id"),
        (json.dumps(nowhere).encode(), "the branch “nowhere” (rule"),
        (json.dumps(nowhere).encode(), "the category “silk” (reward"),
        (json.dumps(unknown).encode(), "magic"),
    ):
        answer = post(owner, "bring-program", {"file": ContentFile(content, "p.json")})
        assert answer.status_code == 422, content[:60]
        assert said in answer.content.decode(), said
        assert "aria-invalid" in answer.content.decode(), "told where the file was chosen"
    assert post(owner, "bring-program", {}).status_code == 422
    assert "Nothing yet" in shown(owner, "draft")


def test_back_to_an_earlier_revision(world: World) -> None:
    owner = english(world)
    before = live_program(world.record.id).program
    make_thursdays(world, owner)
    post(owner, "publish", {"stamp": stamp(owner), "note": ""})
    assert "Back to this revision" in shown(owner, "revision", 1)
    assert post(owner, "go-back", {}, 1).status_code == 302
    draft = shown(owner, "draft")
    assert "The draft is as revision 1" in draft and "Removed" in draft
    post(owner, "publish", {"stamp": stamp(owner), "note": "back"})
    assert live_program(world.record.id).program == before
    assert post(world.client("accountant"), "go-back", {}, 1).status_code == 403
