"""An owner asks something of her own of the members, and writes down what a member said."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.test_panel import come_in, no_wider_than_the_screen
from tests.world import World

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 800}


def test_an_attribute_is_made_and_filled_in(world: World, open_page: NewPage) -> None:
    for size, name in ((DESK, "حیوان خانگی"), (PHONE, "رنگ دلخواه")):
        page = open_page(viewport=size)
        come_in(page, world)
        page.goto("/panel/segments/")
        page.get_by_role("link", name="مشخصه‌های اعضا").click()
        page.get_by_role("link", name="مشخصهٔ تازه").click()
        page.get_by_label("نام", exact=True).fill(name)
        expect(page.get_by_label("گزینه‌ها")).to_be_hidden()
        page.get_by_label("نوع").select_option("choice")
        page.get_by_label("گزینه‌ها").fill("یکم\nدوم")
        assert no_wider_than_the_screen(page)
        page.get_by_role("button", name="ذخیره").click()
        expect(page.get_by_text(name).first).to_be_visible()
        assert no_wider_than_the_screen(page)
        page.goto(f"/panel/members/{world.member.id}/")
        page.get_by_role("link", name="تغییر مشخصه‌ها").click()
        page.get_by_label(name).select_option("دوم")
        assert no_wider_than_the_screen(page)
        page.get_by_role("button", name="ذخیره").click()
        expect(page.get_by_text(name, exact=True)).to_be_visible()
        expect(page.get_by_text("دوم").first).to_be_visible()
        assert no_wider_than_the_screen(page)
        page.goto("/panel/products/")
        assert no_wider_than_the_screen(page)
