"""Changing what the club promises: draft, differences in words, publication, revisions."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.program.reads.revisions import live_program
from vafa.program.rules.recipes import chosen_in


def post(client: Client, name: str, data: dict[str, Any], *args: Any) -> Any:
    return client.post(reverse(f"panel:{name}", args=args), data)


def shown(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"panel:{name}", args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


def english(world: World, role: str = "owner") -> Client:
    client = world.client(role)
    client.post(reverse("ui:language"), {"lang": "en"})
    return client


def stamp(client: Client) -> str:
    found = re.search(r'name="stamp" value="([0-9a-f]+)"', shown(client, "draft"))
    assert found
    return found[1]


def test_a_rule_is_drafted_read_over_and_published(world: World) -> None:
    owner = english(world)
    dairy = world.products["milk"].category_id
    made = post(
        owner,
        "new-rule",
        {
            "name_fa": "پنجشنبهٔ لبنیات",
            "name_en": "Dairy Thursday",
            "percent": "۲۰۰",
            "branch_ids": [world.branch.id],
            "category_ids": [dairy],
            "weekdays": ["5"],
        },
        "multiplier",
    )
    assert made.status_code == 302
    assert "Dairy Thursday" not in shown(owner, "program")
    draft = shown(owner, "draft")
    assert "Double points on Thursdays for لبنیات at" in draft
    assert "1 change waits" in shown(owner, "program")
    post(owner, "publish", {"stamp": stamp(owner), "note": "for the dairy shelf"})
    assert "Dairy Thursday" in shown(owner, "program")
    revision = shown(owner, "revision", 2)
    assert "for the dairy shelf" in revision
    assert "What it changed against revision 1" in revision
    rule = live_program(world.club.id).program.rule("multiplier")
    assert rule is not None
    assert chosen_in(rule, "category") == (dairy,)


def test_nobody_publishes_what_she_has_not_seen(world: World) -> None:
    owner, manager = english(world), english(world, "manager")
    post(owner, "switch-rule", {"active": "0"}, "welcome")
    seen = stamp(owner)
    post(manager, "remove-rule", {}, "birthday")
    refused = post(owner, "publish", {"stamp": seen, "note": ""})
    assert refused.status_code == 409
    assert live_program(world.club.id).program.rule("birthday") is not None
    assert post(owner, "publish", {"stamp": stamp(owner)}).status_code == 302
    assert live_program(world.club.id).program.rule("birthday") is None
    # There is nothing left to publish twice.
    assert post(owner, "publish", {"stamp": seen}).status_code == 404


def test_differences_are_in_words(world: World) -> None:
    owner = english(world)
    post(
        owner,
        "edit-rule",
        {"name_fa": "امتیاز خرید", "name_en": "Points", "points": "2", "step": "۱۵٬۰۰۰"},
        "per-amount",
    )
    post(owner, "switch-rule", {"active": "0"}, "welcome")
    post(owner, "remove-tier", {}, "gold")
    post(
        owner,
        "new-tier",
        {"name_fa": "الماس", "name_en": "Diamond", "least": "5000", "percent": "300"},
    )
    post(
        owner,
        "edit-terms",
        {
            "expiry": "never",
            "revive_days": "90",
            "warn_days": "0",
            "pending_until": "days",
            "pending_days": "7",
            "worth": "",
            "max_share": "50",
            "judges": "today",
        },
    )
    draft = shown(owner, "draft")
    for words in (
        "<del>1 point for every 10,000 toman that you spend</del>",
        "2 points for every 15,000 toman that you spend",
        "20 points as a gift for joining (switched off)",
        "Tier Gold",
        "from 5,000 points: Triple points on every purchase",
        "Points do not expire",
        "Points can be spent 7 days after the purchase",
        "Points do not pay for purchases",
    ):
        assert words in draft, words
    post(owner, "discard", {})
    assert "Diamond" not in shown(owner, "draft")


def test_mistakes_are_said_where_they_are(world: World) -> None:
    owner = english(world)
    wrong = post(owner, "new-rule", {"name_fa": "", "points": "0", "step": "ده هزار"}, "per_amount")
    assert wrong.status_code == 422
    assert wrong.content.decode().count('aria-invalid="true"') == 3
    twice = post(owner, "new-tier", {"name_fa": "دیگر", "least": "500", "percent": "120"})
    assert twice.status_code == 422
    assert "“Silver” begins there already" in twice.content.decode()
    assert post(owner, "edit-rule", {}, "no-such-rule").status_code == 404
    assert post(owner, "new-rule", {}, "lottery").status_code == 404
    foreign = post(
        owner,
        "new-rule",
        {"name_fa": "x", "percent": "200", "branch_ids": ["999999999"]},
        "multiplier",
    )
    assert foreign.status_code == 422
    assert "Nothing yet" in shown(owner, "draft")


def test_a_new_rule_never_takes_a_live_rules_id(world: World) -> None:
    owner = english(world)
    post(owner, "remove-rule", {}, "welcome")
    post(owner, "new-rule", {"name_fa": "هدیه", "points": "30"}, "welcome")
    draft = shown(owner, "draft")
    assert reverse("panel:edit-rule", args=["welcome-2"]) in draft


def test_published_rules_decide_the_next_purchase(world: World) -> None:
    owner = english(world)
    post(owner, "edit-rule", {"name_fa": "x", "points": "3", "step": "10,000"}, "per-amount")
    assert world.buy(1_000_000).answer["points"] == 10
    post(owner, "publish", {"stamp": stamp(owner)})
    assert world.buy(1_000_000).answer["points"] == 30
