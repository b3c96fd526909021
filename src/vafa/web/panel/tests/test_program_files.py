"""A rule with conditions, a programme that travels, and the way back to an earlier revision."""

from __future__ import annotations

import json

from django.core.files.base import ContentFile
from django.test import Client

from tests.world import World
from vafa.program.reads.revisions import live_program
from vafa.program.rules.recipes import welcome
from vafa.program.rules.rule import Lines, OneOf, Text
from vafa.web.panel.tests.test_program import english, post, shown, stamp

THURSDAYS = {
    "name_fa": "پنجشنبه‌های نقره‌ای",
    "name_en": "Silver Thursdays",
    "gives": "times",
    "percent": "۲۰۰",
    "weekdays": ["5"],
    "tiers": ["silver"],
    "channels": ["store"],
    "least": "۵۰۰٬۰۰۰",
    "since": "۱۰",
    "until": "14:30",
    "starts": "۱۴۰۵/۰۹/۰۱",
}


def make_thursdays(world: World, owner: Client) -> None:
    dairy = world.products["milk"].category_id
    asked = {**THURSDAYS, "branch_ids": [world.branch.id], "category_ids": [dairy]}
    assert post(owner, "new-rule", asked, "rule").status_code == 302


def test_a_rule_with_every_condition_reads_back_as_a_sentence(world: World) -> None:
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
    assert "در خریدهای ۵۰۰٬۰۰۰ تومان به بالا" in shown(fa, "draft")
    form = shown(owner, "edit-rule", "rule")
    for value in ('value="200"', 'value="500000"', 'value="10:00"', 'value="14:30"'):
        assert value in form, value
    assert post(owner, "edit-rule", {**THURSDAYS, "percent": "300"}, "rule").status_code == 302
    assert "Triple points on Thursdays" in shown(owner, "draft")
    assert world.bought == 0
    world.verify()


def test_what_contradicts_itself_is_said_at_the_field(world: World) -> None:
    owner = english(world)
    for wrong, said in (
        ({"percent": ""}, "This is needed for what the rule gives."),
        ({"gives": "per_step", "points": "1", "step": ""}, "This is needed"),
        ({"most": "400,000"}, "The end lies before the beginning."),
        ({"ends": "1405/08/30"}, "The end lies before the beginning."),
        ({"since": "25:00"}, "Write a time like 10:30."),
        ({"until": "10:00"}, "The two times are the same."),
        ({"percent": "100"}, "101"),
        ({"tiers": ["platinum"]}, "platinum"),
    ):
        answer = post(owner, "new-rule", {**THURSDAYS, **wrong}, "rule")
        assert answer.status_code == 422, wrong
        assert said in answer.content.decode(), wrong
    assert "Nothing yet" in shown(owner, "draft")


def test_a_joining_keeps_what_a_joining_can_have(world: World) -> None:
    gift = welcome("ladies", Text(fa="بانوان"), 5)
    ladies = gift.model_copy(update={"conditions": (OneOf(fact="gender", values=("female",)),)})
    world.change_program(rules=(*live_program(world.record.id).program.rules, ladies))
    before = live_program(world.record.id)
    owner = english(world)
    wrong = post(owner, "edit-rule", {**THURSDAYS, "tiers": []}, "ladies")
    assert wrong.status_code == 422
    assert "Nothing yet" in shown(owner, "draft") and live_program(world.record.id) == before
    right = {"name_fa": "بانوان", "gives": "fixed", "points": "7"}
    assert post(owner, "edit-rule", right, "ladies").status_code == 302
    assert "7 points as a gift for joining for women" in shown(owner, "draft")
    world.verify()


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
