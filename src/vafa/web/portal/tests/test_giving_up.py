"""An unused reward goes back, and what is set aside is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.core.clock import now
from vafa.flows.adjustments import request_adjustment
from vafa.flows.upkeep import run_upkeep
from vafa.program.models import Voucher
from vafa.web.portal.tests.test_pages import text_of


@pytest.fixture
def client(world: World) -> Client:
    world.buy(10_000_000)
    return world.client("member")


def give_up(client: Client, code: str, key: str = "") -> Any:
    url = reverse("portal:give-up", args=[code])
    return client.post(url, {"key": key or str(uuid4())}, follow=True)


def test_she_gives_an_unused_reward_up_once(world: World, client: Client) -> None:
    code = world.redeem("voucher").answer["voucher_code"]
    home = text_of(client.get(reverse("portal:home")))
    assert "۷۰ امتیاز" in home
    assert "۵۰ امتیاز دیگر برای جایزه‌ها و خریدهایتان کنار گذاشته شده" in home
    page = text_of(client.get(reverse("portal:voucher", args=[code])))
    assert "این کد دیگر کار نخواهد کرد و ۵۰ امتیاز به شما برمی‌گردد" in page
    key = str(uuid4())
    for _ in range(2):
        page = text_of(give_up(client, code, key))
        assert "پس داده‌شده" in page
        assert "۵۰ امتیاز به شما برگشت" in page
        assert "بله، پس می‌دهم" not in page
    assert world.balance()[:3] == (120, 0, 0)
    again = give_up(client, code)
    assert again.status_code == 409
    assert "دیگر پس داده نمی‌شود" in text_of(again)
    assert "از آن صرف‌نظر شد" in text_of(client.get(reverse("portal:history")))
    assert Voucher.objects.get(code=code).uses.get().actor == f"member:{world.member.id}"


def test_a_used_one_or_anothers_stays(world: World, other_world: World, client: Client) -> None:
    used = world.redeem("voucher", use=True).answer["voucher_code"]
    page = client.get(reverse("portal:voucher", args=[used]))
    assert "پس دادن جایزه" not in text_of(page)
    assert give_up(client, used).status_code == 409
    other_world.buy(10_000_000)
    theirs = other_world.redeem("voucher").answer["voucher_code"]
    assert give_up(client, theirs).status_code == 404
    assert other_world.balance().held == 50
    mine = world.redeem("voucher").answer["voucher_code"]
    assert give_up(client, mine, "no-key-of-ours").status_code == 422
    assert world.balance().held == 50


def test_one_that_a_till_is_using_waits(world: World, client: Client) -> None:
    code = world.redeem("voucher").answer["voucher_code"]
    world.reserve(voucher=code, points=20)
    assert "کنار گذاشته شده است" in text_of(client.get(reverse("portal:voucher", args=[code])))
    refused = give_up(client, code)
    assert refused.status_code == 409
    assert "همین حالا برای یک خرید" in text_of(refused)
    run_upkeep(world.club, at=now() + timedelta(minutes=16))
    assert "پس داده‌شده" in text_of(give_up(client, code))
    assert world.balance()[:3] == (120, 0, 0)


def test_one_that_runs_out_gives_its_points_back(world: World, client: Client) -> None:
    code = world.redeem("voucher").answer["voucher_code"]
    last = Voucher.objects.get(code=code).expires_at
    run_upkeep(world.club, at=last + timedelta(minutes=1))
    page = text_of(client.get(reverse("portal:voucher", args=[code])))
    assert "۵۰ امتیاز به شما برگشت" in page
    assert "استفاده" not in page
    assert world.balance()[:3] == (120, 0, 0)


def test_home_shows_credit_in_english_too(world: World, client: Client) -> None:
    given = request_adjustment(
        world.club,
        member_id=world.member.id,
        amount=500_000,
        unit="credit",
        reason="gift",
        actor=world.owner,
    )
    assert given.error is None
    world.reserve(credit=100_000, points=30)
    client.cookies["vafa_lang"] = "en"
    page = text_of(client.get(reverse("portal:home")))
    assert "30 points more are set aside for your rewards and purchases" in page
    assert "40,000 toman of credit" in page
    assert "10,000 toman of credit is set aside" in page
