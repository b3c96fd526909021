"""The line goes down in the middle of a cashier's day, and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.axe import violations
from tests.browser.test_till import TILL, log_in, national
from tests.world import World
from vafa.commerce.models import Purchase
from vafa.program.models import OfflineSale
from vafa.program.rules.document import TillTerms

pytestmark = pytest.mark.browser
_READY = """async () => {
  if (!(await caches.match("/till/offline/")) || !navigator.serviceWorker.controller) return false;
  const asked = indexedDB.open("vafa-till", 1);
  await new Promise((done) => (asked.onsuccess = done));
  const got = asked.result.transaction("kept").objectStore("kept").get("snapshot");
  await new Promise((done) => (got.onsuccess = done));
  asked.result.close();
  return Boolean(got.result);
}"""


@pytest.fixture
def till(chromium: Browser, site: str) -> Iterator[BrowserContext]:
    """A browser profile with service workers. Lost requests are written into its console, rightly."""
    context = chromium.new_context(base_url=site, viewport=TILL)
    yield context
    context.close()


def ready(page: Page) -> None:
    """The page and the members' list for a time without a line are on this device."""
    until = monotonic() + 20
    while not page.evaluate(_READY):
        assert monotonic() < until, "nothing is kept for a time without a line"
        page.wait_for_timeout(100)


def recorded(page: Page, world: World, count: int) -> list[Purchase]:
    """What the till has sent, as soon as all of it is there."""
    until = monotonic() + 20
    sold = Purchase.objects.filter(club=world.record, source="till").order_by("id")
    while sold.count() < count:
        assert monotonic() < until, "the till has not sent what it kept"
        page.wait_for_timeout(100)
    expect(page.locator("#till-line")).to_be_hidden(timeout=10_000)
    return list(sold)


def sell(page: Page, who: str, amount: str, points: str = "") -> None:
    """Without a line, by keyboard alone."""
    if who:
        page.keyboard.type(who)
        page.keyboard.press("Enter")
        expect(page.locator("#bill_amount")).to_be_focused()
        expect(page.locator("#member")).to_be_visible()
    page.locator("#bill_amount").fill(amount)
    if points:
        page.locator("#bill_pay_points").fill(points)
    page.locator("#bill_amount").press("Enter")
    expect(page.locator("#confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#who")).to_be_focused()


def test_ten_of_twenty_customers_come_without_a_line(till: BrowserContext, world: World) -> None:
    world.change_program(till=TillTerms(offline_points=100))
    world.buy(30_000_000)
    others = [world.enrol(name=f"عضو {n}") for n in range(7)]
    page = till.new_page()
    log_in(page, world)
    ready(page)
    for n in range(5):
        world.buy(1_000_000, member=("id", str(others[n].id)))

    till.set_offline(True)
    page.goto("/till/")
    expect(page.locator("#till-line")).to_contain_text("اینترنت قطع است")
    assert violations(page) == []
    sell(page, national(world), "100000", points="60")
    page.keyboard.type(national(world))
    page.keyboard.press("Enter")
    expect(page.locator("[data-allowed-points]")).to_contain_text("۴۰")
    page.locator("#bill_amount").fill("100000")
    page.locator("#bill_pay_points").fill("41")
    expect(page.locator("#confirm")).to_be_disabled()
    page.keyboard.press("Escape")
    page.locator("[data-reset]").click()
    for other in others:
        sell(page, "0" + (other.mobile or "")[3:], "50000")
    sell(page, "09120001122", "30000")
    page.locator("#product").fill("milk")
    page.keyboard.press("Enter")
    expect(page.locator("[data-line]")).to_have_count(1)
    expect(page.locator("#bill_amount")).to_have_value("۴۵٬۰۰۰")
    page.locator("#bill_amount").press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_be_visible()
    expect(page.locator("[data-count-waiting]")).to_have_text("۱۰")
    assert not Purchase.objects.filter(club=world.record, source="till").exists()
    page.reload()
    expect(page.locator("[data-count-waiting]")).to_have_text("۱۰")

    till.set_offline(False)
    page.goto("/till/")
    made = recorded(page, world, 10)
    assert [one.total for one in made] == [1_000_000, *[500_000] * 7, 300_000, 450_000]
    assert made[0].paid_by_points == 60 * 3_000
    assert OfflineSale.objects.filter(club=world.record, state="clean").count() == 10
    for n in range(5):
        world.buy(1_000_000, member=("id", str(others[n].id)))
    world.verify()


def test_the_line_breaks_when_the_server_has_committed(till: BrowserContext, world: World) -> None:
    page = till.new_page()
    log_in(page, world)
    ready(page)
    page.keyboard.type(national(world))
    page.keyboard.press("Enter")
    expect(page.locator("#bill_amount")).to_be_focused()
    page.keyboard.type("200000")
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_focused()
    expect(page.locator("#confirm")).to_contain_text("۲۰ امتیاز")

    def cut(route: Route) -> None:
        """The server hears it and answers; the answer is lost."""
        assert route.fetch().status == 200
        route.abort()

    page.route("**/till/bill/", cut)
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("ارتباط قطع است")
    assert Purchase.objects.filter(club=world.record).count() == 1
    till.set_offline(True)
    page.locator("#preview [data-go-on]").click()
    expect(page.locator("#till-line")).to_contain_text("اینترنت قطع است")
    expect(page.locator("#waiting")).to_contain_text("فاکتوری که نیمه‌کاره ماند")
    sell(page, national(world), "50000")
    till.set_offline(False)
    expect(page.locator("[data-member]")).to_have_count(0, timeout=20_000)
    expect(page).to_have_url(page.url.split("/till/")[0] + "/till/")
    assert Purchase.objects.filter(club=world.record).count() == 2
    world.verify()


def test_she_goes_on_offline_where_no_login_comes(till: BrowserContext, world: World) -> None:
    page = till.new_page()
    log_in(page, world)
    ready(page)
    page.locator("#bill_amount").fill("200000")
    page.locator("#bill_amount").press("Enter")
    expect(page.locator("#confirm")).to_be_focused()
    till.clear_cookies()
    page.route("**/till/login/again/**", lambda route: route.abort())
    page.keyboard.press("Enter")
    expect(page.locator("#again-ask")).to_be_focused()
    till.set_offline(True)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#till-line")).to_contain_text("اینترنت قطع است")
    expect(page.locator("#bill_amount")).to_have_value("۲۰۰٬۰۰۰")
    assert not Purchase.objects.filter(club=world.record).exists()
    page.locator("#bill_amount").press("Enter")
    expect(page.locator("#confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-count-waiting]")).to_have_text("۱")
    till.set_offline(False)
    expect(page.locator("[data-line-login]")).to_be_visible(timeout=20_000)
    page.locator("[data-line-login]").click()
    log_in(page, world)
    assert [one.total for one in recorded(page, world, 1)] == [2_000_000]


def test_who_logged_out_goes_on_when_she_is_back(till: BrowserContext, world: World) -> None:
    page = till.new_page()
    log_in(page, world)
    ready(page)
    till.set_offline(True)
    page.goto("/till/")
    sell(page, "", "10000")
    till.clear_cookies()
    till.set_offline(False)
    expect(page.locator("[data-line-login]")).to_be_visible(timeout=20_000)
    assert not Purchase.objects.filter(club=world.record).exists()
    page.locator("#bill_amount").fill("70000")
    page.locator("[data-line-login]").click()
    log_in(page, world)
    expect(page.locator("#bill_amount")).to_have_value("۷۰٬۰۰۰")
    assert [one.total for one in recorded(page, world, 1)] == [100_000]
