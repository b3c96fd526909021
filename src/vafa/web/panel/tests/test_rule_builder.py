"""A rule is put together piece by piece, and read back as a sentence."""

from __future__ import annotations

from typing import Any, get_args

from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.club.actions.attributes import define_attribute
from vafa.flows.member_events import record_event
from vafa.insight.reads.revisions import read_draft
from vafa.program.reads.revisions import live_program
from vafa.program.rules.conditions import Chosen, Measured, Sold
from vafa.program.rules.deeds import BadgeKind, GiveBadge, RaiseEvent, Say, SetAttribute, Words
from vafa.program.rules.document import EventKind
from vafa.program.rules.moments import KNOWN_EVENTS, SURVEY_ANSWERED, Happening
from vafa.program.rules.recipes import welcome
from vafa.program.rules.rule import Effect, Fixed, OneOf, PerItem, PerStep, Rule, Text, Times
from vafa.web.panel.forms.rule_kinds import CONDITIONS, EFFECTS, HAPPENINGS, kind_of
from vafa.web.panel.tests.test_program import english, post, shown, stamp

DOUBLE = {"name_fa": "دو برابر", "on": "purchase", "gives": "times", "gives-times": "200"}


def rows(*conditions: dict[str, Any]) -> dict[str, Any]:
    """The page's fields for these conditions; each names its ``kind``."""
    found: dict[str, Any] = {"row": [str(n) for n in range(1, len(conditions) + 1)]}
    for n, condition in enumerate(conditions, 1):
        found |= {f"r{n}-{name}": value for name, value in condition.items()}
    return found


def limits(*asked: dict[str, Any]) -> dict[str, Any]:
    """The page's fields for these limits."""
    found: dict[str, Any] = {"limit": [str(n) for n in range(51, 51 + len(asked))]}
    usual = {"counts": "points", "per": "week", "scope": "member"}
    for n, limit in enumerate(asked, 51):
        found |= {f"l{n}-{name}": value for name, value in {**usual, **limit}.items()}
    return found


def fragment(client: Client, name: str, data: dict[str, Any]) -> str:
    answer = client.post(reverse(f"panel:{name}"), data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def drafted(world: World, rule_id: str = "rule") -> Rule:
    draft = read_draft(world.club)
    assert draft is not None
    found = draft.program.rule(rule_id)
    assert found is not None
    return found


def test_everything_that_a_rule_may_hold_has_a_place_in_the_builder() -> None:
    """Attributes of members are beside the tables: each club has its own."""
    named = {kind.name for kind in CONDITIONS}
    facts = {fact for of in (Chosen, Measured, Sold) for fact in get_args(of)}
    assert facts | {"birthday", "expression"} == named
    assert {kind.name for kind in HAPPENINGS} == {*get_args(Happening), *KNOWN_EVENTS}
    for unit in ("points", "credit", "tier"):
        step = PerStep(points=1, step=1, unit=unit)
        for gives in (
            step,
            Times(percent=300, unit=unit),
            PerItem(points=1, unit=unit),
            Fixed(points=1, unit=unit),
        ):
            found = kind_of(EFFECTS, gives)
            assert found is not None, gives
    models = get_args(get_args(Effect)[0])
    samples = [kind.sample(None) for kind in EFFECTS]  # type: ignore[arg-type]
    assert {type(sample) for sample in samples} == set(models) - {SetAttribute}


def test_conditions_come_one_by_one(world: World) -> None:
    owner = english(world)
    page = shown(owner, "new-rule", "rule")
    assert "Without conditions it holds every time." in page
    assert 'value="add:tier"' in page and 'value="add:merchant"' not in page
    built = fragment(owner, "build-rule", {**DOUBLE, "do": "add:tier"})
    assert 'name="r1-kind" value="tier"' in built and "Silver" in built
    # What is there already is not offered again.
    assert 'value="add:tier"' not in built
    more = {**DOUBLE, **rows({"kind": "tier", "values": ["silver"]})}
    built = fragment(owner, "build-rule", {**more, "do": "add:total"})
    assert 'name="r2-least"' in built and 'value="silver"' in built and "checked" in built
    gone = fragment(owner, "build-rule", {**more, "do": "remove:1"})
    assert "r1-kind" not in gone
    limited = fragment(owner, "build-rule", {**more, "do": "limit"})
    assert 'name="l2-most"' in limited
    # Nothing was saved by any of it.
    assert "Nothing yet" in shown(owner, "draft")


def test_the_sentence_and_the_example_follow_what_is_typed(world: World) -> None:
    owner = english(world)
    thursday = {
        **DOUBLE,
        **rows({"kind": "weekday", "values": ["5"]}, {"kind": "tier", "values": ["silver"]}),
        **limits({"most": "30"}),
    }
    said = fragment(owner, "preview-rule", thursday)
    assert "Double points on Thursdays for the Silver tier, at most 30 points a week." in said
    # 50 for 500,000 toman and a fifth of it for silver; of the double only what the limit leaves.
    bill = "A bill of 500,000 toman on a Thursday of a member of the Silver tier"
    assert f"{bill}: 90 points; without this rule 60 points" in said
    half = {**DOUBLE, **rows({"kind": "weekday"})}
    said = fragment(owner, "preview-rule", half)
    assert "Double points on every purchase." in said and "still missing" in said
    fa = world.client("owner")
    said = fragment(fa, "preview-rule", thursday)
    assert "پنجشنبه‌ها، امتیاز دو برابر برای سطح نقره‌ای" in said
    assert "حداکثر ۳۰ امتیاز در هفته" in said
    assert "۹۰ امتیاز؛ بدون این قانون ۶۰ امتیاز" in said


def test_only_the_fields_of_what_is_chosen_are_there(world: World) -> None:
    owner = english(world)
    page = shown(owner, "new-rule", "rule")
    assert 'name="gives-times"' in page and 'name="gives-step"' not in page
    built = fragment(owner, "build-rule", {**DOUBLE, "gives": "per_step"})
    assert 'name="gives-step"' in built and 'name="gives-times"' not in built
    built = fragment(owner, "build-rule", {**DOUBLE, "on": "schedule"})
    assert 'name="on-every"' in built and 'value="fixed"' in built
    assert 'value="times"' not in built and 'value="add:total"' not in built


def test_a_rule_with_every_kind_of_part_comes_back_as_it_was(world: World) -> None:
    owner = english(world)
    dairy = world.products["milk"].category_id
    asked = {
        **{"name_fa": "همه", "on": "purchase", "gives": "credit_per_step"},
        **{"gives-points": "1,000", "gives-step": "100,000"},
        **{"starts": "1405/10/01", "ends": "1405/12/29"},
        **rows(
            {"kind": "weekday", "values": ["5", "6"]},
            {"kind": "minute", "least": "22", "most": "02:30"},
            {"kind": "branch", "values": [str(world.branch.id)], "but": "but"},
            {"kind": "channel", "values": ["store"]},
            {"kind": "gender", "values": ["female"]},
            {"kind": "birthday", "days": "5"},
            {"kind": "birth_month", "values": ["1"]},
            {"kind": "visits", "least": "2", "window_days": "30"},
            {"kind": "nth", "least": "2"},
            {"kind": "category", "values": [str(dairy)]},
            {"kind": "product", "values": "milk، cheese"},
            {"kind": "quantity", "least": "3"},
            {"kind": "total", "least": "50,000", "most": "900,000"},
            {"kind": "payment", "values": ["card"]},
            {"kind": "expression", "text": "total > 5000"},
        ),
        **limits(
            {"amount": "20,000", "per": "month", "scope": "household"},
            {"most": "3", "counts": "times", "per": "day", "scope": "branch"},
        ),
    }
    answer = post(owner, "new-rule", asked, "rule")
    assert answer.status_code == 302, answer.content.decode()
    rule = drafted(world)
    assert rule.gives == PerStep(points=10_000, step=1_000_000, unit="credit")
    assert [limit.most for limit in rule.limits] == [200_000, 3]
    assert len(rule.conditions) == 15
    # What the page shows of it, sent as it is, makes the same rule again.
    page = shown(owner, "edit-rule", "rule")
    for text in ('value="2:30"', 'value="cheese, milk"', 'value="200000"', "total &gt; 5000"):
        assert text in page, text
    assert post(owner, "edit-rule", {**asked, "editing": "rule"}, "rule").status_code == 302
    assert drafted(world) == rule


def test_mistakes_are_said_at_their_field(world: World) -> None:
    owner = english(world)
    over = {"starts": "1405/01/10", "ends": "1405/01/01"}
    for wrong, said in (
        ({"name_fa": ""}, "This field is required."),
        (rows({"kind": "weekday"}), "Choose at least one."),
        (rows({"kind": "total"}), "One of the two is needed."),
        (rows({"kind": "total", "least": "9", "most": "3"}), "The end lies before the beginning."),
        (rows({"kind": "minute", "least": "25:00"}), "Write a time like 10:30."),
        (rows({"kind": "minute", "least": "10", "most": "10"}), "The two times are the same."),
        (rows({"kind": "tier", "values": ["platinum"]}), "platinum"),
        (rows({"kind": "product", "values": "nothing"}), "No product has the code “nothing”."),
        (rows({"kind": "expression", "text": "total >"}), 'id="id_r1-text_error"'),
        (over, "The end lies before the beginning."),
        ({"ends": "1390/01/01"}, "has already passed"),
        (limits({"most": "0"}), "text-error"),
        ({"gives-times": "other", "gives-percent": "100"}, "101"),
        ({"gives-times": "other", "gives-percent": ""}, "needed for what the rule gives"),
        ({"gives": "per_step", "gives-points": "1"}, "This field is required."),
        ({"group": "+", "group_name": ""}, "The new group needs a name."),
        (
            {"on": "joining", "gives": "fixed", "gives-points": "5"} | rows({"kind": "total"}),
            "asked",
        ),
    ):
        answer = post(owner, "new-rule", {**DOUBLE, **wrong}, "rule")
        assert answer.status_code == 422, wrong
        assert said in answer.content.decode(), (wrong, said)
    assert "Nothing yet" in shown(owner, "draft")


def test_rules_of_one_group(world: World) -> None:
    owner = english(world)
    new = {"group": "+", "group_name": "جشنواره", "group_mode": "best"}
    assert post(owner, "new-rule", {**DOUBLE, **new}, "rule").status_code == 302
    other = {**DOUBLE, "gives-times": "300", "group": "group"}
    assert post(owner, "new-rule", other, "rule").status_code == 302
    wrong = {**DOUBLE, "gives": "fixed", "gives-points": "5", "group": "group"}
    answer = post(owner, "new-rule", wrong, "rule")
    assert answer.status_code == 422 and "the same kind of thing" in answer.content.decode()
    assert "جشنواره: only the best for the member counts" in shown(owner, "draft")
    changed = {"name_fa": "جشنواره", "name_en": "Festival", "mode": "first"}
    assert post(owner, "edit-group", changed, "group").status_code == 302
    assert "Festival: only the first in order counts" in shown(owner, "draft")
    assert post(owner, "edit-group", changed, "no-such").status_code == 404
    # A group that has lost its last rule is gone.
    for rule_id in ("rule", "rule-2"):
        post(owner, "remove-rule", {}, rule_id)
    assert "Festival" not in shown(owner, "draft")


def test_rules_are_moved_and_taken_back_to_what_is_live(world: World) -> None:
    owner = english(world)
    before = live_program(world.club.id).program
    assert post(owner, "move-rule", {"to": "down"}, "birthday").status_code == 302
    draft = shown(owner, "draft")
    assert "The order of the rules" in draft
    assert draft.index('data-rule="per-amount"') < draft.index('data-rule="birthday"')
    # Up again, and once more than there is room for.
    for _ in range(2):
        post(owner, "move-rule", {"to": "up"}, "birthday")
    assert "The order of the rules" not in shown(owner, "draft")
    post(owner, "edit-rule", {"name_fa": "x", "points": "7"}, "welcome")
    assert "7 points" in shown(owner, "draft") and "As in force" in shown(owner, "draft")
    assert post(owner, "restore-rule", {}, "welcome").status_code == 302
    assert "As in force" not in shown(owner, "draft")
    assert drafted(world, "welcome") == before.rule("welcome")
    assert post(owner, "restore-rule", {}, "no-such-rule").status_code == 404


def test_a_short_form_leads_to_the_whole(world: World) -> None:
    owner = english(world)
    assert "?full=1" in shown(owner, "edit-rule", "per-amount")
    url = reverse("panel:edit-rule", args=["per-amount"]) + "?full=1"
    assert 'name="gives-step"' in owner.get(url).content.decode()
    asked = {
        **{"editing": "per-amount", "name_fa": "امتیاز", "on": "purchase", "gives": "per_step"},
        **{"gives-points": "1", "gives-step": "10,000"},
        **limits({"most": "40"}),
    }
    assert owner.post(url, asked).status_code == 302
    # With a limit it is no longer one of the short ones.
    assert 'name="gives-step"' in shown(owner, "edit-rule", "per-amount")
    post(owner, "publish", {"stamp": stamp(owner)})
    assert world.buy(3_000_000).answer["points"] == 30
    assert world.buy(3_000_000).answer["points"] == 10
    assert world.buy(3_000_000).answer["points"] == 0


def test_rules_about_more_than_purchases(world: World) -> None:
    owner = english(world)
    world.change_program(events=(EventKind(code="checkup", name=Text(fa="ویزیت", en="Check-up")),))
    given = {"gives": "fixed", "gives-points": "15"}
    for asked, said in (
        ({"on": "joining"}, "15 points as a gift for joining"),
        ({"on": "birthday"}, "15 points as a birthday gift"),
        ({"on": "anniversary", "on-years": "۱، ۵"}, "years 1 and 5"),
        ({"on": "event", "on-what": "checkup"}, "15 points for “Check-up”"),
        (
            {"on": "schedule", "on-every": "week", "on-weekday": "6", "on-hour": "9"},
            "every Friday at 9:00",
        ),
        (
            {
                **{"on": "member_date", "on-what": "wedding_date", "on-when": "before"},
                **{"on-away": "۳", "on-years": ""},
            },
            "15 points for the wedding anniversary, 3 days before it",
        ),
    ):
        answer = post(owner, "new-rule", {"name_fa": "هدیه", **given, **asked}, "rule")
        assert answer.status_code == 302, (asked, answer.content.decode())
        assert said in shown(owner, "draft"), said


def test_answers_and_reviews_are_known_without_being_defined(world: World) -> None:
    owner = english(world)
    fields = {"name_fa": "نظرسنجی", "on": SURVEY_ANSWERED, "gives": "fixed", "gives-points": "15"}
    preview = fragment(owner, "preview-rule", fields)
    assert "15 points for answering a survey" in preview
    assert post(owner, "new-rule", fields, "rule").status_code == 302
    made = drafted(world)
    assert (made.on, made.what) == ("event", SURVEY_ANSWERED)
    again = shown(owner, "edit-rule", made.id)
    assert f'<option value="{SURVEY_ANSWERED}" selected>' in again
    assert post(owner, "publish", {"stamp": stamp(owner), "note": ""}).status_code == 302
    answered = record_event(
        world.club, member=world.ref, name=SURVEY_ANSWERED, actor=world.owner, key="1"
    )
    assert answered.answer["points"] == 15


def test_rules_that_do_something_beside_giving_an_amount(world: World) -> None:
    owner = english(world)
    define_attribute(world.club.id, key="colour", name="رنگ", kind="text")
    badge = BadgeKind(code="regular", name=Text(fa="همیشگی", en="Regular"))
    event = EventKind(code="checkup", name=Text(fa="ویزیت", en="Check-up"))
    world.change_program(badges=(badge,), events=(event,))
    page = shown(owner, "new-rule", "rule")
    # Nothing to choose from is not offered.
    assert 'value="badge"' in page and 'value="voucher"' not in page
    for asked, gives, said in (
        ({"gives": "badge", "gives-badge": "regular"}, GiveBadge(badge="regular"), "Regular"),
        ({"gives": "event", "gives-event": "checkup"}, RaiseEvent(event="checkup"), "Check-up"),
        (
            {"gives": "message", "gives-fa": "ممنون", "gives-en": "Thank you"},
            Say(words=Words(fa="ممنون", en="Thank you")),
            "Thank you",
        ),
        (
            {"gives": "attribute:colour", "gives-value": "آبی"},
            SetAttribute(key="colour", value="آبی"),
            "آبی",
        ),
    ):
        once = limits({"most": "1", "counts": "times", "per": "ever"})
        answer = post(owner, "new-rule", {**DOUBLE, **asked, **once}, "rule")
        assert answer.status_code == 302, (asked, answer.content.decode())
        assert drafted(world).gives == gives
        assert said in shown(owner, "draft")
        assert said in fragment(owner, "preview-rule", {**DOUBLE, **asked})
        assert 'name="gives-' in shown(owner, "edit-rule", "rule")
        post(owner, "remove-rule", {}, "rule")


def test_a_joining_keeps_what_a_joining_can_have(world: World) -> None:
    gift = welcome("ladies", Text(fa="بانوان"), 5)
    ladies = gift.model_copy(update={"conditions": (OneOf(fact="gender", values=("female",)),)})
    world.change_program(rules=(*live_program(world.record.id).program.rules, ladies))
    owner = english(world)
    asked = {"editing": "ladies", "name_fa": "بانوان", "on": "joining", "gives": "fixed"}
    women = {"kind": "gender", "values": ["female"]}
    seven = {**asked, "gives-points": "7"}
    wrong = post(owner, "edit-rule", {**seven, **rows(women, {"kind": "total"})}, "ladies")
    assert wrong.status_code == 422
    assert "This cannot be asked of what happens." in wrong.content.decode()
    assert post(owner, "edit-rule", {**seven, **rows(women)}, "ladies").status_code == 302
    assert "7 points as a gift for joining for women" in shown(owner, "draft")
