"""A session ends in the middle of a sale, buttons are pressed twice: nothing lost, nothing twice."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.axe import violations
from tests.browser.test_axe import STILL
from tests.browser.test_till import TILL, NewPage, log_in, national
from tests.world import PASSWORD, World
from vafa.club.actions.second_factor import begin_second_factor, confirm_second_factor
from vafa.commerce.models import Purchase, Return

pytestmark = pytest.mark.browser
AGAIN = "**/till/login/again/**"
# The answer comes before the browser has drawn anything since the press.
_BUSY = """document.addEventListener("htmx:beforeSend", () => queueMicrotask(() => {
  const began = performance.now();
  while (performance.now() - began < 600);
}), { once: true })"""


def typed(page: Page, world: World, amount: str) -> None:
    """A bill of the member, ready to be recorded."""
    page.locator("#bill_amount").fill(amount)
    page.locator("#who").fill(national(world))
    page.keyboard.press("Enter")
    expect(page.locator("#bill_amount")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_focused()
    expect(page.locator("#preview")).to_contain_text("مانده پس از این")


def sold(world: World) -> list[int]:
    made = Purchase.objects.filter(club=world.record, source="till").order_by("id")
    return list(made.values_list("total", flat=True))


def test_she_logs_in_where_she_stands_and_the_bill_is_as_it_was(
    open_page: NewPage, world: World
) -> None:
    page = open_page(viewport=TILL, **STILL)
    log_in(page, world)
    typed(page, world, "245000")
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    expect(page.locator("#again-password")).to_be_focused()
    assert violations(page) == []
    page.keyboard.type("not this one")
    page.keyboard.press("Enter")
    expect(page.locator("#again-form")).to_contain_text("درست نیست")
    assert sold(world) == []
    page.locator("#again-password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_focused()
    expect(page.locator("#bill_amount")).to_have_value("۲۴۵٬۰۰۰")
    page.keyboard.press("Enter")
    expect(page.locator("[data-done]")).to_contain_text("اکنون ۴۴ امتیاز دارد")
    assert sold(world) == [2_450_000]


def asked(page: Page) -> list[Request]:
    """The login forms that the page asks for from now on."""
    found: list[Request] = []

    def heard(request: Request) -> None:
        if "/till/login/again/" in request.url and request.method == "GET":
            found.append(request)

    page.on("request", heard)
    return found


def hold(page: Page, address: str) -> list[Route]:
    """What the page asks of ``address`` from now on, which waits to be let through."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(address, keep)
    return held


def test_whoever_is_turned_away_meanwhile_joins_the_one_login(
    open_page: NewPage, world: World
) -> None:
    page = open_page(viewport=TILL)
    log_in(page, world)
    typed(page, world, "245000")
    forms, held = asked(page), hold(page, AGAIN)
    page.context.clear_cookies()
    # She looks for the customer and corrects the sum: both are turned away.
    with page.expect_response("**/till/bill/preview/") as preview:
        page.locator("#who").fill(national(world))
        page.locator("#bill_amount").fill("300000")
        page.locator("#who").press("Enter")
    assert preview.value.status == 403
    expect(page.locator("#again")).to_contain_text("یک لحظه")
    held[0].continue_()
    page.unroute(AGAIN)
    expect(page.locator("#again-password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.wait_for_timeout(300)
    expect(page.locator("#again-password")).to_have_value(PASSWORD)
    assert len(forms) == 1
    page.keyboard.press("Enter")
    # Both go on.
    expect(page.locator("#bill_amount")).to_be_focused()
    expect(page.locator("[data-member]")).to_contain_text("مریم رضایی")
    expect(page.locator("#confirm")).to_contain_text("۳۰ امتیاز")
    assert sold(world) == []


def test_nothing_is_recorded_before_the_bill_was_looked_at_again(
    open_page: NewPage, world: World
) -> None:
    page = open_page(viewport=TILL)
    log_in(page, world)
    typed(page, world, "245000")
    page.evaluate(_BUSY)
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    expect(page.locator("#again-password")).to_be_focused()
    held = hold(page, "**/till/bill/preview/")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#again")).to_be_hidden()
    expect(page.locator("#bill_amount")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert sold(world) == []
    held[0].continue_()
    page.unroute("**/till/bill/preview/")
    expect(page.locator("#confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-done]")).to_be_visible()
    assert sold(world) == [2_450_000]


def test_a_token_that_was_lost_alone_costs_no_password(open_page: NewPage, world: World) -> None:
    page = open_page(viewport=TILL)
    log_in(page, world)
    typed(page, world, "245000")
    forms = asked(page)
    page.context.clear_cookies(name="csrftoken")
    with page.expect_response("**/till/bill/preview/") as preview:
        page.keyboard.press("Enter")
    assert preview.value.status == 200
    expect(page.locator("#again")).to_be_hidden()
    expect(page.locator("#confirm")).to_be_focused()
    assert (len(forms), sold(world)) == (1, [])
    page.keyboard.press("Enter")
    expect(page.locator("[data-done]")).to_be_visible()
    assert sold(world) == [2_450_000]


def test_a_login_whose_token_was_lost_is_sent_again_by_key(
    open_page: NewPage, world: World
) -> None:
    page = open_page(viewport=TILL)
    log_in(page, world)
    typed(page, world, "245000")
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    expect(page.locator("#again-password")).to_be_focused()
    page.context.clear_cookies()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#again")).to_contain_text("فعلاً نمی‌توانید", use_inner_text=True)
    expect(page.locator("#again-password")).to_have_value(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_focused()
    assert sold(world) == []


def test_who_works_here_no_more_is_led_to_the_whole_login(open_page: NewPage, world: World) -> None:
    page = open_page(viewport=TILL)
    log_in(page, world)
    typed(page, world, "245000")
    forms = asked(page)
    page.context.clear_cookies()
    cashier = world.staff["cashier"]
    cashier.is_active = False
    cashier.save(update_fields=["is_active"])
    page.keyboard.press("Enter")
    expect(page.locator("[name=username]")).to_be_visible()
    assert (len(forms), sold(world)) == (1, [])


def test_the_second_step_is_asked_for_in_place(open_page: NewPage, world: World) -> None:
    page = open_page(viewport=TILL)
    log_in(page, world)
    typed(page, world, "245000")
    cashier = world.staff["cashier"]
    key = begin_second_factor(cashier.user)
    codes = confirm_second_factor(cashier, pyotp.TOTP(key).now(), by="staff:1")
    page.context.clear_cookies()
    page.keyboard.press("Enter")

    def password() -> None:
        expect(page.locator("#again-password")).to_be_focused()
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#again-code")).to_be_focused()

    password()
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.locator("#again-form")).to_contain_text("کد درست نیست")
    # The answer to her right code got lost, and with it what the first step had brought.
    page.context.clear_cookies(name="sessionid")
    page.locator("#again-code").fill(codes[0])
    page.keyboard.press("Enter")
    expect(page.locator("#again-form")).to_contain_text("زمان این ورود گذشته است")
    password()
    page.keyboard.type(codes[0])
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_focused()
    assert sold(world) == []
    page.keyboard.press("Enter")
    expect(page.locator("[data-done]")).to_be_visible()
    assert sold(world) == [2_450_000]


def test_pressed_twice_left_and_come_back_to_it_is_recorded_once(
    open_page: NewPage, world: World
) -> None:
    page = open_page(viewport=TILL)
    log_in(page, world)
    typed(page, world, "100000")
    page.locator("nav a[href='/till/purchases/']").click()
    expect(page.locator("#bill_amount")).to_have_count(0)
    page.go_back()
    expect(page.locator("#bill_amount")).to_have_value("۱۰۰٬۰۰۰")
    expect(page.locator("[data-member]")).to_contain_text("مریم رضایی")
    expect(page.locator("#confirm")).to_contain_text("۱۰ امتیاز")
    other = page.context.new_page()
    page.context.clear_cookies(name="sessionid")
    log_in(other, world)
    other.close()
    page.locator("#bill_amount").press("Enter")
    expect(page.locator("#confirm")).to_be_focused()
    page.locator("#confirm").dblclick()
    expect(page.locator("[data-done]")).to_be_visible()
    page.go_back()
    page.goto("/till/")
    expect(page.locator("#bill_amount")).to_have_value("")
    assert sold(world) == [1_000_000]

    bought = Purchase.objects.get(club=world.record, source="till")
    page.goto(f"/till/purchases/{bought.pk}/")
    expect(page.locator("#confirm")).to_contain_text("۱۰۰٬۰۰۰")
    page.locator("#confirm").dblclick()
    expect(page.locator("[data-done]")).to_be_visible()
    assert Return.objects.filter(purchase=bought).count() == 1
    assert world.balance().available == 20
