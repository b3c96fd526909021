"""Orders by phone and invoices, as staff use them, and what the member sees of them."""

from __future__ import annotations

import io
import re
import zipfile
from uuid import uuid4

from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.pdf import pdf_text
from tests.world import World
from vafa.club.actions.fees import save_fee
from vafa.club.reads.context import forget_contexts
from vafa.club.rules.fees import Fee
from vafa.commerce.models import Delivery, Document, Order, Purchase
from vafa.commerce.reads.orders import order_lines
from vafa.flows.fees import owe_fee


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
    said = pdf_text(proforma.content)
    assert "نان سنگک" in said and f"S{order.pk}" in said and "۱۵۰٬۰۰۰" in said
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
    printed = pdf_text(hers.get(reverse("portal:invoice", args=[invoice.pk])).content)
    for words in (
        *("فاکتور فروش", invoice.name, "مریم رضایی", "شیر", "نان سنگک", "۱۵۰٬۰۰۰ تومان"),
        "صد و پنجاه هزار تومان",
    ):
        assert words in printed, words
    english = client.get(reverse("panel:invoice-file", args=[invoice.pk, "en"]))
    assert "150,000 toman" in pdf_text(english.content)
    mine = zipfile.ZipFile(io.BytesIO(hers.post(reverse("portal:my-data")).content))
    assert "پلاک ۵" in mine.read("orders.csv").decode()
    assert "مریم رضایی" in mine.read("documents.csv").decode()
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


def test_a_page_that_is_left_behind_moves_nothing(world: World) -> None:
    """In one tab the order is finished; the other still offers that it was delivered."""
    client = world.client("support")
    order = an_order(world, client)
    move = reverse("panel:move-order", args=[order.pk])
    for state in ("placed", "registered", "closed"):
        client.post(move, {"state": state})
    before = world.snapshot()
    client.post(move, {"state": "delivered"})
    assert not Delivery.objects.filter(purchase__club=world.record).exists()
    assert world.snapshot() == before
    order.refresh_from_db()
    assert order.state == "closed"
    world.verify()


def test_what_a_fee_costs_no_order_page_changes(world: World) -> None:
    save_fee(world.record.id, Fee(amount=1_000_000), by=world.owner.label)
    forget_contexts()
    with transaction.atomic():
        owed = owe_fee(world.club, world.owner, world.member, world.branch.id)
    client, lines = world.client("support"), [line.amount for line in order_lines(owed)]
    move, page = (reverse(f"panel:{name}", args=[owed.pk]) for name in ("move-order", "order"))
    for state in ("draft", "registered", "delivered"):
        client.post(move, {"state": state})
    Order.objects.filter(pk=owed.pk).update(state="draft")
    client.post(page, {"item": "هیچ", "quantity": "1", "price": "0"})
    number = order_lines(owed)[0].pk
    client.post(reverse("panel:remove-order-line", args=[owed.pk]), {"line": number})
    Order.objects.filter(pk=owed.pk).update(state="placed")
    assert [line.amount for line in order_lines(owed)] == lines == [1_000_000]
    # Since it was written the fee has become less: that is what is paid, and noted.
    save_fee(world.record.id, Fee(amount=700_000), by=world.owner.label)
    forget_contexts()
    form = {"branch": world.branch.id, "payment": "cash", "key": str(uuid4())}
    for _twice in range(2):
        client.post(reverse("panel:pay-fee", args=[world.member.id]), form)
    fees = Order.objects.filter(club=world.record, kind="fee").order_by("id")
    assert [(o.state, o.total) for o in fees] == [("cancelled", 1_000_000), ("closed", 700_000)]
    client.post(reverse("panel:move-order", args=[fees[1].pk]), {"state": "cancelled"})
    assert Order.objects.get(pk=fees[1].pk).state == "closed", "its giving back has a page"
    assert not Purchase.objects.filter(club=world.record).exists()


def test_a_return_of_money_alone_has_its_document(world: World) -> None:
    """So little came back that it is no part of any quantity."""
    owner = world.client("owner")
    bought = world.buy(50_000_000).answer["purchase_id"]
    owner.post(reverse("panel:issue-invoice", args=[bought]), {"name": "مریم"})
    back = world.give_back(bought, amount=10_000).answer["return_id"]
    made = owner.post(reverse("panel:issue-return-document", args=[back]))
    assert made.status_code == 302
    document = Document.objects.get(club=world.record, kind="return")
    assert (document.total, document.content["lines"][0]["quantity"]) == (10_000, 0)
    assert "۱٬۰۰۰" in text_of(owner, "panel:invoice", document.pk)
    paper = owner.get(reverse("panel:invoice-file", args=[document.pk, "fa"]))
    assert document.name in pdf_text(paper.content)
    world.verify()
