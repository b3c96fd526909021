"""Make docs/images/*.png from a running demo: ``python scripts/screenshots.py [ADDRESS]``.

Needs Debian's chromium, and a demo that shows its outbox (``make run``). Nothing is recorded: the
bill at the till is typed, previewed, and left.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parents[1] / "docs" / "images"
PASSWORD = "vafa-demo"  # noqa: S105  # the demo's, known to everyone
MOBILE = "09120001234"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> None:
    """One picture after another, each in both languages, the English ones dark."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for lang, theme in (("fa", "light"), ("en", "dark")):
            camera = Camera(browser, address, lang, theme)
            camera.take("panel", DESKTOP, panel)
            camera.take("member", DESKTOP, member)
            camera.take("till", DESKTOP, till)
            camera.take("portal", PHONE, portal)
        browser.close()


class Camera:
    """Takes pictures in one language and theme."""

    def __init__(self, browser: Browser, address: str, lang: str, theme: str) -> None:
        self.browser, self.address, self.lang, self.theme = browser, address, lang, theme

    def take(self, name: str, size: dict[str, int], pose: Callable[[Page], None]) -> None:
        """Open a fresh browser, let ``pose`` prepare the page, and write ``name``-``lang``.png."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": size["width"], "height": size["height"]},
            reduced_motion="reduce",
        )
        for cookie, value in (("vafa_lang", self.lang), ("vafa_theme", self.theme)):
            context.add_cookies([{"name": cookie, "value": value, "url": self.address}])
        page = context.new_page()
        pose(page)
        page.wait_for_load_state("networkidle")
        path = IMAGES / f"{name}-{self.lang}.png"
        page.screenshot(path=path)
        context.close()
        print(f"{path.name}: {path.stat().st_size // 1024} kB")  # noqa: T201


def panel(page: Page) -> None:
    """The owner's dashboard."""
    log_in(page, "/panel/", "owner")
    page.locator("[data-chart] svg").first.wait_for()


def member(page: Page) -> None:
    """One member's page in the panel."""
    log_in(page, f"/panel/members/?q={MOBILE}", "owner")
    link = page.locator("tr.link-row a").first
    page.goto(link.get_attribute("href") or "")


def till(page: Page) -> None:
    """A bill that is about to be confirmed."""
    log_in(page, "/till/", "cashier")
    page.locator("#who").fill(MOBILE)
    page.keyboard.press("Enter")
    page.locator("#bill_amount").fill("1640000")
    page.keyboard.press("Enter")
    page.locator("#confirm:not([disabled])").wait_for()


def portal(page: Page) -> None:
    """The member's first page, after the code that came to the outbox."""
    page.goto("/portal/login/")
    page.locator("[name=mobile]").fill(MOBILE)
    page.keyboard.press("Enter")
    page.locator("[name=code]").wait_for()
    outbox = page.context.new_page()
    outbox.goto("/outbox/")
    code = re.search(r"\d{6}", outbox.locator("[data-text]").first.inner_text())
    outbox.close()
    if code is None:
        raise SystemExit("the outbox has no code")
    page.locator("[name=code]").fill(code[0])
    page.keyboard.press("Enter")
    page.locator(".figure").first.wait_for()


def log_in(page: Page, path: str, username: str) -> None:
    """Come to ``path`` as one of the demo's staff."""
    page.goto(path)
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(path)


if __name__ == "__main__":
    main()
