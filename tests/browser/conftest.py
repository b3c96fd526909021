"""A real Chromium in front of the real product, on a free port."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

# Playwright keeps an event loop in this thread, in which the stories also read the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PHONE = {"width": 390, "height": 844}
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NewPage = Callable[..., Page]


def launch(chromium: BrowserType, *flags: str) -> Browser:
    """Debian's Chromium with ``flags`` besides the usual ones."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "install Debian's chromium to run the browser tests"
    return chromium.launch(executable_path=path, args=[*_FLAGS, *flags])


@pytest.fixture(scope="session")
def site(database: None) -> Iterator[str]:
    """The address of the running product."""
    server = LiveServer("127.0.0.1:0")
    try:
        yield server.url
    finally:
        server.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the session."""
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        yield browser
        browser.close()
        # Within Playwright's loop Django keeps another connection than outside; none else closes it.
        connection.close()


# What is no fault: an answer of 4xx, which pages give on purpose, and a request that its page took back
# itself (hx-sync). htmx says ``afterRequest`` before it says how a request ended: one that the line or
# the server broke is told by ``sendError``, ``timeout`` or the browser, and those are complaints.
_NO_FAULT = (
    "Failed to load resource: the server responded with a status of 4",
    "htmx:afterRequest",
    "htmx:sendAbort",
)


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[NewPage]:
    """Opens a page in a fresh browser profile; options as of Playwright's ``new_context``.

    Afterwards no page may have complained in its console (scripts, CSP).
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_NO_FAULT):
            complaints.append(f"{message.text} ({message.location['url']})")

    def new(**options: object) -> Page:
        # What a service worker answers, a test cannot hold back; stories about it ask for it.
        usual = {"viewport": PHONE, "service_workers": "block"}
        context = chromium.new_context(base_url=site, **{**usual, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield new
    for context in contexts:
        context.close()
    assert complaints == []
