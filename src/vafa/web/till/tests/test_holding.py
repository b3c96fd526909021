"""What a bill takes of a member's value is set aside while the cashier works on it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.commerce.models import Purchase
from vafa.core.clock import now
from vafa.flows.adjustments import request_adjustment
from vafa.flows.upkeep import run_upkeep
from vafa.ledger.reads.balances import Balance, balances
from vafa.program.models import Reservation, Voucher
from vafa.web.till.tests.steps import HTMX, bill, find, preview, record, take_back, words

CREDIT = 500_000
TIMED_OUT = "مهلت آنچه برای این خرید کنار گذاشته شده بود گذشت"
AGAIN = "دوباره کنار گذاشته شد"


@pytest.fixture
def client(world: World) -> Client:
    """The cashier's till; the member has 220 points and 50,000 toman of credit."""
    world.buy(20_000_000)
    given = request_adjustment(
        world.club,
        member_id=world.member.id,
        amount=CREDIT,
        unit="credit",
        reason="هدیه",
        actor=world.owner,
    )
    assert given.error is None
    return world.client("cashier")


def typed(client: Client, posted: dict[str, Any]) -> str:
    """Preview the bill, and keep in the form what the answer puts there."""
    page = preview(client, posted)
    take_over(page, posted)
    return words(page)


def take_over(page: str, posted: dict[str, Any]) -> None:
    """What htmx does with the hidden fields of an answer."""
    for name in ("reservation", "key"):
        found = re.search(rf'id="bill_{name}" name="{name}" value="([^"]*)"', page)
        if found:
            posted[name] = found[1]


def credit(world: World) -> Balance:
    return balances(world.club.credit_unit_id, [world.member.id])[world.member.id]


def states(world: World) -> list[str]:
    """What became of the reservations, oldest first."""
    rows = Reservation.objects.filter(club=world.record).order_by("id")
    return list(rows.values_list("status", flat=True))


def test_the_preview_sets_aside_and_confirming_spends_it(world: World, client: Client) -> None:
    posted = bill(world, amount="200000", pay_points="100", pay_credit="۲۰٬۰۰۰")
    page = typed(client, posted)
    assert "کنار گذاشته شد" in page
    assert "۱۵۰٬۰۰۰" in page  # what is left to pay
    assert (world.balance().available, world.balance().held) == (120, 100)
    assert (credit(world).available, credit(world).held) == (300_000, 200_000)
    assert "۱۰۰ امتیاز کنار گذاشته" in words(find(client, world.member.mobile or ""))
    done = words(record(client, posted))
    assert "خرید ثبت شد" in done
    assert "پرداخت با اعتبار" in done
    assert (world.balance().available, world.balance().held) == (120 + 15, 0)
    assert (credit(world).available, credit(world).held) == (300_000, 0)
    assert states(world) == ["used"]
    made = Purchase.objects.filter(club=world.record).latest("id")
    assert (made.paid_by_points, made.paid_by_credit) == (300_000, 200_000)
    shown = words(client.get(reverse("till:purchase", args=[made.id])))
    assert "۲۰٬۰۰۰ تومان با اعتبار" in shown
    back = words(take_back(client, made.id, amount="200000"))
    assert "اعتبار برگشته" in back
    assert (credit(world).available, world.balance().available) == (CREDIT, 220)


def test_typing_on_keeps_what_fits_and_changing_sets_aside_anew(
    world: World, client: Client
) -> None:
    posted = bill(world, amount="200000", pay_points="100")
    typed(client, posted)
    first = posted["reservation"]
    for amount in ("2000000", "300000"):
        typed(client, posted | {"amount": amount})
    assert states(world) == ["open"]
    posted["pay_points"] = "120"
    page = typed(client, posted)
    assert "حداکثر ۲۲۰ امتیاز" in page  # with what this bill itself holds
    assert states(world)[0] == "released"
    assert posted["reservation"] != first
    assert (world.balance().available, world.balance().held) == (100, 120)
    posted["pay_points"] = ""
    typed(client, posted)
    assert posted["reservation"] == ""
    assert world.balance().held == 0
    posted["pay_points"] = "100"
    typed(client, posted)
    posted["pay_points"] = "100000"
    assert "تا " in typed(client, posted)  # more than may pay
    assert (posted["reservation"], world.balance().held) == ("", 0)
    posted["pay_points"] = "100"
    typed(client, posted)
    assert world.balance().held == 100
    posted["amount"] = ""
    typed(client, posted)
    assert world.balance()[:3] == (220, 0, 0)


def test_an_answer_that_was_lost_is_given_again(world: World, client: Client) -> None:
    posted = bill(world, amount="200000", pay_points="150")
    preview(client, posted)
    assert "ثبت خرید" in typed(client, posted.copy())
    assert states(world) == ["open"]
    for _ in range(2):
        assert "خرید ثبت شد" in words(record(client, posted))
    assert states(world) == ["used"]


def test_leaving_the_bill_gives_back(world: World, client: Client) -> None:
    posted = bill(world, amount="200000", pay_points="100")
    typed(client, posted)
    for _ in range(2):
        assert client.post(reverse("till:leave"), posted).status_code == 204
        assert world.balance()[:3] == (220, 0, 0)
    assert client.post(reverse("till:leave"), {"reservation": "x"}).status_code == 204
    typed(client, posted)
    neighbour = world.enrol()
    typed(client, posted | {"member": neighbour.id, "pay_points": ""})
    assert world.balance()[:3] == (220, 0, 0)


def test_two_tills_do_not_take_the_same(world: World, client: Client) -> None:
    other = world.client("manager")
    code = world.redeem("voucher").answer["voucher_code"]
    mine = bill(world, amount="500000", pay_points="150", voucher=code)
    typed(client, mine)
    theirs = bill(world, amount="500000", pay_points="150")
    assert "موجودی کافی نیست" in typed(other, theirs)
    assert "موجودی کافی نیست" in words(record(other, theirs))
    assert "کد تخفیف" in typed(other, bill(world, amount="500000", voucher=code))
    assert "خرید ثبت شد" in words(record(client, mine))
    assert Purchase.objects.filter(club=world.record, source="till").count() == 1


def test_what_timed_out_is_told_and_set_aside_again(world: World, client: Client) -> None:
    posted = bill(world, amount="200000", pay_points="100", pay_credit="10000")
    typed(client, posted)
    run_upkeep(world.club, at=now() + timedelta(minutes=16))
    assert world.balance()[:3] == (220, 0, 0)
    late = record(client, posted)
    assert late.status_code == 409
    assert TIMED_OUT in words(late)
    assert AGAIN in words(late)
    assert "ثبت خرید" in words(late)
    assert world.balance().held == 100
    take_over(late.content.decode(), posted)
    assert "خرید ثبت شد" in words(record(client, posted))
    assert states(world) == ["expired", "used"]


def test_what_timed_out_and_is_gone_is_told_plainly(world: World, client: Client) -> None:
    posted = bill(world, amount="200000", pay_points="100")
    typed(client, posted)
    run_upkeep(world.club, at=now() + timedelta(minutes=16))
    world.redeem("product")
    world.redeem("voucher")
    page = typed(client, posted)
    assert TIMED_OUT in page
    assert AGAIN not in page
    assert "موجودی کافی نیست" in page
    assert posted["reservation"] == ""
    assert not Purchase.objects.filter(club=world.record, source="till").exists()


def test_a_bill_that_takes_more_than_was_set_aside_is_shown_again(
    world: World, client: Client
) -> None:
    """The cashier was faster than the preview."""
    posted = bill(world, amount="200000", pay_points="100")
    typed(client, posted)
    posted["pay_points"] = "120"
    page = record(client, posted)
    assert page.status_code == 409
    assert "ثبت خرید" in words(page)
    assert world.balance().held == 120
    take_over(page.content.decode(), posted)
    assert "خرید ثبت شد" in words(record(client, posted))


def test_without_javascript_a_bill_pays_at_once(world: World, client: Client) -> None:
    posted = bill(world, amount="200000", pay_points="100", pay_credit="10000")
    assert "خرید ثبت شد" in words(client.post(reverse("till:record"), posted))
    assert states(world) == []
    assert (world.balance().available, credit(world).available) == (120 + 16, CREDIT - 100_000)


def test_nobody_uses_what_is_not_hers(world: World, other_world: World, client: Client) -> None:
    other_world.buy(20_000_000)
    theirs = bill(other_world, amount="200000", pay_points="100")
    typed(other_world.client("cashier"), theirs)
    posted = bill(world, amount="200000", pay_points="100", reservation=theirs["reservation"])
    assert client.post(reverse("till:leave"), posted).status_code == 204
    assert record(client, posted).status_code == 404
    typed(client, posted)
    assert other_world.balance().held == 100
    assert "خرید ثبت شد" in words(record(client, posted))


def test_an_unused_reward_is_given_up(world: World, client: Client) -> None:
    world.redeem("product")
    page = find(client, world.member.mobile or "")
    assert "۱۰۰ امتیاز برمی‌گردد" in words(page)
    number = re.search(r'name="redemption" value="(\d+)"', page.content.decode())
    assert number is not None
    url = reverse("till:give-up", args=[world.member.id])
    given = client.post(url, {"redemption": number[1], "key": "a"}, headers=HTMX)
    assert "۱۰۰ امتیاز برگشت" in words(given)
    assert world.balance()[:3] == (220, 0, 0)
    again = client.post(url, {"redemption": number[1], "key": "b"}, headers=HTMX)
    assert "دیگر پس داده نمی‌شود" in words(again)
    assert client.post(url, {"redemption": "x", "key": "c"}, headers=HTMX).status_code == 422


def test_a_reward_on_a_bill_cannot_be_given_up_meanwhile(world: World, client: Client) -> None:
    redeemed = world.redeem("voucher").answer
    posted = bill(world, amount="200000", voucher=redeemed["voucher_code"])
    typed(client, posted)
    url = reverse("till:give-up", args=[world.member.id])
    asked = {"redemption": redeemed["redemption_id"], "key": "a"}
    assert "کنار گذاشته شده است" in words(client.post(url, asked, headers=HTMX))
    assert "خرید ثبت شد" in words(record(client, posted))
    assert Voucher.objects.get(code=redeemed["voucher_code"]).uses.get().purpose == "bill"


def test_the_till_says_it_in_english_too(world: World, client: Client) -> None:
    client.cookies["vafa_lang"] = "en"
    posted = bill(world, amount="200000", pay_points="100")
    assert "Set aside for this bill until" in typed(client, posted)
    run_upkeep(world.club, at=now() + timedelta(minutes=16))
    said = words(record(client, posted))
    assert "What was set aside for this bill had timed out. It is set aside again." in said
