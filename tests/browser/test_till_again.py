"""A session ends in the middle of a sale, buttons are pressed twice: nothing lost, nothing twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.test_till import TILL, NewPage, log_in, national
from tests.world import PASSWORD, World
from vafa.commerce.models import Purchase, Return

pytestmark = pytest.mark.browser


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
    page = open_page(viewport=TILL)
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
