"""Axe finds nothing wrong (WCAG 2.2 AA) on the pages that people use, in both themes and languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import draws
from tests.architecture.access_stage import invited_to_household
from tests.architecture.access_subjects import household_invitation
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, NewPage
from tests.world import World
from vafa.club.actor import Actor
from vafa.flows.own_households import invite_to_household, start_household

pytestmark = pytest.mark.browser

DESK = {"width": 1280, "height": 800}
# What still fades in has less contrast than it will have.
STILL = {"reduced_motion": "reduce"}
LOOKS = pytest.mark.parametrize(("lang", "theme"), [("fa", "light"), ("en", "dark")])
PANEL = (
    *("", "members/", "purchases/", "program/", "program/draft/", "program/happenings/"),
    *("program/places/", "program/referrals/", "program/backtests/", "program/presets/"),
    *(
        "program/draft/rules/per-amount/",
        "program/draft/rules/new/rule/",
        "program/draft/tiers/new/",
    ),
    *("program/draft/budgets/new/", "rewards/", "rewards/new/", "codes/", "codes/new/"),
    *("orders/", "orders/new/", "invoices/", "sellers/", "fee/"),
    *("segments/", "segments/new/", "draws/", "draws/new/", "ledger/", "audit/", "keys/new/"),
    *("reports/", "reports/sales/", "reports/times/", "setup/gains/", "setup/membership/"),
    *("staff/", "staff/new/", "joining/", "terms/", "consents/", "imports/", "tasks/"),
)
PORTAL = ("", "card/", "rewards/", "history/", "profile/", "draws/", "invite/", "gift/", "orders/")


def come_in(page: Page, world: World, role: str, lang: str, theme: str) -> None:
    """With the session of that role, in these looks."""
    session = world.client(role).cookies["sessionid"].value
    cookies = {"sessionid": session, "vafa_lang": lang, "vafa_theme": theme}
    page.goto("/")
    for name, value in cookies.items():
        page.context.add_cookies([{"name": name, "value": value, "url": page.url}])


def broken(page: Page, paths: tuple[str, ...]) -> dict[str, list[str]]:
    """What axe finds, by path; nothing for those without a fault."""
    found = {}
    for path in paths:
        page.goto(path)
        page.locator("[data-chart]:not([data-drawn])").first.wait_for(state="detached")
        if wrong := violations(page):
            found[path] = wrong
    return found


@LOOKS
def test_the_panel(world: World, open_page: NewPage, lang: str, theme: str) -> None:
    world.furnish()
    draw = draws.drawn(world)
    # A history of several lines has links close above each other.
    for total in (2_500_000, 1_500_000, 3_000_000):
        world.buy(total)
    page = open_page(viewport=DESK, **STILL)
    come_in(page, world, "owner", lang, theme)
    member = f"members/{world.member.id}/"
    rows = (member, f"{member}history/", f"purchases/{world.bought}/", f"draws/{draw.id}/")
    more = (f"codes/{world.series_id}/", f"segments/{world.segment_id}/")
    page.goto("/ui/gallery")
    assert violations(page) == []
    assert broken(page, tuple(f"/panel/{path}" for path in (*PANEL, *rows, *more))) == {}


@LOOKS
def test_the_portal(world: World, open_page: NewPage, lang: str, theme: str) -> None:
    world.furnish()
    draws.running(world)
    page = open_page(viewport=PHONE, **STILL)
    come_in(page, world, "member", lang, theme)
    rows = (f"rewards/{world.rewards['voucher'].id}/", f"vouchers/{world.voucher_code}/")
    rows += ("offers/", f"purchases/{world.bought}/")
    assert broken(page, tuple(f"/portal/{path}" for path in (*PORTAL, *rows))) == {}


@LOOKS
def test_a_household_in_the_portal(world: World, open_page: NewPage, lang: str, theme: str) -> None:
    world.furnish()
    invited_to_household(world)
    page = open_page(viewport=PHONE, **STILL)
    come_in(page, world, "member", lang, theme)
    code = household_invitation(world)["code"]
    paths = ("/portal/household/", f"/portal/household/invitation/{code}/")
    assert broken(page, paths) == {}
    her = Actor("member", world.member.id, world.record.id)
    start_household(world.club, member_id=world.member.id, spenders="all", actor=her)
    invite_to_household(world.club, head_id=world.member.id, mobile=None, actor=her)
    page.goto("/portal/household/")
    for details in page.locator("main details").all():
        details.locator("summary").click()
    assert violations(page) == []


@LOOKS
def test_the_till_with_a_bill(world: World, open_page: NewPage, lang: str, theme: str) -> None:
    world.furnish()
    page = open_page(viewport=DESK, **STILL)
    come_in(page, world, "cashier", lang, theme)
    page.goto("/till/")
    page.locator("#who").fill("0" + str(world.member.mobile)[3:])
    page.keyboard.press("Enter")
    expect(page.locator("[data-member]")).to_be_visible()
    page.locator("#bill_amount").fill("245000")
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_enabled()
    assert violations(page) == []
    assert broken(page, ("/till/purchases/",)) == {}


@LOOKS
def test_pages_for_everybody(world: World, open_page: NewPage, lang: str, theme: str) -> None:
    draw = draws.drawn(world)
    page = open_page(viewport=PHONE, **STILL)
    page.goto("/")
    for name, value in (("vafa_lang", lang), ("vafa_theme", theme)):
        page.context.add_cookies([{"name": name, "value": value, "url": page.url}])
    club = f"/club/{world.record.slug}/"
    doors = ("/panel/login/", "/till/login/", f"/portal/{world.record.slug}/login/")
    public = (club, f"{club}draws/", f"{club}draws/{draw.id}/")
    assert broken(page, (*public, *doors)) == {}
