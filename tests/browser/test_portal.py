"""A member's evening with her phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.world import World
from vafa.core.text import to_persian_digits
from vafa.program.models import Voucher

pytestmark = pytest.mark.browser


def code_from_outbox(page: Page, mobile: str) -> str:
    """The latest code that the outbox shows for a mobile, as shown there."""
    outbox = page.context.new_page()
    outbox.goto("/outbox/")
    text = outbox.locator("li", has_text=mobile).first.inner_text()
    outbox.close()
    found = re.search(r"\b\d{6}\b", text)
    assert found, text
    return found[0]


def fits(page: Page) -> bool:
    """Whether nothing sticks out of the phone at the side."""
    fits = page.locator("main").first
    return bool(fits.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))


def come_in(page: Page, world: World) -> None:
    mobile = "0" + str(world.member.mobile)[3:]
    page.goto(f"/club/{world.record.slug}/")
    mobile = to_persian_digits(mobile)
    page.get_by_label("موبایل").fill(mobile)
    page.get_by_role("button", name="ادامه").click()
    shown = f"{mobile[:4]} {mobile[4:7]} {mobile[7:]}"
    page.get_by_label("شش رقمی که برایتان آمد").fill(code_from_outbox(page, shown))
    page.get_by_role("button", name="ورود", exact=True).click()
    expect(page.get_by_role("heading", name="سلام")).to_be_visible()


def test_she_looks_redeems_and_reads_why(world: World, open_page: NewPage) -> None:
    world.buy(8_000_000, receipt_no="K-1")
    page = open_page()
    come_in(page, world)
    expect(page.locator(".figure").first).to_contain_text("۱۰۰")
    assert fits(page)

    page.get_by_role("link", name="جایزه‌ها").click()
    page.get_by_role("link", name="کد ۵۰ هزار تومانی").click()
    page.get_by_role("button", name="گرفتن جایزه با ۵۰ امتیاز").dblclick()
    expect(page.get_by_role("heading", name="کد ۵۰ هزار تومانی")).to_be_visible()
    voucher = Voucher.objects.get(member=world.member)
    expect(page.get_by_text(voucher.code)).to_be_visible()
    assert world.balance().available == 50
    assert fits(page)

    page.get_by_role("link", name="تاریخچه").click()
    expect(page.get_by_text("۵۰ امتیاز برای جایزهٔ «کد ۵۰ هزار تومانی»")).to_be_visible()
    expect(page.get_by_text("یک امتیاز برای هر ۱۰٬۰۰۰ تومان")).to_be_visible()
    assert fits(page)


def test_her_card_stays_white_in_the_dark(world: World, open_page: NewPage) -> None:
    page = open_page(color_scheme="dark")
    come_in(page, world)
    page.get_by_role("link", name="کارت", exact=True).click()
    code = page.get_by_role("img", name="کارت شما به صورت رمزینه")
    expect(code).to_be_visible()
    ground = code.evaluate("e => getComputedStyle(e.closest('[data-card]')).backgroundColor")
    body = page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert ground == "rgb(255, 255, 255)"
    assert body != ground


def test_a_voucher_can_be_copied(world: World, open_page: NewPage) -> None:
    world.buy(8_000_000)
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    come_in(page, world)
    page.get_by_role("link", name="کد ۵۰ هزار تومانی").click()
    page.get_by_role("button", name="گرفتن جایزه").click()
    page.get_by_role("button", name="کپی").click()
    copied = page.evaluate("navigator.clipboard.readText()")

    assert copied == Voucher.objects.get(member=world.member).code


def test_language_and_the_way_out(world: World, open_page: NewPage) -> None:
    page = open_page()
    come_in(page, world)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    page.get_by_role("link", name="Profile").click()
    page.get_by_role("button", name="Log out").click()
    page.goto("/portal/")

    assert "/login/" in page.url


def test_her_card_opens_without_a_line(world: World, open_page: NewPage) -> None:
    world.buy(8_000_000, receipt_no="K-2")
    page = open_page(service_workers="allow")
    come_in(page, world)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    # Nothing stays on the phone before she says so.
    page.context.set_offline(True)
    page.goto("/portal/card/")
    expect(page.get_by_role("heading", name="اینترنت وصل نیست")).to_be_visible()
    expect(page.get_by_text("در صندوق شمارهٔ موبایلتان کافی است")).to_be_visible()
    page.context.set_offline(False)

    page.goto("/portal/card/")
    digits = page.locator("[data-card]").get_attribute("data-groups")
    page.get_by_label("کارت من روی این گوشی بماند").check()
    page.goto("/portal/")
    page.context.set_offline(True)
    page.goto("/portal/rewards/")
    expect(page.get_by_text(str(digits))).to_be_visible()
    expect(page.locator("[data-kept-qr] svg")).to_be_visible()
    expect(page.locator("[data-kept-points]")).to_contain_text("۱۰۰")
    assert fits(page)

    page.context.set_offline(False)
    page.goto("/portal/profile/")
    page.get_by_role("button", name="خروج", exact=True).last.click()
    page.context.set_offline(True)
    page.goto("/portal/card/")
    expect(page.get_by_text("در صندوق شمارهٔ موبایلتان کافی است")).to_be_visible()
    expect(page.get_by_text(str(digits))).to_be_hidden()
