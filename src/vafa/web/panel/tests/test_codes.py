"""Codes and rewards of every kind in the panel."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from tests.world import World
from vafa.core.clock import now
from vafa.core.jalali import ymd
from vafa.program.models import Reward, Voucher, VoucherSeries

FORM = {
    "name": "یلدا",
    "kind": "percent",
    "percent": "۱۰",
    "cap": "50,000",
    "source": "made",
    "count": "3",
    "look": "8",
    "word": "yalda",
    "max_uses": "2",
}


def in_days(world: World, days: int) -> str:
    """A Jalali date as people type it."""
    year, month, day = ymd(now() + timedelta(days=days), "jalali")
    return f"{year}/{month:02d}/{day:02d}"


def page(response: Any) -> str:
    text: str = response.content.decode()
    return text


def send(client: Client, world: World, **fields: Any) -> Any:
    values = {**FORM, "last_day": in_days(world, 30), **fields}
    return client.post("/panel/codes/new/", {k: v for k, v in values.items() if v is not None})


def test_codes_are_made_looked_up_given_and_ended(world: World) -> None:
    client = world.client("manager")
    made = send(client, world)
    assert made.status_code == 302, page(made)
    series = VoucherSeries.objects.get(club=world.record)
    codes = list(Voucher.objects.filter(series=series).order_by("id"))
    assert (series.made, codes[0].max_uses, series.terms) == (3, 2, {"percent": 10, "cap": 500_000})
    assert all(one.code.startswith("YALDA-") and len(one.code) == 14 for one in codes)

    shown = page(client.get(made.url))
    assert "۱۰٪ تخفیف تا ۵۰٬۰۰۰ تومان" in shown and codes[0].code in shown
    client.post(f"{made.url}give/", {"member": world.member.mobile})
    assert Voucher.objects.get(pk=codes[0].pk).member_id == world.member.id
    world.buy(1_000_000, voucher=codes[0].code)
    looked = page(client.get(made.url, {"code": codes[0].code.lower()}))
    assert "روی خریدی به کار رفت" in looked and "به عضوی داده شد" in looked

    client.post(f"{made.url}cancel/", {"code": codes[1].code})
    assert "لغو شده" in page(client.get(made.url, {"code": codes[1].code}))
    file: Any = client.get(f"{made.url}export.csv")
    listed = b"".join(file.streaming_content).decode()
    assert all(one.code in listed for one in codes)
    client.post(f"{made.url}cancel/")
    assert world.buy(1_000_000, voucher=codes[2].code).status == "refused"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"percent": "101"}, "percent"),
        ({"percent": None}, "percent"),
        ({"kind": "voucher", "value": ""}, "value"),
        ({"kind": "buy_get", "percent": None}, "skus"),
        ({"kind": "buy_get", "skus": "no-such"}, "skus"),
        ({"first_day": "1499/01/01"}, "last_day"),
        ({"count": "9000000", "look": "6"}, "look"),
        ({"word": "یلدا"}, "word"),
        ({"source": "file"}, "file"),
        ({"kind": "partner", "text": "سینما"}, "source"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    world: World, fields: dict[str, Any], field: str
) -> None:
    refused = send(world.client("owner"), world, **fields)
    assert refused.status_code == 422
    assert field in refused.context["form"].errors
    assert not VoucherSeries.objects.filter(club=world.record).exists()


def test_a_partners_list_comes_in_whole_or_not_at_all(world: World) -> None:
    client = world.client("owner")
    twice = ContentFile(b"code\nA1\nA2\nA1\n", "codes.csv")
    fields = {"kind": "partner", "text": "بلیت سینما", "source": "file", "percent": None}
    refused = send(client, world, **fields, file=twice)
    assert refused.status_code == 422 and "سطرهای ۴" in page(refused)
    assert not Voucher.objects.filter(code="A2").exists()
    good = ContentFile("کد\nA1\nA2\n".encode(), "codes.csv")
    assert send(client, world, **fields, file=good).status_code == 302
    series = VoucherSeries.objects.get(club=world.record)

    reward = {"kind": "partner", "name": "سینما", "points": "5", "series": series.pk}
    done = client.post("/panel/rewards/new/", {**reward, "text": "بلیت سینما", "is_active": "on"})
    assert done.status_code == 302, page(done)
    world.rewards["cinema"] = Reward.objects.get(club=world.record, kind="partner")
    assert world.redeem("cinema").answer["voucher_code"] == "A1"
    assert world.balance().available == 15
    world.verify()


def test_a_reward_of_each_kind_is_made_and_read_back(world: World) -> None:
    client = world.client("owner")
    kinds: dict[str, dict[str, str]] = {
        "voucher": {"value": "20,000"},
        "percent": {"percent": "20", "cap": "30,000", "max_uses": "5"},
        "buy_get": {"skus": "milk", "buy": "2", "get": "1"},
        "delivery": {"min_basket": "100,000"},
        "gift": {"value": "100,000"},
        "product": {"sku": "milk"},
        "text": {"text": "یک روز کارگاه سفال"},
    }
    for kind, fields in kinds.items():
        sent = {"kind": kind, "name": kind, "points": "5", "valid_days": "30", "is_active": "on"}
        done = client.post("/panel/rewards/new/", {**sent, **fields})
        assert done.status_code == 302, (kind, page(done))
        reward = Reward.objects.get(club=world.record, name=kind)
        edit = client.get(f"/panel/rewards/{reward.pk}/")
        again = {
            name: value
            for name, value in edit.context["form"].initial.items()
            if value not in (None, "", [], False)
        }
        again["value"] = again.get("value", 0) // 10 or ""
        again["cap"] = again.get("cap", 0) // 10 or ""
        again["min_basket"] = again.get("min_basket", 0) // 10 or ""
        assert client.post(f"/panel/rewards/{reward.pk}/", again).status_code == 302
        same = Reward.objects.get(pk=reward.pk)
        assert (same.value, same.terms, same.max_uses) == (
            reward.value,
            reward.terms,
            reward.max_uses,
        )
    listed = page(client.get("/panel/rewards/"))
    assert "۲۰٪ تخفیف تا ۳۰٬۰۰۰ تومان" in listed and "یک روز کارگاه سفال" in listed
