"""Chances for points in the browser: the owner offers them, a member takes them on her phone and
gives them up."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import draws
from tests.browser.conftest import NewPage
from tests.browser.test_panel import come_in as owner_comes_in
from tests.browser.test_portal import come_in, fits
from tests.world import World

pytestmark = pytest.mark.browser


def test_from_the_form_to_the_draw_and_back(world: World, open_page: NewPage) -> None:
    draw = draws.running(world)
    panel = open_page(viewport={"width": 1280, "height": 800})
    owner_comes_in(panel, world)
    panel.goto("/panel/rewards/new/")
    count = panel.get_by_label("چند شانس")
    expect(count).to_be_hidden()
    panel.get_by_label("نوع").select_option("chances")
    expect(panel.get_by_label("مبلغ", exact=True)).to_be_hidden()
    panel.get_by_label("نام فارسی").fill("سه شانس")
    panel.get_by_label("قیمت به امتیاز").fill("۱۰")
    count.fill("۳")
    panel.get_by_label("در کدام قرعه‌کشی").select_option(str(draw.id))
    panel.get_by_role("button", name="ذخیره").click()
    expect(panel.get_by_text("۳ شانس در «قرعه‌کشی پاییز»")).to_be_visible()

    page = open_page()
    come_in(page, world)
    page.goto("/portal/rewards/")
    page.get_by_role("link", name="سه شانس").click()
    page.get_by_role("button", name="گرفتن جایزه با ۱۰ امتیاز").click()
    expect(page.get_by_text("این شانس‌ها برای شما ثبت شد")).to_be_visible()
    assert fits(page)
    page.get_by_text("پس دادن جایزه و برگشت امتیاز").click()
    page.get_by_role("button", name="بله، پس می‌دهم").click()
    expect(page.get_by_text("۱۰ امتیاز به شما برگشت")).to_be_visible()
    world.verify()
