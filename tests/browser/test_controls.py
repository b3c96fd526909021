"""The controls in a real browser: keyboard, both languages, our own content policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.urls("vafa.web.shared.tests.urls")]


@pytest.fixture
def address() -> Iterator[str]:
    """A server of the gallery alone, which needs no database."""
    server = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={})
    server.daemon = True
    server.start()
    server.is_ready.wait()
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


@pytest.fixture(params=["fa", "en"])
def gallery(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Page]:
    """The gallery in each language; fails when the browser complains of anything."""
    complaints: list[str] = []
    page = chromium.new_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.context.add_cookies([{"name": "vafa_lang", "value": request.param, "url": address}])
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/ui/gallery")
    page.wait_for_selector("[data-drawn]")
    yield page
    page.context.close()
    assert complaints == []


def lang(page: Page) -> str:
    return str(page.evaluate("document.documentElement.lang"))


def focused_label(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


def test_the_controls_work_from_the_keyboard(gallery: Page) -> None:
    persian = lang(gallery) == "fa"

    gallery.click("#id_amount")
    gallery.keyboard.type("1234567")
    gallery.keyboard.press("ArrowLeft")
    gallery.keyboard.press("ArrowLeft")
    gallery.keyboard.type("9")
    assert gallery.input_value("#id_amount") == ("۱۲٬۳۴۵٬۹۶۷" if persian else "12,345,967")

    day = gallery.locator("[x-data=datePicker]")
    gallery.fill("#id_day", "1403/12/29")
    gallery.keyboard.press("Tab")
    assert gallery.input_value("input[name=day]") == "2025-03-19"
    day.get_by_role("button").first.click()
    expect(day.locator("[data-iso]:focus")).to_be_visible()
    assert focused_label(gallery) == ("۲۹ اسفند ۱۴۰۳" if persian else "19 March 2025")
    gallery.keyboard.press("ArrowLeft" if persian else "ArrowRight")
    expect(day.locator("[data-iso='2025-03-20']")).to_be_focused()
    gallery.keyboard.press("Enter")
    assert gallery.input_value("input[name=day]") == "2025-03-20"
    assert gallery.input_value("#id_day") == ("۱۴۰۳/۱۲/۳۰" if persian else "2025-03-20")

    for key in ("1", "000", "back"):
        gallery.click(f"[data-key='{key}']")
    assert gallery.input_value("#id_count") == ("۱۰۰" if persian else "100")

    gallery.evaluate("document.activeElement.blur()")
    gallery.keyboard.press("/")
    assert gallery.evaluate("document.activeElement.role") == "combobox"


def test_the_theme_changes_at_once_and_stays(gallery: Page) -> None:
    gallery.click("[data-theme-form] button")
    gallery.click("[data-theme-form] button")
    assert gallery.evaluate("document.documentElement.dataset.theme") == "vafa-dark"
    gallery.reload()
    assert gallery.evaluate("document.documentElement.dataset.theme") == "vafa-dark"
    gallery.click("[data-theme-form] button")
    assert gallery.evaluate("document.documentElement.dataset.theme ?? 'system'") == "system"


def test_no_phone_has_to_scroll_sideways(gallery: Page) -> None:
    assert gallery.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_toast_appears_and_can_be_closed(gallery: Page) -> None:
    gallery.evaluate(
        "document.body.dispatchEvent(new CustomEvent('toast',"
        " {detail: {text: '<b>x</b>', level: 'error'}}))"
    )
    toast = gallery.locator(".toast .alert")
    assert toast.inner_text().strip() == "<b>x</b>"
    toast.get_by_role("button").click()
    assert toast.count() == 0
