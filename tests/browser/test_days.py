"""The days of those whom no other story tells: a friend of a member's, the accountant, and the
manager of one branch."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_portal import code_from_outbox, fits
from tests.world import PASSWORD, World, new_mobile
from vafa.club.models import Audit, Member
from vafa.core.text import to_persian_digits
from vafa.flows.imports.reading import open_table
from vafa.flows.invitations import invitation_code
from vafa.flows.referrals import settle_referrals
from vafa.program.models import Voucher
from vafa.program.rules.document import ReferralTerms

pytestmark = pytest.mark.browser
WIDE = {"width": 1280, "height": 800}


def log_in(page: Page, world: World, role: str) -> None:
    page.goto("/panel/login/")
    page.get_by_label("نام کاربری").fill(world.staff[role].user.username)
    page.get_by_label("گذرواژه").fill(PASSWORD)
    page.get_by_role("button", name="ورود").click()
    expect(page.get_by_role("navigation", name="اصلی")).to_be_visible()


def download(page: Page, label: str) -> Path:
    with page.expect_download() as coming:
        page.get_by_role("link", name=label, exact=True).click()
    return coming.value.path()


def test_a_friend_joins_by_a_members_link_and_redeems(world: World, open_page: NewPage) -> None:
    world.change_program(referral=ReferralTerms(is_on=True, waits_days=0))
    code, mobile = invitation_code(world.club, world.member.id), new_mobile()
    before = world.balance().available
    page = open_page()
    page.goto(reverse("site:invitation", args=[world.record.slug, code]))
    expect(page.get_by_text("مریم").first).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="عضو می‌شوم").click()
    typed = to_persian_digits("0" + mobile[3:])
    page.get_by_label("موبایل").fill(typed)
    page.get_by_role("button", name="کد را بفرستید").click()
    shown = f"{typed[:4]} {typed[4:7]} {typed[7:]}"
    page.get_by_label("شش رقمی که برایتان آمد").fill(code_from_outbox(page, shown))
    page.get_by_role("button", name="ورود", exact=True).click()
    page.get_by_label("نام").first.fill("سارا احمدی")
    page.get_by_role("button", name="عضو می‌شوم").click()
    expect(page.get_by_role("heading", name="سلام")).to_be_visible()

    friend = Member.objects.get(club=world.record, mobile=mobile)
    world.buy(8_000_000, member=("id", str(friend.pk)))
    settle_referrals(world.club)
    assert world.balance().available > before, "the inviter has her reward"
    page.get_by_role("link", name="جایزه‌ها").click()
    page.get_by_role("link", name="کد ۵۰ هزار تومانی").click()
    page.get_by_role("button", name="گرفتن جایزه").click()
    expect(page.get_by_text(Voucher.objects.get(member=friend).code)).to_be_visible()
    assert fits(page)


def test_the_accountant_takes_the_month_out(world: World, open_page: NewPage) -> None:
    world.buy(24_500_000)
    world.buy(5_500_000)
    page = open_page(viewport=WIDE, accept_downloads=True)
    log_in(page, world, "accountant")
    page.get_by_role("navigation", name="اصلی").get_by_role("link", name="گزارش‌ها").click()
    page.get_by_role("main").get_by_role("link", name=re.compile("^فروش")).first.click()
    sheet = download(page, "اکسل")
    numbers = [cell for row in open_table(sheet).rows() for cell in row.cells]
    assert 3_000_000 in numbers, "in toman, and a number"
    assert download(page, "PDF").read_bytes().startswith(b"%PDF")
    taken = Audit.objects.filter(club=world.record, action="report.exported")
    assert [row.actor for row in taken] == [world.actor("accountant").label] * 2


def test_the_manager_of_a_branch_is_kept_to_it(world: World, open_page: NewPage) -> None:
    world.hire_branch_manager()
    hers = world.buy(24_500_000, receipt_no="H-1").answer["purchase_id"]
    other = world.buy(9_900_000, receipt_no="O-1", branch="second").answer["purchase_id"]
    page = open_page(viewport=WIDE)
    log_in(page, world, "branch_manager")
    expect(page.get_by_role("heading", level=1, name=world.branch.name)).to_be_visible()
    ways = page.get_by_role("navigation", name="اصلی")
    expect(ways.get_by_role("link", name="اعضا")).to_have_count(0)
    ways.get_by_role("link", name="خرید و فاکتور").click()
    expect(page.get_by_text("H-1")).to_be_visible()
    expect(page.get_by_text("O-1")).to_have_count(0)
    for address, status in (
        (f"/panel/purchases/{hers}/", 200),
        (f"/panel/purchases/{other}/", 404),
        (f"/panel/members/{world.member.pk}/", 403),
        ("/panel/staff/", 403),
    ):
        answer = page.goto(address)
        assert answer is not None and answer.status == status, address
    page.goto(f"/panel/program/places/branch/{world.other_branch.pk}/")
    expect(page.get_by_role("button", name=re.compile("ذخیره"))).to_have_count(0)
