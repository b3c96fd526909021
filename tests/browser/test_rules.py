"""An owner who has never seen the builder makes a rule by clicking, and it is what is counted."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.test_panel import come_in, no_wider_than_the_screen
from tests.program import Program
from tests.world import World, make_world
from vafa.core.clock import now
from vafa.insight.reads.revisions import read_draft

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 800}
SENTENCE = "پنجشنبه‌ها، امتیاز دو برابر در شعبهٔ اصفهان برای سطح نقره‌ای، حداکثر ۵۰۰ امتیاز در هفته"


def add(page: Page, kind: str) -> None:
    """Choose a condition from the menu, once its page has come."""
    page.get_by_text("شرط", exact=True).click()
    page.get_by_role("button", name=kind, exact=True).click()
    expect(page.get_by_role("heading", level=3, name=kind)).to_be_focused()


def make_the_rule(page: Page) -> None:
    """Double points on Thursdays in the Isfahan branch for silver members, at most 500 a week."""
    page.goto("/panel/program/")
    page.get_by_role("link", name="ویرایش", exact=True).first.click()
    page.get_by_role("link", name="قانون تازه").click()
    page.get_by_label("نام فارسی").fill("پنجشنبه‌های اصفهان")
    add(page, "روز هفته")
    page.get_by_role("checkbox", name="پنجشنبه").check()
    add(page, "شعبه")
    page.get_by_role("checkbox", name="شعبهٔ اصفهان").check()
    add(page, "سطح")
    page.get_by_role("checkbox", name="نقره‌ای").check()
    expect(page.get_by_role("checkbox", name="پنجشنبه")).to_be_checked()
    # Double is what the page begins with; another number is asked for only where it is wanted.
    expect(page.get_by_label("چند برابر")).to_have_value("200")
    expect(page.get_by_label("درصد امتیاز عادی")).to_be_hidden()
    page.get_by_role("button", name="سقف", exact=True).click()
    page.get_by_label("حداکثر").fill("۵۰۰")
    expect(page.get_by_label("در چه مدت")).to_have_value("week")
    expect(page.locator("[data-sentence]")).to_have_text(f"{SENTENCE}.")
    expect(page.locator("[data-example]")).to_contain_text(
        "در پنجشنبه از عضوی در سطح نقره‌ای: ۱۱۰ امتیاز؛ بدون این قانون ۶۰ امتیاز"
    )
    assert no_wider_than_the_screen(page)
    page.get_by_role("button", name="ذخیره در پیش‌نویس").click()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_rule_is_made_by_clicking_and_counts(
    database: None, open_page: NewPage, size: dict[str, int]
) -> None:
    world = make_world(branch_name="شعبهٔ اصفهان")
    page = open_page(viewport=size)
    come_in(page, world)
    make_the_rule(page)
    rule = page.locator("[data-rule=rule]")
    expect(rule).to_contain_text(SENTENCE)
    expect(rule.get_by_text("جدید")).to_be_visible()
    assert no_wider_than_the_screen(page)
    page.get_by_role("button", name="انتشار").click()
    expect(page.get_by_text(SENTENCE).first).to_be_visible()
    assert_it_counts(world)


def assert_it_counts(world: World) -> None:
    """What a silver member's bills earn on two Thursdays."""
    shop, buyer = Program(world.api_key()), world.enrol()
    thursday = last_thursday(world) - timedelta(weeks=1)

    def buys(day: date, total: int, branch: str = "main") -> int:
        at = datetime.combine(day, time(12), ZoneInfo("Asia/Tehran"))
        member = {"mobile": buyer.mobile}
        bill = {"branch": branch, "member": member, "total": total, "purchased_at": at.isoformat()}
        answer = shop.post("/purchases", bill, key=f"bill-{world.bought}-{world.record.id}")
        world.bought += 1
        assert answer.status_code == 201, answer.content
        return int(answer.json()["points"])

    assert buys(thursday - timedelta(days=1), 60_000_000) == 600
    assert buys(thursday - timedelta(days=1), 1_000_000) == 12
    assert buys(thursday, 20_000_000) == 200 + 40 + 200
    assert buys(thursday, 1_000_000, "second") == 12
    assert buys(thursday, 40_000_000) == 400 + 80 + 300
    assert buys(thursday, 1_000_000) == 12
    assert buys(thursday + timedelta(weeks=1), 1_000_000) == 10 + 2 + 10
    world.verify()


def last_thursday(world: World) -> date:
    today = world.club.local_date(now())
    return today - timedelta(days=(today.weekday() - 3) % 7 or 7)


def test_it_is_made_without_a_script_as_well(world: World, open_page: NewPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/panel/")
    from_login(page, world)
    page.goto("/panel/program/draft/rules/new/rule/")
    page.get_by_label("نام فارسی").fill("پنجشنبه‌ها")
    page.get_by_text("شرط", exact=True).click()
    page.get_by_role("button", name="روز هفته", exact=True).click()
    page.get_by_role("checkbox", name="پنجشنبه").check()
    page.get_by_label("چه پیش می‌آید").select_option("purchase")
    page.locator("#id_gives").select_option("per_item")
    page.get_by_role("button", name="نمایش خانه‌های لازم").click()
    expect(page.get_by_label("نام فارسی")).to_have_value("پنجشنبه‌ها")
    expect(page.get_by_role("checkbox", name="پنجشنبه")).to_be_checked()
    page.get_by_label("امتیاز", exact=True).fill("۲")
    page.get_by_role("button", name="ذخیره در پیش‌نویس").click()
    expect(page.locator("[data-rule=rule]")).to_contain_text("پنجشنبه‌ها، ۲ امتیاز برای هر عدد")


def test_by_keyboard_alone(world: World, open_page: NewPage) -> None:
    page = open_page(viewport=DESK)
    come_in(page, world)
    page.goto("/panel/program/draft/rules/new/rule/")
    page.get_by_label("نام فارسی").focus()
    page.keyboard.type("آخر هفته")
    page.get_by_text("شرط", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=3, name="روز هفته")).to_be_focused()
    # Behind the heading: the way to take it away, the comparison, the days.
    for _ in range(9):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="جمعه")).to_be_checked()
    expect(page.locator("[data-sentence]")).to_have_text("جمعه‌ها، امتیاز دو برابر.")
    page.get_by_role("button", name="ذخیره در پیش‌نویس").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-rule=rule]")).to_contain_text("جمعه‌ها، امتیاز دو برابر")


def test_a_ready_programme_becomes_the_draft(world: World, open_page: NewPage) -> None:
    for size in (DESK, PHONE):
        page = open_page(viewport=size)
        come_in(page, world)
        page.goto("/panel/program/draft/")
        page.get_by_role("link", name="شروع از یک برنامهٔ آماده").click()
        assert no_wider_than_the_screen(page)
        page.get_by_role("link", name="کافه: کارت مُهر").click()
        expect(page.locator("[data-lost]")).to_contain_text("نقره‌ای")
        page.get_by_label("برای کدام کالاها").select_option(label="لبنیات")
        page.get_by_role("button", name="این را پیش‌نویس کنید").click()
        expect(page.get_by_text("بگویید که پیش‌نویس جایگزین شود.")).to_be_visible()
        page.get_by_label("بله، پیش‌نویس جایگزین شود").check()
        assert no_wider_than_the_screen(page)
        page.get_by_role("button", name="این را پیش‌نویس کنید").click()
        expect(page.locator("[data-rule=stamp]")).to_contain_text("امتیاز برای هر عدد از لبنیات")
        draft = read_draft(world.club)
        assert draft is not None and draft.program.tiers == ()
        page.get_by_role("button", name="دور انداختن پیش‌نویس").click()
        page.get_by_role("dialog").get_by_role("button", name="دور انداختن پیش‌نویس").click()
        expect(page.get_by_role("dialog")).to_be_hidden()


def from_login(page: Page, world: World) -> None:
    """Log in where nothing but plain forms works."""
    page.get_by_label("نام کاربری").fill(world.staff["owner"].user.username)
    page.get_by_label("گذرواژه").fill("a-good-passphrase-1")
    page.get_by_role("button", name="ورود").click()
