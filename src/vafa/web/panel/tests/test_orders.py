"""Orders by phone and invoices, as staff use them, and what the member sees of them."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.commerce.models import Document, Order, Purchase


def text_of(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, answer.status_code
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def an_order(world: World, client: Client) -> Order:
    """Written down by telephone: two of milk and bread, with delivery."""
    begun = client.post(
        reverse("panel:new-order"),
        {
            **{"member": world.member.mobile, "branch": world.branch.id, "channel": "phone"},
            **{"payment": "cash", "address": "تهران، خیابان آزادی، پلاک ۵"},
        },
    )
    order = Order.objects.get(club=world.record)
    page = reverse("panel:order", args=[order.pk])
    assert begun.headers["Location"] == page
    for line in (
        {"item": "milk", "quantity": "۲"},
        {"item": "نان سنگک", "quantity": "۱٫۵", "price": "۲۰٬۰۰۰"},
        {"item": "پیک", "quantity": "1", "price": "30000", "kind": "delivery"},
    ):
        assert client.post(page, line).status_code == 302, line
    return order


def test_an_order_by_phone_goes_from_the_call_to_the_invoice(world: World) -> None:
    client = world.client("support")
    order = an_order(world, client)
    shown = text_of(client, "panel:order", order.pk)
    assert "شیر" in shown and "نان سنگک" in shown and "۱۵۰٬۰۰۰" in shown
    preview = client.post(reverse("panel:order-preview", args=[order.pk]))
    assert "۱۲۰٬۰۰۰" in preview.content.decode() or "۱۵۰٬۰۰۰" in preview.content.decode()
    assert not Purchase.objects.filter(club=world.record).exists()
    proforma = client.get(reverse("panel:proforma", args=[order.pk]))
    assert proforma.content.startswith(b"%PDF")
    move = reverse("panel:move-order", args=[order.pk])
    client.post(move, {"state": "placed"})
    assert "سفارش شما رسید" in text_of(world.client("member"), "portal:orders")
    for _twice in range(2):
        client.post(move, {"state": "registered"})
    bought = Purchase.objects.get(club=world.record)
    assert (bought.total, bought.channel, bought.payment) == (1_500_000, "phone", "cash")
    client.post(move, {"state": "delivered"})
    issued = client.post(
        reverse("panel:issue-invoice", args=[bought.pk]), {"name": "مریم رضایی", "mobile": "0912"}
    )
    invoice = Document.objects.get(club=world.record)
    assert issued.headers["Location"] == reverse("panel:invoice", args=[invoice.pk])
    paper = text_of(client, "panel:invoice", invoice.pk)
    assert "فاکتور فروش" in paper and "صد و پنجاه هزار تومان" in paper
    hers = world.client("member")
    assert invoice.name in text_of(hers, "portal:orders")
    assert hers.get(reverse("portal:invoice", args=[invoice.pk])).content.startswith(b"%PDF")
    world.verify()


def test_a_line_that_cannot_be_is_told_at_its_field(world: World) -> None:
    client = world.client("support")
    order = an_order(world, client)
    page = reverse("panel:order", args=[order.pk])
    for line, words in (
        ({"item": "چیزی ناشناس", "quantity": "1"}, "بهای واحد را بنویسید"),
        ({"item": "milk", "quantity": "صفر"}, "عددی مانند"),
        ({"item": "milk", "quantity": "-1"}, "بزرگ‌تر از صفر"),
        ({"item": "milk", "quantity": "1.2345"}, "سه رقم اعشار"),
    ):
        answer = client.post(page, line)
        assert answer.status_code == 422, line
        assert words in answer.content.decode(), line
    order.refresh_from_db()
    assert order.total == 1_500_000
    stranger = client.post(
        reverse("panel:new-order"),
        {"member": "09129999999", "branch": world.branch.id, "channel": "phone"},
    )
    assert stranger.status_code == 422
    assert Order.objects.filter(club=world.record).count() == 1


def test_the_branch_manager_is_kept_to_her_branch(world: World) -> None:
    world.hire_branch_manager()
    owner, manager = world.client("owner"), world.client("branch_manager")
    order = an_order(world, owner)
    assert f"S{order.pk}" in text_of(manager, "panel:orders")
    Order.objects.filter(pk=order.pk).update(branch=world.other_branch)
    assert f"S{order.pk}" not in text_of(manager, "panel:orders")
    assert manager.get(reverse("panel:order", args=[order.pk])).status_code == 404
    elsewhere = {"branch": world.other_branch.id, "channel": "phone"}
    assert manager.post(reverse("panel:new-order"), elsewhere).status_code == 422


def test_a_branch_says_what_its_merchant_says_unless_it_has_its_own(world: World) -> None:
    owner = world.client("owner")
    merchant = world.branch.merchant_id
    owner.post(
        reverse("panel:edit-seller", args=["merchant", merchant]),
        {"name": "بازرگانی نسترن", "economic_code": "411111", "address": "تهران"},
    )
    owner.post(reverse("panel:edit-seller", args=["branch", world.branch.id]), {"address": "شیراز"})
    bought = world.buy(3_000_000).answer["purchase_id"]
    owner.post(reverse("panel:issue-invoice", args=[bought]), {"name": "مریم"})
    seller = Document.objects.get(club=world.record).content["seller"]
    assert (seller["name"], seller["address"], seller["economic_code"]) == (
        "بازرگانی نسترن",
        "شیراز",
        "411111",
    )
    assert "۴۱۱۱۱۱" in text_of(owner, "panel:sellers")


def test_the_api_answers_an_invoice_as_it_was_issued(world: World) -> None:
    bought = world.buy(3_000_000).answer["purchase_id"]
    address = reverse("api:get_invoice", args=[bought])
    headers = {"Authorization": f"Bearer {world.api_key('purchases:read')}"}
    assert Client().get(address, headers=headers).status_code == 404
    owner = world.client("owner")
    owner.post(reverse("panel:issue-invoice", args=[bought]), {"name": "مریم رضایی"})
    back = world.give_back(bought, amount=1_000_000).answer["return_id"]
    owner.post(reverse("panel:issue-return-document", args=[back]))
    answer = Client().get(address, headers=headers).json()
    assert answer["buyer"] == {"name": "مریم رضایی"}
    assert (answer["payable"], [r["total"] for r in answer["returns"]]) == (3_000_000, [1_000_000])
