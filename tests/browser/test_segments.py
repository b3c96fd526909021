"""An owner who has never seen it describes a segment by clicking, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.test_panel import come_in, no_wider_than_the_screen
from tests.world import World

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 800}


def test_a_segment_is_described_by_clicking(world: World, open_page: NewPage) -> None:
    for name in ("نرگس", "لاله"):
        member = world.enrol(name=name)
        for _ in range(3 if name == "نرگس" else 1):
            world.buy(1_000_000, member=("id", str(member.id)))
    for size in (DESK, PHONE):
        page = open_page(viewport=size)
        come_in(page, world)
        page.goto("/panel/segments/new/")
        page.get_by_label("نام فارسی").fill("وفاداران")
        page.get_by_label("در چند روز گذشته").fill("۹۰")
        page.get_by_label("مقدار").fill("۳")
        preview = page.locator("#preview")
        expect(preview).to_contain_text("در ۹۰ روز گذشته دست‌کم ۳ خرید کرده‌اند")
        expect(preview).to_contain_text("۱ عضو")
        expect(preview).to_contain_text("نرگس")
        page.get_by_role("button", name="شرط", exact=True).click()
        page.get_by_label("ویژگی").nth(1).select_option("program.tier")
        page.get_by_role("checkbox", name="برنزی").check()
        expect(preview).to_contain_text("و سطحشان برنزی است")
        page.get_by_role("button", name="دستهٔ شرط‌ها").click()
        page.get_by_label("ویژگی").nth(2).select_option("club.joined_on")
        expect(page.get_by_label("مقایسه").nth(2)).to_contain_text("از این روز به بعد")
        page.get_by_label("مقایسه").nth(2).select_option("between")
        expect(page.get_by_label("از", exact=True)).to_be_visible()
        expect(page.get_by_label("مقدار")).to_have_value("۳")
        assert no_wider_than_the_screen(page)
        page.get_by_role("button", name="برداشتن دسته").click()
        expect(page.get_by_label("ویژگی")).to_have_count(2)
        page.get_by_role("button", name="ذخیره").click()
        expect(page.get_by_text("گروه ذخیره شد.").first).to_be_visible()
        assert no_wider_than_the_screen(page)
        page.get_by_role("link", name="دیدن همه").click()
        expect(page.get_by_text("نرگس").first).to_be_visible()
        expect(page.get_by_text("لاله")).to_have_count(0)
        page.goto("/panel/segments/")
        expect(page.get_by_role("link", name="۱", exact=True).first).to_be_visible()
        assert no_wider_than_the_screen(page)
