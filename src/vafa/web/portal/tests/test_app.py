"""The portal on a phone: what installs, what is kept without a line, and how far she is."""

from __future__ import annotations

import json
from datetime import timedelta

from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.core.clock import now
from vafa.engage.models import Message
from vafa.program.reads.revisions import live_program
from vafa.program.rules.challenges import Bought, reached
from vafa.program.rules.document import Challenge
from vafa.program.rules.rule import Fixed, Rule, Text


def page(client: Client, name: str, query: str = "") -> str:
    answer = client.get(reverse(f"portal:{name}") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_phone_learns_what_to_install(world: World) -> None:
    manifest = json.loads(page(world.client("member"), "manifest"))
    assert manifest["name"] == world.record.name
    assert (manifest["dir"], manifest["display"]) == ("rtl", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/"))


def test_what_is_kept_is_there_and_is_nobodys(world: World) -> None:
    stranger = Client()
    worker = stranger.get(reverse("portal:worker"))
    assert worker.headers["Content-Type"].startswith("text/javascript")
    kept = json.loads(worker.content.decode().split("\n")[0].split(" = ")[1].rstrip(";"))
    assert reverse("portal:offline") in kept
    for file in kept:
        if file.startswith("/static/"):
            assert finders.find(file.removeprefix("/static/")), file
    shown = page(world.client("member"), "offline")
    assert world.member.name not in shown
    # Beside a picked language and the token of a form, everybody gets the same.
    assert len(shown) == len(page(stranger, "offline"))


def test_only_what_reached_her_stands_among_her_messages(world: World) -> None:
    def told(text: str, **fields: object) -> None:
        given = {"member": world.member, "kind": "rule", "state": "delivered", **fields}
        Message.objects.create(
            club=world.record, channel="smsir", recipient="x", text=text, **given
        )

    told("برایتان کد فرستادیم", kind="login_code")
    told("این نرسید", state="failed")
    told("<b>سلام</b> از ما")
    for n in range(20):
        told(f"پیام {n}")
    her = world.client("member")
    first, second = page(her, "messages"), page(her, "messages", "?page=2")
    assert "پیام 19" in first and "سلام" not in first
    assert "&lt;b&gt;سلام" in second
    assert "کد فرستادیم" not in first + second and "نرسید" not in first + second


def test_a_challenge_shows_how_far_she_is(world: World) -> None:
    name = Text(fa="هفتهٔ پرخرید", en="Busy week")
    often = Challenge(code="often", name=name, count=3, days=7)
    asked = Challenge(code="idle", name=Text(fa="بی‌پاداش"), count=2, days=7)
    rule = Rule(id="r-often", name=name, on="challenge", what="often", gives=Fixed(points=50))
    live = live_program(world.record.id).program
    world.change_program(challenges=(often, asked), rules=(*live.rules, rule))
    world.buy(500_000)
    world.buy(500_000)
    shown = page(world.client("member"), "home")
    assert "هفتهٔ پرخرید" in shown and "۲ از ۳" in shown
    # Nobody rewards this one, so it is not held out to her.
    assert "بی‌پاداش" not in shown
    world.buy(500_000)
    assert "۰ از ۳" in page(world.client("member"), "home")
    world.verify()


def test_how_far_counts_what_is_left_and_not_used() -> None:
    moment = now()
    days = [10, 6, 5, 1]
    bought = [
        Bought(n, moment - timedelta(days=ago), frozenset({n % 2})) for n, ago in enumerate(days)
    ]
    often = Challenge(code="often", name=Text(fa="ن"), count=3, days=7)
    kinds = often.model_copy(update={"kind": "categories", "count": 2})
    assert reached(often, bought, (), moment).done == 3
    assert reached(often, bought, (), moment).until == moment + timedelta(days=1)
    assert reached(often, bought, {1, 2}, moment).done == 1
    assert reached(kinds, bought, {2}, moment).done == 1
    assert reached(often, [], (), moment) == (0, None)


def test_rewards_are_sorted_into_tabs(world: World) -> None:
    world.buy(50_000_000)
    her = world.client("member")
    every = page(her, "rewards")
    goods = page(her, "rewards", "?show=goods")
    assert "لامپ هدیه" in every and "?show=goods" in every
    assert "لامپ هدیه" in goods and "کد ۵۰ هزار تومانی" not in goods
    assert page(her, "rewards", "?show=nonsense").count("لامپ هدیه") == every.count("لامپ هدیه")
