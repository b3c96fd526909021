"""The same work asked for twice, by a session that ended or by two tabs, is done once."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.offline import short_sale
from tests.world import PASSWORD, World
from vafa.commerce.models import Purchase
from vafa.program.models import Redemption
from vafa.web.till.tests.steps import HTMX, bill, find, preview, record, words


def head_of(client: Client) -> str:
    """By what the page of a till says whose it is."""
    page = client.get(reverse("till:home")).content.decode()
    found = re.search(r'data-head="([^"]+)"', page)
    assert found
    return unescape(found[1])


def again(client: Client, head: str, **typed: str) -> HttpResponse:
    return client.post(reverse("till:again"), {"head": head, **typed}, headers=HTMX)


def test_who_was_logged_out_needs_her_password_alone(world: World) -> None:
    client = world.client("owner")
    head = head_of(client)
    client.post(reverse("till:logout"))
    shown = client.get(reverse("till:again"), {"head": head}, headers=HTMX)
    assert 'type="password"' in shown.content.decode()
    wrong = again(client, head, password="no")
    assert wrong.status_code == 422
    assert "درست نیست" in words(wrong)
    assert record(client, bill(world, amount="1000")).headers["HX-Redirect"]
    right = again(client, head, password=PASSWORD)
    assert "till:again" in right.headers["HX-Trigger"]
    # She has two branches, and stands where she stood.
    assert record(client, bill(world, amount="1000")).status_code == 200
    assert Purchase.objects.get(club=world.record).branch_id == world.branch.id


def test_a_page_that_we_did_not_sign_gets_the_whole_login(world: World) -> None:
    forged = {**json.loads(head_of(world.client("cashier"))), "staff": world.staff["owner"].pk}
    for head in (json.dumps(forged), "{", "[]"):
        page = again(Client(), head, password=PASSWORD)
        assert page.headers["HX-Redirect"] == reverse("till:login")


def test_a_login_leads_back_to_the_page_that_was_looked_at(world: World) -> None:
    shown = {**HTMX, "HX-Current-URL": "https://club.example/till/?member=7"}
    page = Client().post(reverse("till:record"), bill(world, amount="1000"), headers=shown)
    assert page.headers["HX-Redirect"] == "/till/login/?next=%2Ftill%2F%3Fmember%3D7"


def test_nothing_is_done_in_a_name_that_the_page_does_not_show(world: World) -> None:
    client = world.client("cashier")
    shown = {**HTMX, "X-Till-Staff": str(world.staff["manager"].pk)}
    page = client.post(reverse("till:record"), bill(world, amount="1000"), headers=shown)
    assert page.headers["HX-Redirect"] == reverse("till:home")
    assert not Purchase.objects.filter(club=world.record).exists()


def _form(page: HttpResponse, address: str) -> dict[str, str]:
    """The hidden fields of the form that posts to that address."""
    form = page.content.decode().split(f'action="{address}"')[1].split("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def test_two_tabs_spend_the_points_once(world: World) -> None:
    world.buy(30_000_000)
    client, typed = world.client("cashier"), str(world.member.mobile)
    address = reverse("till:redeem", args=[world.member.id, world.rewards["voucher"].id])
    tabs = [_form(find(client, typed), address) for _ in range(2)]
    assert "آماده است" in words(client.post(address, tabs[0], headers=HTMX))
    told = client.post(address, tabs[1], headers=HTMX)
    assert "همین کار را" in words(told)
    assert Redemption.objects.filter(club=world.record).count() == 1
    assert "آماده است" in words(client.post(address, _form(told, address), headers=HTMX))
    assert Redemption.objects.filter(club=world.record).count() == 2


def test_the_same_sum_within_minutes_is_pointed_out(world: World) -> None:
    client = world.client("cashier")
    posted: dict[str, Any] = bill(world, amount="245000")
    assert "همین مبلغ" not in words(preview(client, posted))
    record(client, posted)
    assert "همین مبلغ" in words(preview(client, bill(world, amount="245000")))
    assert "همین مبلغ" not in words(preview(client, bill(world, amount="246000")))
    [bought] = Purchase.objects.filter(club=world.record)
    world.give_back(bought.pk, amount=2_450_000)
    assert "همین مبلغ" not in words(preview(client, bill(world, amount="245000")))


@pytest.mark.parametrize("role", ["cashier", "manager"])
def test_what_was_short_without_a_line_is_seen_where_it_was_sold(world: World, role: str) -> None:
    sale = short_sale(world)
    client = world.client(role)
    page = words(client.get(reverse("till:reconciliation")))
    assert "مریم رضایی" in page
    assert "۹۰ امتیاز کم نشد" in page
    settled = client.post(reverse("till:settle", args=[sale.pk]), {"how": "points"})
    sale.refresh_from_db()
    if role == "cashier":
        assert settled.status_code == 403
        assert "مدیر شما تصمیم می‌گیرد" in page
        assert (sale.state, world.balance().debt) == ("open", 0)
    else:
        assert (sale.state, sale.resolution, world.balance().debt) == ("settled", "points", -50)
        assert "همان‌طور که بودند ثبت شده‌اند" in words(client.get(reverse("till:reconciliation")))
