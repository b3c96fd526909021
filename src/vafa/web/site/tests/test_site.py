from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.engage.actions.messages import send_text
from vafa.program.reads.revisions import live_program
from vafa.program.rules.deeds import Say, Words
from vafa.program.rules.rule import Rule, Text


def test_the_clubs_page_says_what_one_gets(world: World) -> None:
    page = Client().get(reverse("site:club", args=[world.record.slug])).content.decode()

    for words in (
        world.record.name,
        "یک امتیاز برای هر ۱۰٬۰۰۰ تومان خرید",
        "۲۰ امتیاز هدیه برای عضویت",
        "هر امتیاز ۳۰۰ تومان از خرید بعدی شما را می‌پردازد، تا ۵۰٪ مبلغ آن",
        "کد ۵۰ هزار تومانی",
        "نقره‌ای",
        reverse("portal:login", args=[world.record.slug]),
    ):
        assert words in page


def test_whoever_would_join_reads_what_it_costs(world: World) -> None:
    address = reverse("site:club", args=[world.record.slug])
    assert "حق عضویت" not in Client().get(address).content.decode()
    fee = {"amount": "50,000", "months": "3", "first_free_days": "30", "grace_days": "0"}
    world.client("owner").post(reverse("panel:fee"), fee | {"remind_days": "14"})

    page = Client().get(address).content.decode()
    assert page.count("حق عضویت برای ۳ ماه، ۵۰٬۰۰۰ تومان است؛ ۳۰ روز اول رایگان است.") == 2


def test_several_clubs_are_listed(world: World, other_world: World) -> None:
    page = Client().get(reverse("site:front")).content.decode()

    assert world.record.name in page and other_world.record.name in page


def test_an_unknown_club(world: World) -> None:
    assert Client().get(reverse("site:club", args=["no-such-club"])).status_code == 404


def test_the_outbox_shows_texts_newest_first(world: World) -> None:
    send_text(world.club, "+989121111111", "first <b>text</b>", "test")
    send_text(world.club, "+989121111111", "second text", "test")
    page = Client().get(reverse("site:outbox")).content.decode()

    assert page.index("second text") < page.index("first &lt;b&gt;text")


def test_production_has_no_outbox(world: World, settings: Any) -> None:
    settings.OUTBOX_PAGE = False

    assert Client().get(reverse("site:outbox")).status_code == 404


def test_only_what_one_gets_is_promised_to_everybody(world: World) -> None:
    """A message that a rule sends is nothing that one joins for."""
    says = Rule(
        id="thanks",
        name=Text(fa="سپاس از خرید", en="Thanks"),
        on="purchase",
        gives=Say(words=Words(fa="از خریدتان سپاسگزاریم", en="Thank you for buying")),
    )
    program = live_program(world.record.id).program
    world.change_program(rules=(*program.rules, says))

    page = Client().get(reverse("site:club", args=[world.record.slug])).content.decode()
    assert "یک امتیاز برای هر ۱۰٬۰۰۰ تومان خرید" in page
    assert "سپاس" not in page
