"""An owner sets her club up from an empty database, by its seven steps, to a member at the door."""

from __future__ import annotations

import re
import secrets

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import NewPage
from vafa.club.models import Club, Member
from vafa.config.setup_token import make_setup_token
from vafa.flows.verification import verify

pytestmark = pytest.mark.browser
WIDE = {"width": 1280, "height": 800}


def go_on(page: Page, heading: str) -> None:
    page.get_by_role("button", name=re.compile("^(ذخیره و )?ادامه$")).click()
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()


def test_from_the_first_link_to_an_open_club(database: None, open_page: NewPage) -> None:
    page, slug = open_page(viewport=WIDE), f"golestan-{secrets.token_hex(4)}"
    page.goto(f"/setup/{make_setup_token(settings.HOME)}/")
    page.get_by_label("نام باشگاه").fill("فروشگاه گلستان")
    page.get_by_label("نام کوتاه").fill(slug)
    page.get_by_label("نام کاربری شما").fill(slug)
    page.get_by_label("گذرواژهٔ شما").fill("a-good-passphrase-1")
    page.get_by_role("button", name="باز کردن باشگاه").click()

    expect(page.get_by_role("heading", level=1, name="هدف")).to_be_visible()
    told = page.locator("#told")
    page.get_by_label("مشتری تازه بیاید").check()
    expect(told).to_contain_text("چند نفر در ۹۰ روز عضو می‌شوند")
    assert violations(page) == []
    go_on(page, "گروه‌ها")
    expect(page.get_by_label("تازه‌واردها")).to_be_checked()
    page.get_by_label("نزدیک تولد").check()
    go_on(page, "چه می‌آورد")
    page.get_by_label("کافه: کارت مُهر").check()
    expect(told).to_contain_text("نوشیدنی")
    go_on(page, "عضویت")
    page.get_by_label("نه همه").check()
    page.get_by_label("تأیید شما").check()
    expect(told).to_contain_text("با درخواست")
    # The way is left, and taken up from the overview where it was.
    page.goto("/panel/")
    page.get_by_role("link", name="ادامه", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="عضویت")).to_be_visible()
    go_on(page, "گفت‌وگو")
    go_on(page, "کسب‌وکار")
    go_on(page, "آنچه می‌پرسید")
    go_on(page, "آیا باشگاه به این کسب‌وکار می‌آید؟")
    page.get_by_role("link", name="ادامه", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="چه انجام شده و چه مانده")).to_be_visible()
    page.get_by_role("button", name="راه‌اندازی تمام شد").click()
    expect(page.get_by_role("heading", level=1, name="نگاه")).to_be_visible()
    expect(page.get_by_text("باشگاه شما در حال راه‌اندازی است")).to_have_count(0)

    stranger = open_page()
    stranger.goto(f"/club/{slug}/")
    expect(stranger.get_by_role("heading", level=1, name="فروشگاه گلستان")).to_be_visible()
    assert violations(stranger) == []
    stranger.get_by_label("موبایل").fill("09121234567")
    stranger.get_by_role("button", name="ادامه").click()
    expect(stranger).to_have_url(re.compile("/portal/code/"))
    club = Club.objects.get(slug=slug)
    assert not Member.objects.filter(club=club).exists()
    assert verify(club.id) == []
