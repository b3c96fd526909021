"""What somebody does on a page before its picture is taken."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

Pose = Callable[[Page], None]


def served(mobile: str) -> Pose:
    """At the till, the member with that mobile stands before the cashier."""

    def pose(page: Page) -> None:
        page.locator("#who").fill(mobile)
        page.keyboard.press("Enter")
        page.locator("[data-member]").wait_for()

    return pose


def billed(mobile: str) -> Pose:
    """The same, and the amount of her bill is typed."""
    serve = served(mobile)

    def pose(page: Page) -> None:
        serve(page)
        page.locator("#bill_amount").fill("1640000")
        page.keyboard.press("Enter")
        page.locator("#confirm:not([disabled])").wait_for()

    return pose
