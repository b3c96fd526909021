"""The owner at work: figures, a member beside the list, a rule published, on wide and small screens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.world import PASSWORD, World
from vafa.club.actions.clubs import create_branch
from vafa.club.models import Branch
from vafa.core.clock import now

pytestmark = pytest.mark.browser
WIDE = {"width": 1600, "height": 900}


def come_in(page: Page, world: World) -> None:
    page.goto("/panel/")
    page.get_by_label("نام کاربری").fill(world.staff["owner"].user.username)
    page.get_by_label("گذرواژه").fill(PASSWORD)
    page.get_by_role("button", name="ورود").click()
    expect(page.get_by_role("heading", level=1, name="نگاه")).to_be_visible()


def no_wider_than_the_screen(page: Page) -> bool:
    # Asked of a part of the page, so that a page which is just coming is waited for.
    fits = page.locator("main").first
    return bool(fits.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_a_phones_chart_names_every_one_of_a_few_branches(
    world: World, open_page: NewPage, site: str, lang: str
) -> None:
    names = ("رواق چهارباغ", "رواق آنلاین", "رواق ولیعصر")
    branches = (world.branch, world.other_branch)
    for branch, name in zip(branches, names, strict=False):
        Branch.objects.filter(pk=branch.pk).update(name=name)
    create_branch(world.branch.merchant, code="third", name=names[2])
    for code in (world.branch.code, "second", "third"):
        world.buy(1_000_000, branch=code, purchased_at=now() - timedelta(days=1))
    page = open_page(viewport={"width": 390, "height": 844})
    come_in(page, world)
    page.context.add_cookies([{"name": "vafa_lang", "value": lang, "url": site}])
    page.goto("/panel/reports/branches/")

    for name in names:
        expect(page.locator("[data-chart] svg text").filter(has_text=name)).to_have_count(1)


def test_from_a_figure_to_a_member_beside_the_list(world: World, open_page: NewPage) -> None:
    world.enrol(name="پریسا گلستانی")
    world.buy(24_500_000)
    page = open_page(viewport=WIDE)
    come_in(page, world)
    expect(page.locator("[data-chart] svg").first).to_be_visible()
    page.get_by_label("بازه").select_option("year")
    expect(page).to_have_url(re.compile("period=year"))

    page.get_by_role("link", name="۱", exact=True).first.click()
    expect(page).to_have_url(re.compile(r"/panel/purchases/\?from="))
    page.get_by_role("navigation", name="اصلی").get_by_role("link", name="اعضا").click()
    expect(page.get_by_role("heading", level=1, name="اعضا")).to_be_visible()
    search = page.get_by_role("searchbox")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    search.press_sequentially("رضائي")
    expect(page.get_by_role("status").filter(has_text="۱ عضو")).to_be_visible()
    page.get_by_role("link", name=world.member.name).click()
    beside = page.locator("#beside")
    expect(beside.get_by_role("heading", name=world.member.name)).to_be_visible()
    expect(beside).to_contain_text("۲۴۵ امتیاز برای خرید، یک امتیاز برای هر ۱۰٬۰۰۰ تومان")
    expect(page.get_by_role("heading", level=1, name="اعضا")).to_be_visible()
    page.keyboard.press("Escape")
    expect(beside).to_be_empty()
    page.get_by_role("link", name="خرید", exact=True).click()
    expect(page).to_have_url(re.compile("sort=spent"))
    search.fill("گلستانی")
    expect(page.get_by_role("link", name="پریسا گلستانی")).to_be_visible()
    # The sorting stays while one searches.
    expect(page).to_have_url(re.compile("sort=spent"))


def test_everything_is_found_from_the_keyboard_alone(world: World, open_page: NewPage) -> None:
    page = open_page(viewport=WIDE)
    come_in(page, world)
    page.keyboard.press("/")
    finder = page.get_by_role("combobox", name="جست‌وجو")
    expect(finder).to_be_focused()
    page.keyboard.type("مري")
    answers = page.get_by_role("listbox", name="جست‌وجو")
    expect(answers.get_by_role("option", name=world.member.name)).to_be_visible()
    expect(finder).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(answers).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(answers.get_by_role("option", selected=True)).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=world.member.name)).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("قرعه")
    expect(answers.get_by_role("option", name="قرعه‌کشی‌ها")).to_be_visible()
    page.keyboard.press("Enter")  # without a choice: everything on a page of its own
    expect(page).to_have_url(re.compile(r"/panel/search/\?q="))
    expect(page.get_by_role("main").get_by_role("link", name="قرعه‌کشی‌ها")).to_be_visible()


def test_a_rule_is_written_and_published(world: World, open_page: NewPage) -> None:
    page = open_page(viewport=WIDE)
    come_in(page, world)
    page.goto("/panel/program/draft/")
    page.get_by_role("link", name="امتیاز چند برابر").click()
    page.get_by_label("نام فارسی").fill("پنجشنبهٔ دو برابر")
    page.get_by_label("پنجشنبه").check()
    page.get_by_role("button", name="ذخیره در پیش‌نویس").click()
    expect(page.get_by_text("پنجشنبه‌ها، امتیاز دو برابر").first).to_be_visible()
    page.get_by_label("یادداشت").fill("برای آخر هفته")
    page.get_by_role("button", name="انتشار").click()
    expect(page.get_by_text("نسخهٔ ۲ منتشر شد و برقرار است.").first).to_be_visible()
    expect(page.get_by_text("پنجشنبهٔ دو برابر")).to_be_visible()


def test_every_page_fits_a_phone(world: World, open_page: NewPage) -> None:
    bought = world.buy(24_500_000)
    page = open_page()
    come_in(page, world)
    for path in (
        *("", "members/", f"members/{world.member.id}/", "purchases/", "returns/", "points/"),
        *(f"purchases/{bought.answer['purchase_id']}/", "program/", "program/draft/"),
        *("program/revisions/", "rewards/", "rewards/new/", "products/", "branches/"),
        *("staff/", "staff/new/", "keys/", "keys/new/"),
    ):
        page.goto(f"/panel/{path}")
        assert no_wider_than_the_screen(page), path
