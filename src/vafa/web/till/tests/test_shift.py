"""What a cashier counts her drawer by."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from tests.world import PASSWORD, World
from vafa.commerce.models import Purchase
from vafa.core.clock import now
from vafa.program.rules.document import TillTerms
from vafa.web.till.tests.steps import HTMX, bill, record, take_back
from vafa.web.till.tests.test_offline import fetch, mobile, send


def log_in(world: World) -> Client:
    client = Client()
    posted = {"username": world.staff["cashier"].user.username, "password": PASSWORD}
    client.post(reverse("till:login"), posted)
    return client


def test_a_shift_is_from_a_login_to_a_logout(world: World) -> None:
    world.change_program(till=TillTerms(offline_points=100))
    world.buy(30_000_000, actor=world.actor("cashier"))  # before she logged in
    with travel(now() + timedelta(minutes=1), tick=True):
        client = log_in(world)
        record(client, bill(world, amount="100000", payment="cash", pay_points="100"))
        record(client, bill(world, amount="50000", payment="card", member=""))
        record(client, bill(world, amount="20000", payment="cash", member=""))
        bought = Purchase.objects.filter(club=world.record, payment="cash").earliest("id")
        assert take_back(client, bought.id, amount="50000").status_code == 200
        kept = fetch(client)
        send(client, kept.sale(mobile(world), 300_000, payment="cash"))
        enrolled = {"mobile": "09125550011", "name": "نگار"}
        client.post(reverse("till:enrol"), {**enrolled, "key": str(uuid.uuid4())}, headers=HTMX)
        sums = client.get(reverse("till:shift")).context["sums"]
        assert (sums.bills, sums.total) == (4, 2_000_000)
        assert {one.payment: one.money for one in sums.sold} == {
            "cash": 700_000 + 200_000 + 300_000,
            "card": 500_000,
        }
        assert (sums.points_spent, sums.points_money) == (100, 300_000)
        assert (sums.returns, sums.returned, sums.money_back) == (1, 500_000, 350_000)
        assert sums.cash == 1_200_000 - 350_000
        assert sums.late == 1
        client.post(reverse("till:logout"))
    with travel(now() + timedelta(minutes=9), tick=True):
        client = log_in(world)
        page = client.get(reverse("till:shift"))
        assert page.context["sums"].bills == 0
        before = client.get(reverse("till:shift"), {"n": "1"}).context["sums"]
        assert (before.bills, before.cash) == (4, 850_000)


@pytest.mark.parametrize("n", ["-1", "99", "x"])
def test_a_shift_that_was_not_is_the_nearest(world: World, n: str) -> None:
    client = world.client("cashier")
    assert client.get(reverse("till:shift"), {"n": n}).status_code == 200


def test_a_receipt_number_leads_to_its_purchase(world: World) -> None:
    bought = world.buy(1_000_000, receipt_no="R-17").answer["purchase_id"]
    client = world.client("cashier")
    page = client.get(reverse("till:recent"), {"q": "r-۱۷"})
    assert page.headers["Location"] == reverse("till:purchase", args=[bought])
    assert client.get(reverse("till:recent"), {"q": "R-1"}).status_code == 200
