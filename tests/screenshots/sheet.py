"""All looks of one page in one small picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser

_PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 8px; background: #888; width: {width}px }}
p {{ display: flex; gap: 8px; margin: 0 0 8px }}
img {{ object-fit: cover; object-position: top; max-height: 900px; align-self: start }}
.desktop {{ width: 436px }} .phone {{ width: 214px }}
</style>{images}"""
_WIDTH = 1_780


def make_sheet(browser: Browser, pictures: Sequence[Path], target: Path) -> None:
    """Write ``target`` with the pictures side by side, phones before desktops."""
    images = "".join(
        "<p>"
        + "".join(
            f'<img class="{size}" src="{picture.name}">'
            for picture in sorted(pictures, reverse=True)
            if f"_{size}_" in picture.name
        )
        for size in ("phone", "desktop")
    )
    source = target.with_suffix(".html")
    # Beside the pictures, so that they are found.
    draft = pictures[0].parent / source.name
    draft.write_text(_PAGE.format(images=images, width=_WIDTH), encoding="utf-8")
    page = browser.new_page(viewport={"width": _WIDTH + 16, "height": 400})
    page.goto(draft.as_uri())
    page.screenshot(path=target, full_page=True)
    page.close()
    draft.unlink()
