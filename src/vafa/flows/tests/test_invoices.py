"""Invoices and orders as facts: numbered without a gap, issued once, never changed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction

from tests.world import World
from vafa.commerce.actions.documents import next_number
from vafa.commerce.actions.orders import NewOrderLine, OrderTerms
from vafa.commerce.errors import EmptyOrder, NoInvoiceYet, OrderMovedOn
from vafa.commerce.models import Document, Order, Purchase
from vafa.core.clock import now
from vafa.core.jalali import ymd
from vafa.flows.erasing import erase_member
from vafa.flows.invoices import issue_invoice, issue_return_document
from vafa.flows.orders import add_to_order, make_order, move_order, register_order
from vafa.program.errors import VoucherUnusable

BUYER = {"name": "مریم رضایی", "mobile": "۰۹۱۲۱۱۱۲۲۳۳"}


def numbers(world: World) -> list[int]:
    return list(
        Document.objects.filter(club=world.record)
        .order_by("number")
        .values_list("number", flat=True)
    )


def test_an_invoice_is_issued_once_and_a_return_refers_to_it(world: World) -> None:
    bought = world.buy(3_000_000).answer["purchase_id"]
    first = issue_invoice(world.club, world.owner, bought, BUYER)
    assert issue_invoice(world.club, world.owner, bought, {"name": "دیگری"}) == first
    invoice = Document.objects.get(pk=first)
    year = ymd(world.club.local_date(now()), "jalali")[0]
    assert (invoice.name, invoice.buyer) == (f"main-{year}-00001", BUYER)
    assert invoice.content["payable"] == 3_000_000
    back = world.give_back(bought, amount=1_000_000).answer["return_id"]
    made = Document.objects.get(pk=issue_return_document(world.club, world.owner, back))
    assert made.name == f"main-{year}-R00001"
    assert (made.invoice_id, made.total, made.buyer) == (first, 1_000_000, BUYER)
    assert made.content["money_back"] == 1_000_000
    world.verify()


def test_the_document_of_a_return_needs_an_invoice(world: World) -> None:
    bought = world.buy(3_000_000).answer["purchase_id"]
    back = world.give_back(bought).answer["return_id"]
    with pytest.raises(NoInvoiceYet):
        issue_return_document(world.club, world.owner, back)
    assert numbers(world) == []


def test_what_is_issued_never_changes(world: World) -> None:
    bought = world.buy(3_000_000).answer["purchase_id"]
    number = issue_invoice(world.club, world.owner, bought, BUYER)
    rows = Document.objects.filter(pk=number)
    for change in ({"total": 1}, {"number": 9}, {"content": {}}, {"buyer": {"name": "x"}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    assert rows.get().content["total"] == 3_000_000


def test_a_rolled_back_issue_leaves_no_gap(world: World) -> None:
    one, two = (world.buy(n).answer["purchase_id"] for n in (1_000_000, 2_000_000))
    issue_invoice(world.club, world.owner, one, BUYER)
    year = ymd(world.club.local_date(now()), "jalali")[0]
    with pytest.raises(RuntimeError), transaction.atomic():
        assert next_number(world.record.id, world.branch.id, "invoice", year) == 2
        raise RuntimeError
    issue_invoice(world.club, world.owner, two, BUYER)
    assert numbers(world) == [1, 2]
    world.verify()


def test_many_at_the_same_moment_get_numbers_without_a_gap(world: World) -> None:
    bought = [world.buy(1_000_000 + n).answer["purchase_id"] for n in range(6)]
    start = threading.Barrier(6)

    def issue(purchase_id: int) -> None:
        try:
            start.wait(10)
            issue_invoice(world.club, world.owner, purchase_id, BUYER)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        # Two of them ask for the same purchase.
        list(pool.map(issue, [*bought[:5], bought[0]]))
    assert numbers(world) == [1, 2, 3, 4, 5]
    world.verify()


def test_who_is_erased_is_no_buyer_any_more(world: World) -> None:
    bought = world.buy(3_000_000).answer["purchase_id"]
    number = issue_invoice(world.club, world.owner, bought, BUYER)
    done = erase_member(
        world.club, member_id=world.member.id, reason="خواست خودش", actor=world.owner
    )
    assert done.error is None
    kept = Document.objects.get(pk=number)
    assert (kept.buyer, kept.total) == (None, 3_000_000)


def an_order(world: World) -> Order:
    terms = OrderTerms(world.branch.id, payment="card", address="تهران، خیابان آزادی")
    order = make_order(world.club, world.owner, world.member.id, terms)
    milk = world.products["milk"]
    line = NewOrderLine(milk.name, milk.price, 4_000, milk.id)
    add_to_order(world.club, world.owner, order.pk, line)
    return order


def test_an_order_becomes_a_purchase_once(world: World) -> None:
    before = world.balance().available
    order = an_order(world)
    with pytest.raises(OrderMovedOn):
        register_order(world.club, world.owner, order.pk)
    move_order(world.club, world.owner, order.pk, "placed")
    first = register_order(world.club, world.owner, order.pk)
    again = register_order(world.club, world.actor("manager"), order.pk)
    assert again["purchase_id"] == first["purchase_id"]
    assert Purchase.objects.filter(club=world.record).count() == 1
    bought = Purchase.objects.get(pk=first["purchase_id"])
    assert (bought.total, bought.channel, bought.receipt_no) == (1_800_000, "phone", f"S{order.pk}")
    assert world.balance().available + world.balance().pending == before + 18
    move_order(world.club, world.owner, order.pk, "delivered")
    move_order(world.club, world.owner, order.pk, "closed")
    with pytest.raises(OrderMovedOn):
        move_order(world.club, world.owner, order.pk, "cancelled")
    world.verify()


def test_a_killed_registration_is_taken_up_again(world: World) -> None:
    order = an_order(world)
    move_order(world.club, world.owner, order.pk, "placed")
    register_order(world.club, world.owner, order.pk)
    bought = Purchase.objects.get(club=world.record)
    # As it stands when the process dies after the purchase.
    Order.objects.filter(pk=order.pk).update(state="registering", purchase=None)
    answer = register_order(world.club, world.actor("manager"), order.pk)
    assert answer["purchase_id"] == bought.pk
    assert Order.objects.get(pk=order.pk).purchase_id == bought.pk
    assert Purchase.objects.filter(club=world.record).count() == 1


def test_a_refused_registration_leaves_the_order_placed(world: World) -> None:
    empty = make_order(world.club, world.owner, world.member.id, OrderTerms(world.branch.id))
    with pytest.raises(EmptyOrder):
        move_order(world.club, world.owner, empty.pk, "placed")
    order = an_order(world)
    Order.objects.filter(pk=order.pk).update(vouchers="NOSUCHCODE")
    move_order(world.club, world.owner, order.pk, "placed")
    before = world.snapshot()
    with pytest.raises(VoucherUnusable):
        register_order(world.club, world.owner, order.pk)
    assert Order.objects.get(pk=order.pk).state == "placed"
    assert world.snapshot() == before
