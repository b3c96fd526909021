from __future__ import annotations

import gzip
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.club.models import Card, Member
from vafa.club.permissions import BUILT_IN
from vafa.core.clock import now
from vafa.core.jalali import add_months, format_date
from vafa.core.text import to_persian_digits
from vafa.program.models import Redemption, Voucher
from vafa.program.rules.document import PointTerms, Program
from vafa.program.rules.recipes import multiplier, per_amount
from vafa.program.rules.rule import Text


def text_of(answer: Any) -> str:
    """What is read on the page: no tags, no runs of space."""
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def redeem(client: Client, world: World, reward: str = "voucher", key: str = "") -> Any:
    url = reverse("portal:reward", args=[world.rewards[reward].id])
    return client.post(url, {"key": key or str(uuid4())})


def test_home_says_what_she_has_and_what_it_buys(world: World) -> None:
    world.buy(8_000_000)
    page = text_of(world.client("member").get(reverse("portal:home")))

    assert "مریم رضایی" in page
    assert "۱۰۰ امتیاز" in page
    assert "۳۰٬۰۰۰ تومان از خرید بعدی شما" in page
    assert "کد ۵۰ هزار تومانی" in page
    assert "۴۰۰ امتیاز تا نقره‌ای" in page


def test_home_names_the_last_day_of_points(world: World) -> None:
    today = world.club.local_date(now())
    last = format_date(add_months(today, 12, "jalali"), "fa")

    assert f"۲۰ امتیاز تا {last}" in text_of(world.client("member").get(reverse("portal:home")))


def test_points_on_the_way(world: World) -> None:
    base = per_amount(rule_id="base", name=Text(fa="پایه"), points=1, step=100_000)
    world.publish(Program(terms=PointTerms(pending_days=7), rules=(base,)))
    world.buy(3_000_000)
    page = text_of(world.client("member").get(reverse("portal:home")))

    assert "۳۰ امتیاز در راه" in page
    assert "۲۰ امتیاز" in page


def test_home_of_someone_who_owes(world: World) -> None:
    bought = world.buy(8_000_000)
    redeem(world.client("member"), world)
    redeem(world.client("member"), world)
    world.give_back(bought.answer["purchase_id"])
    page = text_of(world.client("member").get(reverse("portal:home")))

    assert world.balance().debt == -80
    assert "۸۰ امتیاز از خرید مرجوع‌شده" in page


def test_offers_in_words(world: World) -> None:
    base = per_amount(rule_id="base", name=Text(fa="پایه"), points=1, step=100_000)
    offer = multiplier(
        rule_id="thursdays",
        name=Text(fa="پنجشنبهٔ لبنیات"),
        percent=200,
        weekdays=(5,),
        category_ids=(world.products["milk"].category_id or 0,),
        branch_ids=(world.branch.id,),
    )
    world.publish(Program(rules=(base, offer)))
    page = text_of(world.client("member").get(reverse("portal:home")))

    assert f"پنجشنبه‌ها، امتیاز دو برابر برای لبنیات در {world.branch.name}" in page


def test_every_line_of_the_history_has_its_reason(world: World) -> None:
    bought = world.buy(8_000_000, receipt_no="A-17")
    client = world.client("member")
    redeem(client, world)
    world.give_back(bought.answer["purchase_id"], amount=1_000_000)
    page = text_of(client.get(reverse("portal:history")))

    assert "یک امتیاز برای هر ۱۰٬۰۰۰ تومان" in page
    assert "A-17" in page
    assert "۵۰ امتیاز برای جایزهٔ «کد ۵۰ هزار تومانی»" in page
    assert "مرجوع شد" in page
    assert "هدیهٔ عضویت" in page


def test_the_history_by_kind_and_page(world: World) -> None:
    for n in range(22):
        world.buy(500_000, receipt_no=f"R{n}")
    client = world.client("member")
    redeem(client, world)
    url = reverse("portal:history")
    first, second = client.get(url), client.get(url, {"page": "2"})
    spent = text_of(client.get(url, {"kind": "spent"}))

    assert first.content.decode().count("جایزهٔ «") == 1
    assert "R21" in text_of(first) and "R0 " not in text_of(first)
    assert "R0" in text_of(second) and "عضو" in text_of(second)
    assert "جایزهٔ" in spent and "R21" not in spent
    for junk in ("0", "-1", "x", "۹" * 40, "99999999999999999999"):
        assert client.get(url, {"page": junk, "kind": junk}).status_code == 200


def test_redeeming_twice_by_a_double_click_takes_the_points_once(world: World) -> None:
    world.buy(8_000_000)
    client = world.client("member")
    url = reverse("portal:reward", args=[world.rewards["voucher"].id])
    form = client.get(url).content.decode()
    found = re.search(r'name="key" value="([0-9a-f-]{36})"', form)
    assert found
    first, again = redeem(client, world, key=found[1]), redeem(client, world, key=found[1])

    assert first.url == again.url
    assert world.balance().available == 50
    voucher = Voucher.objects.get(member=world.member)
    page = text_of(client.get(first.url))
    assert voucher.code in page and "۵۰٬۰۰۰ تومان" in page
    assert voucher.code in client.get(reverse("portal:rewards")).content.decode()


@pytest.mark.race
def test_a_button_pressed_by_eight_fingers(world: World) -> None:
    world.buy(30_000_000)
    key = str(uuid4())

    def press(browser: Client) -> str:
        try:
            return str(redeem(browser, world, key=key).url)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        pages = set(threads.map(press, [world.client("member") for _ in range(8)]))

    assert len(pages) == 1
    assert world.balance().available == 270
    assert Voucher.objects.filter(member=world.member).count() == 1


def test_too_few_points_move_nothing(world: World) -> None:
    client = world.client("member")
    page = text_of(client.get(reverse("portal:rewards")))
    answer = redeem(client, world)

    assert "۳۰ امتیاز دیگر" in page
    assert answer.status_code == 409
    assert world.balance().available == 20
    assert not Redemption.objects.filter(member=world.member).exists()


def test_the_last_one_is_taken_by_one(world: World) -> None:
    world.buy(30_000_000)
    client = world.client("member")
    assert redeem(client, world, "product").status_code == 302
    assert redeem(client, world, "product").status_code == 409
    assert world.balance().available == 220
    assert "لامپ هدیه" not in text_of(client.get(reverse("portal:rewards"))).split("کدهای شما")[0]


@pytest.mark.parametrize("key", ["", "x", "1" * 4000])
def test_a_made_up_key_is_refused(world: World, key: str) -> None:
    world.buy(8_000_000)
    url = reverse("portal:reward", args=[world.rewards["voucher"].id])

    assert world.client("member").post(url, {"key": key}).status_code == 422
    assert world.balance().available == 100


def test_members_see_nothing_of_each_other(world: World, other_world: World) -> None:
    world.buy(8_000_000, receipt_no="SECRET-1")
    redeem(world.client("member"), world)
    voucher = Voucher.objects.get(member=world.member)
    card = Card.objects.get(member=world.member)
    sister = world.enrol(name="خواهر")
    hers = [world.member.name, str(world.member.mobile)[3:], voucher.code, card.number, "SECRET-1"]

    for club, member in ((world, sister), (other_world, other_world.member)):
        club.member, mine = member, club.member
        browser = club.client("member")
        club.member = mine
        if club is other_world:
            hers.pop(0)  # both worlds' first members bear the same name
            hers.insert(0, world.record.name)
        for name in ("home", "card", "rewards", "history", "profile"):
            page = browser.get(reverse(f"portal:{name}")).content.decode()
            if club is world:
                assert not [word for word in hers if word in page]
            else:
                assert not [word for word in hers[1:] if word in page]
        assert browser.get(reverse("portal:voucher", args=[voucher.code])).status_code == 404


def test_a_reward_of_another_club_is_not_there(world: World, other_world: World) -> None:
    world.buy(8_000_000)
    client = world.client("member")
    url = reverse("portal:reward", args=[other_world.rewards["voucher"].id])

    assert client.get(url).status_code == 404
    assert client.post(url, {"key": str(uuid4())}).status_code == 404
    assert world.balance().available == 100


def test_staff_are_no_members(world: World) -> None:
    for role in BUILT_IN:
        assert world.client(role).get(reverse("portal:home")).status_code == 302


def test_the_card(world: World) -> None:
    number = Card.objects.get(member=world.member).number
    page = text_of(world.client("member").get(reverse("portal:card")))

    groups = " ".join(number[i : i + 4] for i in range(0, 16, 4))
    assert to_persian_digits(groups) in page


def test_the_profile_is_hers_to_change_but_not_the_birthday(world: World) -> None:
    client = world.client("member")
    url = reverse("portal:profile")
    form = {"name": "مريم رضايي", "gender": "female", "birth_date": "2000-01-01"}
    assert client.post(url, form).status_code == 302
    assert client.post(url, {"name": " "}).status_code == 422

    member = Member.objects.get(pk=world.member.pk)
    assert (member.name, member.gender) == ("مریم رضایی", "female")
    assert member.birth_date == world.member.birth_date


def test_a_birthday_can_be_told_once(world: World) -> None:
    world.member = world.enrol(name="ندا")
    client = world.client("member")
    url = reverse("portal:profile")
    tomorrow = (now() + timedelta(days=2)).date().isoformat()
    assert client.post(url, {"name": "ندا", "birth_date": tomorrow}).status_code == 422
    assert client.post(url, {"name": "ندا", "birth_date": "۱۳۷۰/۵/۱۲"}).status_code == 302
    client.post(url, {"name": "ندا", "birth_date": "1371/05/12"})

    assert str(Member.objects.get(pk=world.member.pk).birth_date) == "1991-08-03"


def test_the_pages_speak_english_too(world: World) -> None:
    world.buy(8_000_000)
    client = world.client("member")
    client.post(reverse("ui:language"), {"lang": "en"})
    for name in ("home", "card", "rewards", "history", "profile"):
        answer = client.get(reverse(f"portal:{name}"))
        assert answer.status_code == 200
        assert '<html lang="en" dir="ltr"' in answer.content.decode()
    page = text_of(client.get(reverse("portal:home")))
    assert "50,000 toman voucher" in page
    assert "400 points to Silver" in page


def test_pages_are_kept_in_no_cache(world: World) -> None:
    answer = world.client("member").get(reverse("portal:home"))

    assert "no-store" in answer.headers["Cache-Control"]


def test_a_page_weighs_little(world: World) -> None:
    her = world.client("member")
    names = ("home", "card", "rewards", "offers", "history", "profile", "gift", "household")
    loaded: set[str] = set()
    for name in (*names, "orders", "messages", "draws", "invite", "proof", "offline", "login"):
        page = her.get(reverse(f"portal:{name}")).content.decode()
        loaded |= set(re.findall(r'(?:src|href)="/static/([^"]+\.(?:js|css))"', page))
    weight = {
        name: len(gzip.compress(Path(str(finders.find(name))).read_bytes())) for name in loaded
    }

    # Style, app.js, portal.js and the script of the page without a line: all of them together.
    assert len(weight) == 4
    assert sum(weight.values()) <= 100_000
