"""Points become rewards at the counter."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.program.models import Redemption, Voucher
from vafa.web.till.tests.steps import HTMX, bill, find, preview, record, words


def redeem(client: Client, world: World, reward: str, **fields: Any) -> HttpResponse:
    url = reverse("till:redeem", args=[world.member.id, world.rewards[reward].id])
    return client.post(url, {"key": str(uuid.uuid4()), **fields}, headers=HTMX)


def test_only_what_she_can_afford_is_offered(world: World) -> None:
    client = world.client("cashier")
    assert world.member.mobile is not None
    poor = words(find(client, world.member.mobile))
    assert "خرج ۵۰ امتیاز" not in poor
    assert "۳۰ امتیاز تا «کد ۵۰ هزار تومانی»" in poor
    world.buy(4_000_000)
    assert "خرج ۵۰ امتیاز" in words(find(client, world.member.mobile))


def test_a_voucher_is_bought_and_used_on_the_same_bill(world: World) -> None:
    world.buy(10_000_000)
    client = world.client("cashier")
    page = redeem(client, world, "voucher")
    assert "کد تخفیف ۵۰٬۰۰۰ تومان آماده است" in words(page)
    voucher = Voucher.objects.get(member=world.member)
    assert voucher.code in page.headers["HX-Trigger"]
    posted = bill(world, amount="200000", voucher=voucher.code.lower().replace("-", " "))
    assert "۱۵۰٬۰۰۰" in words(preview(client, posted))
    assert "خرید ثبت شد" in words(record(client, posted))
    assert world.balance().available == 120 - 50 + 15
    again = record(client, bill(world, amount="200000", voucher=voucher.code))
    assert again.status_code == 409
    assert "کد تخفیف" in words(again)


def test_a_double_click_redeems_once(world: World) -> None:
    world.buy(20_000_000)
    client = world.client("cashier")
    for _ in range(2):
        redeem(client, world, "voucher", key="same")
    assert Redemption.objects.filter(member=world.member).count() == 1
    assert world.balance().available == 220 - 50


def test_a_product_is_handed_over_once(world: World) -> None:
    world.buy(20_000_000)
    client = world.client("cashier")
    assert "«لامپ هدیه» آماده است" in words(redeem(client, world, "product"))
    voucher = Voucher.objects.get(member=world.member)
    url = reverse("till:hand-over", args=[world.member.id])
    first = client.post(url, {"code": voucher.code, "key": "a"}, headers=HTMX)
    assert "تحویل شد" in words(first)
    second = client.post(url, {"code": voucher.code, "key": "b"}, headers=HTMX)
    assert "تحویل شد" not in words(second)
    assert voucher.uses.count() == 1


def test_too_few_points_and_a_missing_key_move_nothing(world: World) -> None:
    client = world.client("cashier")
    assert "مریم رضایی" in words(redeem(client, world, "voucher"))
    assert redeem(client, world, "voucher", key="").status_code == 422
    assert not Redemption.objects.filter(member=world.member).exists()
    assert world.balance().available == 20
