"""A cashier's day at the till, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from tests.world import PASSWORD, World
from vafa.club.models import Branch
from vafa.commerce.models import Purchase, Return
from vafa.core.text import to_persian_digits
from vafa.program.models import Redemption

pytestmark = pytest.mark.browser

TILL: ViewportSize = {"width": 1024, "height": 768}
NewPage = Callable[..., Page]


def log_in(page: Page, world: World) -> None:
    page.goto("/till/")
    page.locator("[name=username]").fill(world.staff["cashier"].user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_be_focused()


def national(world: World) -> str:
    assert world.member.mobile is not None
    return "0" + world.member.mobile[3:]


def fits(page: Page) -> None:
    """Nothing is out of view, and the confirming button least of all."""
    sizes = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert page.evaluate(sizes) == [TILL["width"], TILL["height"]]
    box = page.locator("#confirm").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= TILL["height"]


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_a_phone_shows_the_whole_name_of_the_branch(
    open_page: NewPage, world: World, site: str, lang: str
) -> None:
    name = "شعبهٔ مرکز خرید بزرگ ایران‌مال، طبقهٔ همکف، روبه‌روی ورودی شمالی"
    Branch.objects.filter(pk=world.branch.pk).update(name=name)
    page = open_page(viewport={"width": 360, "height": 740})
    page.context.add_cookies([{"name": "vafa_lang", "value": lang, "url": site}])
    log_in(page, world)
    shown = page.locator("#branch-name")
    expect(shown).to_have_text(name)
    assert shown.evaluate("e => e.scrollWidth <= e.clientWidth && e.clientWidth > 300")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    for button in page.locator("header :is(a, button):visible").all():
        box = button.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_the_usual_case_takes_four_strokes(open_page: NewPage, world: World) -> None:
    page = open_page(viewport=TILL)
    log_in(page, world)
    page.keyboard.type(to_persian_digits(national(world)))
    page.keyboard.press("Enter")
    expect(page.locator("[data-member]")).to_contain_text("مریم رضایی")
    expect(page.locator("#bill_amount")).to_be_focused()
    page.keyboard.type("245000")
    expect(page.locator("#bill_amount")).to_have_value("۲۴۵٬۰۰۰")
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_focused()
    expect(page.locator("#confirm")).to_have_text(re.compile("ثبت خرید و ۲۴ امتیاز"))
    fits(page)
    page.keyboard.press("Enter")
    expect(page.locator("[data-done]")).to_contain_text("مریم رضایی اکنون ۴۴ امتیاز دارد")
    expect(page.locator("[data-next]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#who")).to_be_focused()
    expect(page.locator("[data-member]")).to_have_count(0)
    assert Purchase.objects.get(club=world.record).total == 2_450_000


def test_one_key_says_how_it_is_paid(open_page: NewPage, world: World) -> None:
    page = open_page(viewport=TILL)
    log_in(page, world)
    page.keyboard.type(national(world))
    page.keyboard.press("Enter")
    expect(page.locator("#bill_amount")).to_be_focused()
    page.keyboard.type("245000")
    page.keyboard.press("c")
    expect(page.locator("#payment input[value=cash]")).to_be_checked()
    page.keyboard.press("k")
    expect(page.locator("#payment input[value=card]")).to_be_checked()
    page.keyboard.press("k")
    expect(page.locator("#payment input:checked")).to_have_count(0)
    page.keyboard.press("k")
    expect(page.locator("#bill_amount")).to_be_focused()
    expect(page.locator("#bill_amount")).to_have_value("۲۴۵٬۰۰۰")
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_focused()
    fits(page)
    page.keyboard.press("Enter")
    expect(page.locator("[data-done]")).to_contain_text("کارت")
    assert Purchase.objects.get(club=world.record).payment == "card"
    page.keyboard.press("Escape")
    page.locator("#bill_voucher").press_sequentially("kc")
    expect(page.locator("#bill_voucher")).to_have_value("kc")
    expect(page.locator("#payment input:checked")).to_have_count(0)


def test_find_pay_redeem_and_undo(open_page: NewPage, world: World) -> None:
    world.buy(30_000_000)
    page = open_page(viewport=TILL)
    log_in(page, world)
    page.locator("#who").fill(national(world))
    page.keyboard.press("Enter")
    page.locator("summary", has_text="کد ۵۰ هزار تومانی").click()
    page.get_by_role("button", name="خرج ۵۰ امتیاز").click()
    expect(page.locator("#member-pane [role=status]")).to_contain_text("آماده است")
    expect(page.locator("#bill_voucher")).not_to_have_value("")
    use = page.get_by_role("button", name="استفاده", exact=True)
    expect(use).to_have_attribute("aria-pressed", "true")
    use.click()
    expect(use).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#bill_voucher")).to_have_value("")
    use.click()
    expect(page.locator("#bill_voucher")).not_to_have_value("")
    for key in ("۲", "۰", "۰", "۰۰۰"):
        page.locator("#bill [data-key]", has_text=re.compile(f"^{key}$")).click()
    expect(page.locator("#bill_amount")).to_have_value("۲۰۰٬۰۰۰")
    expect(page.locator("[data-to-pay]")).to_contain_text("۱۵۰٬۰۰۰")
    page.locator("#points-limit button").click()
    expect(page.locator("#bill_pay_points")).to_have_value("۲۵۰")
    expect(page.locator("[data-to-pay]")).to_contain_text("۷۵٬۰۰۰")
    fits(page)
    page.locator("#confirm").click()
    expect(page.locator("[data-done]")).to_contain_text("۷۵٬۰۰۰")
    assert Redemption.objects.filter(member=world.member).count() == 1
    assert world.balance().available == 320 - 50 - 250 + 7

    page.get_by_role("link", name="برگرداندن").click()
    expect(page.locator("#return-preview")).to_contain_text("۲۵۰ امتیاز")
    expect(page.locator("#confirm")).to_contain_text("۷۵٬۰۰۰")
    fits(page)
    page.locator("#confirm").click()
    expect(page.locator("[data-done]")).to_contain_text("مرجوعی ثبت شد")
    assert Return.objects.get(club=world.record).total == 2_000_000
    assert world.balance().available == 320 - 50


def test_a_scanner_fills_the_lines(open_page: NewPage, world: World) -> None:
    page = open_page(viewport=TILL)
    log_in(page, world)
    page.locator("#product").focus()
    for code in ("milk", "lamp", "milk"):
        page.keyboard.type(code)
        page.keyboard.press("Enter")
    expect(page.locator("[data-line]")).to_have_count(2)
    expect(page.locator("#bill_amount")).to_have_value("۱۷۰٬۰۰۰")
    page.locator("#product").press_sequentially("پنی")
    expect(page.locator("[data-product]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-line]")).to_have_count(3)
    page.locator("[data-line]").last.locator("[data-step='1']").click()
    expect(page.locator("#bill_amount")).to_have_value("۴۱۰٬۰۰۰")
    page.locator("[data-line]").first.locator("[data-drop]").click()
    expect(page.locator("#bill_amount")).to_have_value("۳۲۰٬۰۰۰")
    page.locator("#bill_amount").press("Enter")
    expect(page.locator("#confirm")).to_be_focused()
    fits(page)
    page.keyboard.press("Enter")
    expect(page.locator("[data-done]")).to_contain_text("۳۲۰٬۰۰۰")
    made = Purchase.objects.get(club=world.record)
    assert list(made.lines.order_by("number").values_list("name", "quantity")) == [
        ("لامپ", 1000),
        ("پنیر", 2000),
    ]


def test_a_new_member_on_a_phone(open_page: NewPage, world: World) -> None:
    page = open_page()
    log_in(page, world)
    page.keyboard.type("09120004567")
    page.keyboard.press("Enter")
    expect(page.locator("#enrol_name")).to_be_focused()
    page.keyboard.type("نگار احمدی")
    page.keyboard.press("Enter")
    expect(page.locator("[data-member]")).to_contain_text("نگار احمدی")
    expect(page.locator("[data-balance]")).to_contain_text("۲۰")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_what_is_typed_before_the_scripts_come_is_answered(
    open_page: NewPage, world: World
) -> None:
    page = open_page(viewport=TILL)
    log_in(page, world)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/build/*.js", hold)
    page.goto("/till/", wait_until="commit")
    page.locator("#bill_amount").fill("10000")
    assert held
    page.unroute("**/build/*.js")
    expect(page.locator("#confirm")).to_be_visible()


def test_a_lost_connection_is_said_and_the_purchase_is_recorded_once(
    chromium: Browser, site: str, world: World
) -> None:
    # Not by ``open_page``: htmx writes a lost connection into the console, rightly.
    context = chromium.new_context(base_url=site, viewport=TILL, service_workers="block")
    page = context.new_page()
    log_in(page, world)
    page.locator("#bill_amount").fill("10000")
    expect(page.locator("#confirm")).to_be_visible()
    page.route("**/till/bill/", lambda route: route.abort())
    page.locator("#confirm").click()
    expect(page.locator("#preview")).to_contain_text("ارتباط قطع است")
    page.unroute("**/till/bill/")
    page.locator("#confirm").click()
    expect(page.locator("[data-done]")).to_be_visible()
    assert Purchase.objects.filter(club=world.record).count() == 1
    context.close()
