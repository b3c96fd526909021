"""The pictures of the user guide: ``python -m tests.screenshots.guide [--address ...] [--only ...]``.

Beside a running demo (``vafa demo``), with the same VAFA_HOME, as ``tests.screenshots.take``. Writes
docs/guide/images/LANG/NAME.webp, small and always light, with a ring round what the text is about.
"""

from __future__ import annotations

import argparse
import base64
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import django
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.screenshots.poses import Pose, billed, served
from vafa.config.home import default_home
from vafa.web.shared.guide_files import LANGUAGES, SOURCE

_DESKTOP: ViewportSize = {"width": 1120, "height": 700}
_PHONE: ViewportSize = {"width": 390, "height": 760}
_QUALITY = 55
_RING = """(element) => {
  element.style.outline = "3px solid #F2B705";
  element.style.outlineOffset = "4px";
  element.style.borderRadius = "8px";
}"""
_STILL = "[data-chart]:not([data-drawn]), .htmx-request"


@dataclass(frozen=True)
class Picture:
    """What is seen: whose page, what she does there first, and what is ringed (CSS selectors)."""

    name: str
    address: str
    viewer: str
    marked: tuple[str, ...] = ()
    pose: Pose = lambda page: None
    size: ViewportSize | None = None


def pictures(member: int, purchase: int, mobile: str) -> Iterator[Picture]:
    """All of them; ``member`` and ``purchase`` are rows of the demo to look at."""

    def opened(page: Page) -> None:
        page.locator("#main a[href*='/till/purchases/']").nth(1).click()
        page.wait_for_load_state("networkidle")

    yield Picture("overview", "/panel/", "owner")
    yield Picture("accountant", "/panel/", "accountant")
    yield Picture("setup", "/panel/setup/aim/", "owner", ("#main form button[type=submit]",))
    yield Picture("posters", "/panel/joining/posters/", "owner")
    yield Picture("rewards", "/panel/rewards/", "owner", ("#main a[href$='/rewards/new/']",))
    yield Picture("members", "/panel/members/", "owner", ("header form, header [role=search]",))
    yield Picture("member", f"/panel/members/{member}/", "owner")
    yield Picture("adjust", f"/panel/members/{member}/adjust/", "owner")
    yield Picture("draft", "/panel/program/draft/", "owner")
    yield Picture("rule", "/panel/program/draft/rules/silver-isfahan/", "owner")
    yield Picture("purchase", f"/panel/purchases/{purchase}/", "owner", ("a[href$='/invoice/']",))
    yield Picture("import", "/panel/imports/new/", "owner")
    yield Picture("staff", "/panel/staff/new/", "owner")
    yield Picture("report", "/panel/reports/sales/", "owner")
    yield Picture("ledger", "/panel/ledger/", "accountant")
    yield Picture("till-member", "/till/", "cashier", pose=served(mobile))
    yield Picture("till-bill", "/till/", "cashier", ("#confirm",), billed(mobile))
    yield Picture("till-return", "/till/purchases/", "cashier", pose=opened)
    yield Picture("portal-home", "/portal/", "member", size=_PHONE)
    yield Picture("portal-card", "/portal/card/", "member", size=_PHONE)
    yield Picture("portal-rewards", "/portal/rewards/", "member", size=_PHONE)


def main(words: Sequence[str]) -> int:
    """Take what ``words`` (the command line) ask for."""
    parser = argparse.ArgumentParser(prog="tests.screenshots.guide")
    parser.add_argument("--address", default="http://127.0.0.1:8000", help="of the running demo")
    parser.add_argument("--only", default="", help="regular expression on names of pictures")
    asked = parser.parse_args(words)
    os.environ.setdefault("VAFA_HOME", f"{default_home()}-demo")
    os.environ.setdefault("VAFA_MODE", "demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vafa.config.settings")
    django.setup()
    _take_all(asked.address, asked.only)
    return 0


def _take_all(address: str, only: str) -> None:
    # Only now, since these need Django's settings.
    from tests.screenshots.camera import launch
    from tests.screenshots.club import demo_world
    from vafa.core.phones import display_mobile

    world = demo_world()
    mobile = re.sub(r"\D", "", display_mobile(str(world.member.mobile)))
    wanted = [
        one for one in pictures(world.member.id, world.bought, mobile) if re.search(only, one.name)
    ]
    sessions = {
        viewer: world.client(viewer).cookies["sessionid"].value
        for viewer in {one.viewer for one in wanted}
    }
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        for one in wanted:
            for lang in LANGUAGES:
                _take(browser, address, one, lang, sessions[one.viewer])
        browser.close()


def _take(browser: Browser, address: str, one: Picture, lang: str, session: str) -> None:
    context = browser.new_context(
        base_url=address, viewport=one.size or _DESKTOP, reduced_motion="reduce"
    )
    cookies = {"vafa_lang": lang, "vafa_theme": "light", "sessionid": session}
    context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies.items()])
    page = context.new_page()
    page.goto(one.address)
    one.pose(page)
    page.locator(_STILL).first.wait_for(state="detached")
    for selector in one.marked:
        page.locator(selector).first.evaluate(_RING)
    page.mouse.move(0, 0)
    target = SOURCE / "images" / lang / f"{one.name}.webp"
    target.parent.mkdir(parents=True, exist_ok=True)
    # Playwright itself writes no WebP, the smallest by far.
    taken = context.new_cdp_session(page).send(
        "Page.captureScreenshot", {"format": "webp", "quality": _QUALITY}
    )
    target.write_bytes(base64.b64decode(taken["data"]))
    print(f"{lang} {one.name}: {target.stat().st_size // 1024} kB", flush=True)  # noqa: T201
    context.close()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
