"""Takes pictures of pages in eight looks: two languages, two themes, phone and desktop."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    ViewportSize,
)
from playwright.sync_api import (
    Error as BrowserError,
)

from tests.browser.axe import violations
from tests.screenshots.faults import look
from tests.screenshots.pages import Shot

LANGS, THEMES = ("fa", "en"), ("light", "dark")
SIZES: Mapping[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1280, "height": 800},
}
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
_UNREADY = "[data-chart]:not([data-drawn]), .htmx-request"
_PATIENCE = 8_000


@dataclass
class Camera:
    """Pictures of the product at ``address`` into the folder ``out``; ``sessions`` has a session's
    key for each viewer. ``faults`` names the pictures that something is wrong with, and what."""

    browser: Browser
    address: str
    out: Path
    sessions: Mapping[str, str]
    langs: tuple[str, ...] = LANGS
    themes: tuple[str, ...] = THEMES
    sizes: tuple[str, ...] = tuple(SIZES)
    asks_axe: bool = False
    faults: dict[str, list[str]] = field(default_factory=dict)
    _contexts: dict[tuple[str, str, str], BrowserContext] = field(default_factory=dict)

    def is_page(self, shot: Shot) -> bool:
        """Whether there is a page of its own: not a file, a part of a page, or a way elsewhere."""
        context = self._context(shot.viewer, self.langs[0], self.themes[0])
        answer = context.request.get(shot.address, max_redirects=0)
        if answer.status >= 300:
            return answer.status >= 400
        is_html = answer.headers.get("content-type", "").startswith("text/html")
        return is_html and "<html" in answer.text()[:500]

    def take(self, shot: Shot) -> list[Path]:
        """All looks of one page; the pictures in the order of ``looks``."""
        taken: list[Path] = []
        langs = [lang for lang in self.langs if shot.lang in ("", lang)]
        for lang, theme in product(langs, self.themes):
            page = self._context(shot.viewer, lang, theme).new_page()
            try:
                taken += self._sizes(shot, page, lang, theme)
            finally:
                page.close()
        return taken

    def close(self) -> None:
        """Close the browser's profiles."""
        for context in self._contexts.values():
            context.close()

    def _sizes(self, shot: Shot, page: Page, lang: str, theme: str) -> Iterator[Path]:
        complaints: list[str] = []

        def heard(message: ConsoleMessage) -> None:
            if message.type == "error":
                complaints.append(f"console: {message.text}")

        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.set_viewport_size(SIZES[self.sizes[0]])
        answer = page.goto(shot.address)
        if answer is not None and answer.status >= 400 and not shot.refuses:
            complaints.append(f"answered {answer.status}")
        for number, size in enumerate(self.sizes):
            page.set_viewport_size(SIZES[size])
            found = [*_ready(page, shot if number == 0 else None), *look(page, lang)]
            if self.asks_axe:
                found += [f"axe: {broken}" for broken in violations(page)]
            path = self.out / f"{shot.name}_{lang}_{size}_{theme}.png"
            # What is fixed to the window would else lie in the middle of a page scrolled down.
            page.evaluate("window.scrollTo(0, 0)")
            page.screenshot(path=path, full_page=True)
            yield path
            found += complaints if number == 0 and not shot.refuses else []
            if found:
                self.faults[path.stem] = found

    def _context(self, viewer: str, lang: str, theme: str) -> BrowserContext:
        key = (viewer, lang, theme)
        if key not in self._contexts:
            context = self.browser.new_context(base_url=self.address, reduced_motion="reduce")
            cookies = {"vafa_lang": lang, "vafa_theme": theme}
            if viewer:
                cookies["sessionid"] = self.sessions[viewer]
            for name, value in cookies.items():
                context.add_cookies([{"name": name, "value": value, "url": self.address}])
            self._contexts[key] = context
        return self._contexts[key]


def launch(chromium: BrowserType) -> Browser:
    """Debian's Chromium where there is one, else Playwright's own."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    return chromium.launch(executable_path=path, args=_FLAGS)


def _ready(page: Page, posed: Shot | None) -> Iterator[str]:
    """Pose, and wait until everything is drawn; what did not come to an end is a fault."""
    try:
        if posed is not None and posed.pose is not None:
            posed.pose(page)
        page.locator(_UNREADY).first.wait_for(state="detached", timeout=_PATIENCE)
    except BrowserError as error:
        yield f"not ready: {str(error).splitlines()[0]}"
