"""The line breaks while a cashier logs in where she stands: said at once, nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.axe import violations
from tests.browser.test_till import TILL, log_in
from tests.browser.test_till_again import AGAIN, asked, sold, typed
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser
_WORDS = {"cut": "ارتباط قطع است", "503": "فعلاً نمی‌توانید وارد شوید"}
HOW = pytest.mark.parametrize("how", ["cut", "503"])


@pytest.fixture
def till(chromium: Browser, site: str) -> Iterator[BrowserContext]:
    """A browser profile in which connections break; that is written into its console, rightly."""
    context = chromium.new_context(
        base_url=site, viewport=TILL, service_workers="block", reduced_motion="reduce"
    )
    yield context
    context.close()


def breaks(page: Page, method: str, how: str) -> None:
    """The login in place is asked for, or sent, in vain, until ``page.unroute(AGAIN)``."""

    def answer(route: Route) -> None:
        if route.request.method != method:
            route.fallback()
        elif how == "cut":
            route.abort()
        else:
            route.fulfill(status=503, body="<p>later</p>")

    page.route(AGAIN, answer)


def turned_away(page: Page, world: World) -> None:
    """A bill is ready, her session is over, and she presses its button."""
    log_in(page, world)
    typed(page, world, "245000")
    page.context.clear_cookies()


def records_once(page: Page, world: World) -> None:
    """She is in: the bill is as it was, and one more Enter records it."""
    expect(page.locator("#again")).to_be_hidden()
    expect(page.locator("#confirm")).to_be_focused()
    expect(page.locator("#bill_amount")).to_have_value("۲۴۵٬۰۰۰")
    assert sold(world) == []
    page.keyboard.press("Enter")
    expect(page.locator("[data-done]")).to_be_visible()
    assert sold(world) == [2_450_000]


@HOW
def test_a_login_that_cannot_be_shown_is_said_and_tried_again_by_key(
    till: BrowserContext, world: World, how: str
) -> None:
    page = till.new_page()
    turned_away(page, world)
    breaks(page, "GET", how)
    page.keyboard.press("Enter")
    expect(page.locator("#again")).to_contain_text(_WORDS[how], use_inner_text=True)
    expect(page.locator("#again-ask")).to_be_focused()
    assert violations(page) == []
    with page.expect_request(AGAIN):
        page.keyboard.press("Enter")
    expect(page.locator("#again")).to_contain_text(_WORDS[how], use_inner_text=True)
    page.keyboard.press("Escape")
    expect(page.locator("#again")).to_be_hidden()
    expect(page.locator("#confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#again")).to_contain_text(_WORDS[how], use_inner_text=True)
    expect(page.locator("#again-ask")).to_be_focused()
    page.unroute(AGAIN)
    page.keyboard.press("Enter")
    expect(page.locator("#again-password")).to_be_focused()
    expect(page.locator("#again")).not_to_contain_text(_WORDS[how], use_inner_text=True)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    records_once(page, world)


def test_the_login_comes_by_itself_when_the_line_is_back(
    till: BrowserContext, world: World
) -> None:
    page = till.new_page()
    turned_away(page, world)
    breaks(page, "GET", "cut")
    page.keyboard.press("Enter")
    expect(page.locator("#again")).to_contain_text(_WORDS["cut"], use_inner_text=True)
    page.unroute(AGAIN)
    expect(page.locator("#again-password")).to_be_focused(timeout=10_000)
    forms = asked(page)
    page.keyboard.type(PASSWORD)
    # Nobody asks any more: what she typed stays.
    page.wait_for_timeout(6_000)
    assert forms == []
    page.keyboard.press("Enter")
    records_once(page, world)


@HOW
def test_a_password_that_does_not_come_through_stays_typed(
    till: BrowserContext, world: World, how: str
) -> None:
    page = till.new_page()
    turned_away(page, world)
    page.keyboard.press("Enter")
    expect(page.locator("#again-password")).to_be_focused()
    breaks(page, "POST", how)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#again")).to_contain_text(_WORDS[how], use_inner_text=True)
    expect(page.locator("#again-password")).to_be_focused()
    expect(page.locator("#again-password")).to_have_value(PASSWORD)
    expect(page.locator("#preview")).not_to_contain_text("ارتباط قطع است")
    assert violations(page) == []
    page.unroute(AGAIN)
    if how == "cut":
        words = "مشکل برطرف شد"
        expect(page.locator("#again")).to_contain_text(words, use_inner_text=True, timeout=10_000)
        expect(page.locator("#again-password")).to_have_value(PASSWORD)
    page.keyboard.press("Enter")
    records_once(page, world)


def test_who_logs_in_in_another_window_is_in_here_too(till: BrowserContext, world: World) -> None:
    page = till.new_page()
    turned_away(page, world)
    breaks(page, "GET", "cut")
    page.keyboard.press("Enter")
    expect(page.locator("#again")).to_contain_text(_WORDS["cut"], use_inner_text=True)
    other = till.new_page()
    log_in(other, world)
    other.close()
    page.unroute(AGAIN)
    page.locator("#again-ask").click()
    records_once(page, world)


def test_her_password_counts_where_another_window_was_faster(
    till: BrowserContext, world: World
) -> None:
    page = till.new_page()
    turned_away(page, world)
    page.keyboard.press("Enter")
    expect(page.locator("#again-password")).to_be_focused()
    other = till.new_page()
    log_in(other, world)
    other.close()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    records_once(page, world)
