"""What axe finds on a page: faults of WCAG 2.2 AA that a program can see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_SCRIPT = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_ASKED = """axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"],
})"""
_MOST_PLACES = 3


def violations(page: Page) -> list[str]:
    """Each rule that the open page breaks, with the first places; `make assets` brings axe."""
    page.evaluate(_SCRIPT.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(_ASKED)
    return [
        f"{broken['id']} ({len(broken['nodes'])}): "
        + " | ".join(node["html"][:160] for node in broken["nodes"][:_MOST_PLACES])
        for broken in found["violations"]
    ]
