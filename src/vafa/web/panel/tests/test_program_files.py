"""A rule with conditions, a programme that travels, and the way back to an earlier revision."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client

from tests.world import World
from vafa.program.reads.revisions import live_program
from vafa.program.rules.rule import Lines, OneOf
from vafa.web.panel.tests.test_program import english, post, shown, stamp
from vafa.web.panel.tests.test_rule_builder import rows

THURSDAYS = {
    **{"name_fa": "پنجشنبه‌های نقره‌ای", "name_en": "Silver Thursdays"},
    **{"on": "purchase", "gives": "times", "gives-times": "200", "starts": "۱۴۰۵/۰۹/۰۱"},
}


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


def test_a_file_that_does_not_fit_changes_nothing(world: World) -> None:
    owner = english(world)
    make_thursdays(world, owner)
    post(owner, "publish", {"stamp": stamp(owner), "note": ""})
    file = json.loads(owner.get("/panel/program/revisions/2/file/").content)
    nowhere = json.loads(json.dumps(file).replace('"main"', '"nowhere"'))
    unknown = {**file, "magic": 1}
    for content, said in (
        (b"no json", "not a club"),
        (json.dumps({"format": "other"}).encode(), "not a club"),
        (json.dumps({**file, "rules": 7}).encode(), "not a club"),
        (json.dumps({**file, "rules": [{**file["rules"][0], "id": "!"}]}).encode(), "rules.0.id"),
        (json.dumps(nowhere).encode(), "branch “nowhere”"),
        (json.dumps(unknown).encode(), "magic"),
    ):
        answer = post(owner, "bring-program", {"file": ContentFile(content, "p.json")})
        assert answer.status_code == 422, content[:60]
        assert said in answer.content.decode(), said
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
