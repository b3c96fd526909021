"""What stands open for one member and not for another, and what one purchase was and brought."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.commerce.actions.orders import NewOrderLine, OrderTerms
from vafa.core.clock import now
from vafa.core.jalali import format_date
from vafa.flows.entries import LineEntry
from vafa.flows.invoices import issue_invoice
from vafa.flows.orders import add_to_order, make_order, move_order
from vafa.flows.voucher_series import make_series
from vafa.program.models import Redemption
from vafa.program.reads.revisions import live_program
from vafa.program.rules.conditions import Between, OneOf
from vafa.program.rules.deeds import GiveVoucher
from vafa.program.rules.document import GiftTerms
from vafa.program.rules.limits import Limit
from vafa.program.rules.rule import Fixed, Rule, Text, Times
from vafa.web.portal.tests.test_gifts import GIFT, ask, hidden
from vafa.web.portal.tests.test_pages import text_of

OFFERS = reverse("portal:offers")


def add_rules(world: World, *rules: Rule) -> None:
    live = live_program(world.record.id).program
    world.change_program(rules=(*live.rules, *rules))


def test_she_sees_what_is_open_to_her_and_no_more(world: World) -> None:
    world.describe()  # a segment of those who have bought
    today = world.club.local_date(now())
    last = today + timedelta(days=9)
    hers = (OneOf(fact="segment", values=("segment-1",)), OneOf(fact="weekday", values=(5,)))
    once = (Limit(per="ever", counts="times", most=1),)
    add_rules(
        world,
        Rule(id="r-hers", name=Text(fa="ما و شما"), conditions=hers, gives=Times(percent=300), ends=last),
        Rule(id="r-over", name=Text(fa="حراج پارسال"), gives=Times(percent=200), ends=today - timedelta(1)),
        Rule(id="r-once", name=Text(fa="یک بار"), gives=Fixed(points=5), ends=last, limits=once),
    )  # fmt: skip
    her = world.client("member")
    before = text_of(her.get(OFFERS))
    assert "یک بار" in before and "حراج پارسال" not in before
    assert "ما و شما" not in before, "it is for those who have bought"

    world.buy(5_000_000)
    after, home = text_of(her.get(OFFERS)), text_of(her.get(reverse("portal:home")))
    for page in (after, home):
        assert "پنجشنبه‌ها، امتیاز سه برابر" in page and "ویژهٔ شما" in page
        assert f"تا {format_date(last, 'fa')}" in page
        assert "خریداران" not in page, "what the club calls its groups is its own affair"
    assert "یک بار" not in after, "she has had it"
    public = text_of(Client().get(reverse("site:club", args=[world.record.slug])))
    assert "یک بار" in public and "حراج پارسال" not in public and "سه برابر" not in public
    assert "مثل همیشه" in after and "۵۰۰٬۰۰۰ تومان" in after and "۵۰ امتیاز" in after


def test_what_a_little_more_would_bring_and_what_was_given(world: World) -> None:
    series = make_series(
        world.club,
        world.owner,
        name="هدیهٔ پاییز",
        kind="voucher",
        count=1,
        value=200_000,
        expires_at=now() + timedelta(days=30),
    )
    large = (Between(fact="total", least=6_000_000),)
    every = (Between(fact="total", least=1_000_000),)
    add_rules(
        world,
        Rule(id="r-large", name=Text(fa="سبد بزرگ"), conditions=large, gives=Fixed(points=40)),
        Rule(id="r-code", name=Text(fa="کد هدیه"), conditions=every, gives=GiveVoucher(series=series.pk)),
    )  # fmt: skip
    world.buy(5_000_000)
    page = text_of(world.client("member").get(OFFERS))
    assert "با ۱۰۰٬۰۰۰ تومان خرید بیشتر: سبد بزرگ" in page
    assert "به شما هدیه شده است" in page and "۲۰٬۰۰۰ تومان" in page
    world.verify()


def test_a_purchase_has_a_page_of_its_own(world: World, other_world: World) -> None:
    lines = (
        LineEntry(900_000, sku="milk", quantity=2_000),
        LineEntry(4_100_000, name="<i>سبد</i>"),
    )
    bought = world.buy(5_000_000, lines=lines, payment="card", receipt_no="B-7").answer
    number = bought["purchase_id"]
    world.give_back(number, amount=500_000, receipt_no="B-8")
    issue_invoice(world.club, world.owner, number, {})
    her = world.client("member")
    url = reverse("portal:purchase", args=[number])
    assert url in her.get(reverse("portal:history")).content.decode()
    shown = her.get(url)
    page = text_of(shown)
    assert "شیر × ۲" in page and "B-7" in page and "B-8" in page and "با کارت بانکی" in page
    assert "یک امتیاز برای هر ۱۰٬۰۰۰ تومان" in page
    assert "&lt;i&gt;سبد" in shown.content.decode()
    paper = re.search(r'href="([^"]*invoices/\d+\.pdf)"', shown.content.decode())
    assert paper and her.get(paper[1]).headers["Content-Type"] == "application/pdf"

    theirs = other_world.buy(5_000_000).answer["purchase_id"]
    neighbour = world.enrol()
    hers = world.buy(5_000_000, member=("id", str(neighbour.id))).answer["purchase_id"]
    for foreign in (theirs, hers):
        assert her.get(reverse("portal:purchase", args=[foreign])).status_code == 404


def reward_form(client: Client, world: World) -> dict[str, str]:
    """What the button of the reward's page sends."""
    shown = client.get(reverse("portal:reward", args=[world.rewards["voucher"].id]))
    return dict(re.findall(r'name="(key|seen)" value="([^"]+)"', shown.content.decode()))


def test_two_windows_take_a_reward_once(world: World) -> None:
    world.buy(30_000_000)
    her = world.client("member")
    url = reverse("portal:reward", args=[world.rewards["voucher"].id])
    first, second = reward_form(her, world), reward_form(her, world)
    taken = her.post(url, first)
    assert taken.status_code == 302 and her.post(url, first).url == taken.url
    stale = her.post(url, second)
    assert stale.status_code == 409 and "یک بار انجام داده‌اید" in text_of(stale)
    assert world.balance().available == 270
    assert Redemption.objects.filter(member=world.member).count() == 1

    # Pressed again on the page that says so, it is meant.
    fresh = dict(re.findall(r'name="(key|seen)" value="([^"]+)"', stale.content.decode()))
    assert her.post(url, fresh).status_code == 302
    assert world.balance().available == 220
    world.verify()


def test_two_windows_give_a_gift_once(world: World) -> None:
    world.buy(10_000_000)
    world.change_program(gifts=GiftTerms(is_on=True, points_a_day=60, gifts_a_day=3))
    her, friend = world.client("member"), world.enrol()
    pages = [ask(her, friend, "20").content.decode() for _ in range(2)]
    sent = {"mobile": friend.mobile or "", "points": "20", "message": "", "step": "give"}

    def give(page: str) -> int:
        seen = re.search(r'name="seen" value="(\d+)"', page)
        assert seen
        status: int = her.post(GIFT, {**sent, "key": hidden(page), "seen": seen[1]}).status_code
        return status

    assert [give(pages[0]), give(pages[0]), give(pages[1])] == [302, 302, 409]
    assert (world.balance().available, world.balance(friend).available) == (100, 40)
    world.verify()


def test_an_order_is_hers_to_see_once_the_shop_has_it(world: World) -> None:
    made = make_order(world.club, world.owner, world.member.id, OrderTerms(world.branch.id))
    add_to_order(world.club, world.owner, made.pk, NewOrderLine("نان <b>تازه</b>", 500_000))
    her, url = world.client("member"), reverse("portal:order", args=[made.pk])
    assert her.get(url).status_code == 404, "it is still being written"
    move_order(world.club, world.owner, made.pk, "placed")
    assert url in her.get(reverse("portal:orders")).content.decode()
    shown = her.get(url).content.decode()
    assert "نان &lt;b&gt;تازه" in shown and "۵۰٬۰۰۰" in shown
    world.member = world.enrol()
    assert world.client("member").get(url).status_code == 404
