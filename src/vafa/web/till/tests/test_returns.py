"""A mistake is undone: what comes back is shown before it is confirmed."""

from __future__ import annotations

from django.urls import reverse

from tests.world import World
from vafa.commerce.models import Purchase, Return
from vafa.flows.entries import LineEntry
from vafa.web.till.tests.steps import HTMX, bill, record, take_back, words


def test_the_branch_sees_its_recent_purchases(world: World) -> None:
    world.buy(1_000_000, receipt_no="R-1")
    world.buy(2_000_000, receipt_no="R-2", branch="second")
    client = world.client("cashier")
    page = words(client.get(reverse("till:recent")))
    assert "R-1" in page
    assert "R-2" not in page
    assert "R-1" in words(client.get(reverse("till:recent"), {"q": "r-1"}, follow=True))
    assert "R-1" in words(client.get(reverse("till:recent"), {"q": world.member.mobile}))
    assert "چیزی پیدا نشد" in words(client.get(reverse("till:recent"), {"q": "zzz"}))


def test_a_bill_known_by_its_amount_comes_back_in_parts(world: World) -> None:
    client = world.client("cashier")
    number = world.buy(3_000_000).answer["purchase_id"]
    url = reverse("till:return-preview", args=[number])
    shown = words(client.post(url, {"key": "p", "amount": "100000"}, headers=HTMX))
    assert "برگرداندن خرید و پرداخت ۱۰۰٬۰۰۰ تومان" in shown
    assert "امتیاز کسرشده ۱۰ امتیاز" in shown
    assert world.balance().available == 50
    assert "مرجوعی ثبت شد" in words(take_back(client, number, amount="100000", reason="عوض شد"))
    assert world.balance().available == 40
    assert "مرجوعی ثبت شد" in words(take_back(client, number, amount="۲۰۰٬۰۰۰"))
    assert world.balance().available == 20
    page = words(client.get(reverse("till:purchase", args=[number])))
    assert "چیزی برای برگرداندن نمانده" in page


def test_lines_come_back_by_quantity(world: World) -> None:
    client = world.client("cashier")
    lines = (LineEntry(900_000, "milk", "شیر", 2000), LineEntry(1_200_000, "cheese", "پنیر"))
    number = world.buy(2_100_000, lines=lines).answer["purchase_id"]
    assert "شیر" in words(client.get(reverse("till:purchase", args=[number])))
    too_many = take_back(client, number, back_1="3")
    assert too_many.status_code == 409
    assert "بیش از آنچه از این خرید مانده" in words(too_many)
    assert "مرجوعی ثبت شد" in words(take_back(client, number, back_1="۱", back_2="0"))
    [back] = Return.objects.filter(purchase_id=number)
    assert back.total == 450_000
    assert take_back(client, number, back_1="0", back_2="").status_code == 422
    assert Return.objects.filter(purchase_id=number).count() == 1


def test_points_that_paid_are_given_back(world: World) -> None:
    world.buy(20_000_000)
    client = world.client("cashier")
    record(client, bill(world, amount="100000", pay_points="100"))
    number = _last(world)
    before = world.balance().available
    shown = words(
        client.post(
            reverse("till:return-preview", args=[number]),
            {"key": "p", "amount": "100000"},
            headers=HTMX,
        )
    )
    assert "امتیاز برگشته به عضو ۱۰۰ امتیاز" in shown
    assert "۷۰٬۰۰۰ تومان" in shown
    take_back(client, number, amount="100000")
    assert world.balance().available == before - 7 + 100


def test_a_double_click_takes_back_once(world: World) -> None:
    client = world.client("cashier")
    number = world.buy(3_000_000).answer["purchase_id"]
    for _ in range(2):
        page = take_back(client, number, key="same", amount="100000")
        assert "مرجوعی ثبت شد" in words(page)
    assert Return.objects.filter(purchase_id=number).count() == 1
    assert world.balance().available == 40


def _last(world: World) -> int:
    return Purchase.objects.filter(club=world.record).latest("id").id
