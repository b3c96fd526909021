"""A login in two steps, on a phone: set up from what the page shows, then used; and axe finds nothing."""

from __future__ import annotations

import re

import pyotp
import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import NewPage
from tests.browser.test_axe import DESK, LOOKS, STILL, broken, come_in
from tests.world import PASSWORD, World
from vafa.flows.number_changes import request_number_change

pytestmark = pytest.mark.browser


def test_she_sets_up_the_second_step_and_comes_in_with_it(world: World, open_page: NewPage) -> None:
    page = open_page()

    def password() -> None:
        page.goto("/panel/login/?next=/panel/account/")
        page.get_by_label("نام کاربری").fill(world.staff["owner"].user.username)
        page.get_by_label("گذرواژه").fill(PASSWORD)
        page.get_by_role("button", name="ورود").click()

    password()
    page.get_by_role("link", name="راه‌اندازی").last.click()
    key = re.sub(r"\s", "", page.locator("bdi.font-mono").inner_text())
    page.get_by_label("کد برنامهٔ شما").fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="روشن کردن").click()
    codes = page.locator("main li").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="نگه داشتم").click()
    expect(page.get_by_text("۱۰ کد بازیابی مانده است")).to_be_visible()

    page.context.clear_cookies()
    password()
    expect(page.get_by_role("heading", name="یک مرحلهٔ دیگر")).to_be_visible()
    assert violations(page) == []
    field = page.get_by_label("کد برنامهٔ شما")
    field.fill("000000")
    page.get_by_role("button", name="ورود").click()
    expect(page.get_by_text("کد درست نیست")).to_be_visible()
    field.fill(codes[0])
    page.get_by_role("button", name="ورود").click()
    expect(page.get_by_role("heading", name="حساب من")).to_be_visible()
    expect(page.get_by_text("۹ کد بازیابی مانده است").first).to_be_visible()


@LOOKS
def test_axe_finds_nothing(world: World, open_page: NewPage, lang: str, theme: str) -> None:
    request_number_change(
        world.club,
        member_id=world.member.pk,
        mobile="+989120000001",
        reason="گوشی گم شده",
        actor=world.actor("support"),
    )
    page = open_page(viewport=DESK, **STILL)
    come_in(page, world, "owner", lang, theme)
    cashier = world.staff["cashier"].pk
    paths = ("staff/", f"staff/{cashier}/", "staff/roles/new/?like=support", "account/")
    more = ("account/second-step/", "account/password/", "numbers/")
    assert broken(page, tuple(f"/panel/{path}" for path in (*paths, *more))) == {}
