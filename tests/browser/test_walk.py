"""One day of a club: the cashier sells, the member redeems, the cashier takes the voucher, the
owner sees it all."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.test_portal import come_in
from tests.browser.test_till import TILL, log_in, national
from tests.world import PASSWORD, World
from vafa.commerce.models import Purchase
from vafa.program.models import Voucher

pytestmark = pytest.mark.browser


def test_till_portal_redemption_panel(open_page: NewPage, world: World) -> None:
    till = open_page(viewport=TILL)
    log_in(till, world)
    till.locator("#who").fill(national(world))
    till.keyboard.press("Enter")
    expect(till.locator("#bill_amount")).to_be_focused()
    till.keyboard.type("800000")
    till.keyboard.press("Enter")
    expect(till.locator("#confirm")).to_have_text(re.compile("۸۰ امتیاز"))
    till.keyboard.press("Enter")
    expect(till.locator("[data-done]")).to_contain_text("۱۰۰ امتیاز")
    till.keyboard.press("Escape")

    portal = open_page()
    come_in(portal, world)
    expect(portal.locator(".figure").first).to_contain_text("۱۰۰")
    portal.get_by_role("link", name="جایزه‌ها").click()
    portal.get_by_role("link", name="کد ۵۰ هزار تومانی").click()
    portal.get_by_role("button", name="گرفتن جایزه با ۵۰ امتیاز").click()
    voucher_shown = portal.get_by_role("heading", name="کد ۵۰ هزار تومانی")
    expect(voucher_shown).to_be_visible()
    code = Voucher.objects.get(member=world.member).code
    portal.get_by_role("link", name="تاریخچه").click()
    expect(portal.get_by_text("۵۰ امتیاز برای جایزهٔ «کد ۵۰ هزار تومانی»")).to_be_visible()

    till.locator("#who").fill(national(world))
    till.keyboard.press("Enter")
    expect(till.locator("#bill_amount")).to_be_focused()
    till.keyboard.type("200000")
    till.locator("#bill_voucher").fill(code)
    till.keyboard.press("Enter")
    expect(till.locator("[data-to-pay]")).to_contain_text("۱۵۰٬۰۰۰")
    till.locator("#confirm").click()
    expect(till.locator("[data-done]")).to_contain_text("۶۵ امتیاز")
    sold = Purchase.objects.filter(club=world.record).order_by("id")
    assert [(p.total, p.discount) for p in sold] == [(8_000_000, 0), (2_000_000, 500_000)]

    panel = open_page(viewport={"width": 1280, "height": 800})
    panel.goto("/panel/")
    panel.locator("[name=username]").fill(world.staff["owner"].user.username)
    panel.locator("[name=password]").fill(PASSWORD)
    panel.keyboard.press("Enter")
    expect(panel.get_by_role("heading", name="نگاه")).to_be_visible()
    expect(panel.get_by_text("۱٬۰۰۰٬۰۰۰").first).to_be_attached()
    panel.goto(f"/panel/members/{world.member.id}/")
    expect(panel.get_by_text("۶۵ امتیاز", exact=True).first).to_be_visible()
    expect(panel.get_by_text("۱۵ امتیاز برای خرید").first).to_be_visible()
    assert world.balance().available == 65
