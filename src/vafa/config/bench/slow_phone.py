"""A cheap phone on a slow line, in a process of its own: ``python -m vafa.config.bench.slow_phone``.

Reads what to look at as JSON, writes [seconds to the first paint, seconds to all of it] of each
view as JSON. Line and processor are those of Lighthouse's usual mobile profile: 150 ms to the
server and back, 1.6 Mbit/s down, 750 kbit/s up, a processor four times slower
(https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md).
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final

from playwright.sync_api import Browser, ViewportSize, sync_playwright

_LINE: Final = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
_SLOWER: Final = 4
_SCREEN: Final[ViewportSize] = {"width": 390, "height": 844}
_FLAGS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
    *("--disable-component-update", "--disable-sync"),
)
_TIMES: Final = """() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return [paint.startTime, performance.getEntriesByType("navigation")[0].loadEventEnd];
}"""
_PAINTED: Final = """() => performance.getEntriesByName("first-contentful-paint").length > 0
  && performance.getEntriesByType("navigation")[0].loadEventEnd > 0"""


def _view(browser: Browser, asked: dict[str, Any]) -> list[float]:
    """One view with nothing kept."""
    context = browser.new_context(
        base_url=asked["address"], viewport=_SCREEN, service_workers="block"
    )
    if asked["session"]:
        context.add_cookies(
            [{"name": "sessionid", "value": asked["session"], "url": asked["address"]}]
        )
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", _LINE)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    answer = page.goto(asked["path"], wait_until="load")
    if answer is None or not answer.ok:
        raise SystemExit(f"{asked['path']} does not answer")
    page.wait_for_function(_PAINTED)
    milliseconds: list[float] = page.evaluate(_TIMES)
    context.close()
    return [one / 1000 for one in milliseconds]


def main() -> None:
    """The views that standard input asks for."""
    asked = json.loads(sys.stdin.read())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked["chromium"], args=list(_FLAGS))
        views = [_view(browser, asked) for _ in range(asked["views"])]
        browser.close()
    sys.stdout.write(json.dumps(views))


if __name__ == "__main__":
    main()
