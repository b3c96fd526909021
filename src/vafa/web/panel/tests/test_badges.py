"""Badges in the panel, and how a member sees hers."""

from __future__ import annotations

from django.urls import reverse

from tests.world import World
from vafa.program.reads.revisions import live_program
from vafa.program.rules.deeds import BadgeKind, GiveBadge
from vafa.program.rules.rule import Rule, Text
from vafa.web.panel.tests.test_program import english, post, shown


def test_a_badge_is_made_renamed_and_stays_while_a_rule_gives_it(world: World) -> None:
    owner = english(world)
    asked = {"name_fa": "همیشگی", "name_en": "Regular", "symbol": "🏅"}
    assert post(owner, "new-badge", asked).status_code == 302
    assert "Regular" in shown(owner, "happenings")
    assert "Badge badge" in shown(owner, "draft")
    renamed = {**asked, "name_en": "Very regular"}
    assert post(owner, "edit-badge", renamed, "badge").status_code == 302
    assert "Very regular" in shown(owner, "happenings")
    made = BadgeKind(code="badge", name=Text(fa="همیشگی"), symbol="🏅")
    given = Rule(id="give", name=Text(fa="قانون"), gives=GiveBadge(badge="badge"))
    program = live_program(world.record.id).program
    world.publish(program.model_copy(update={"badges": (made,), "rules": (*program.rules, given)}))
    assert post(owner, "remove-badge", {}, "badge").status_code == 302
    assert "Remove that rule first" in shown(owner, "happenings")
    without = program.model_copy(update={"badges": (made,)})
    world.publish(without)
    assert post(owner, "remove-badge", {}, "badge").status_code == 302
    assert "🏅" not in shown(owner, "happenings")


def test_a_member_sees_her_badge_and_what_else_she_got(world: World) -> None:
    made = BadgeKind(code="badge", name=Text(fa="مشتری همیشگی"), symbol="🏅")
    given = Rule(id="give", name=Text(fa="خوشامد"), gives=GiveBadge(badge="badge"))
    world.change_program(badges=(made,), rules=(given,))
    world.buy(1_000_000)
    member = world.client("member")
    profile = member.get(reverse("portal:profile")).content.decode()
    assert "نشان‌های شما" in profile and "مشتری همیشگی" in profile
    history = member.get(reverse("portal:history")).content.decode()
    assert "نشان «🏅 مشتری همیشگی»: خوشامد" in history
