"""An owner makes a badge and a rule that gives it, without typing code, and reads it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.test_panel import come_in, no_wider_than_the_screen
from tests.world import World

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 800}


def test_a_badge_is_made_and_given(world: World, open_page: NewPage) -> None:
    for size, name in ((DESK, "مشتری همیشگی"), (PHONE, "همسایه")):
        page = open_page(viewport=size)
        come_in(page, world)
        page.goto("/panel/program/happenings/")
        page.get_by_role("link", name="نشان تازه").click()
        page.get_by_label("نام فارسی").fill(name)
        assert no_wider_than_the_screen(page)
        page.get_by_role("button", name="ذخیره").click()
        page.goto("/panel/program/happenings/")
        expect(page.get_by_text(name).first).to_be_visible()
        assert no_wider_than_the_screen(page)
        page.goto("/panel/program/draft/rules/new/rule/")
        page.get_by_label("نام فارسی").fill(f"برای {name}")
        page.get_by_label("چه می‌دهد").select_option("badge")
        page.get_by_label("کدام", exact=True).select_option(label=name)
        sentence = f"نشان «{name}» برای هر خرید"
        expect(page.locator("[data-sentence]")).to_have_text(f"{sentence}.")
        assert no_wider_than_the_screen(page)
        page.get_by_role("button", name="ذخیره در پیش‌نویس").click()
        expect(page.get_by_text(sentence).first).to_be_visible()
