"""Pictures of every page: ``python -m tests.screenshots.take --out DIR [--only PATTERN] ...``.

Beside a running demo (``vafa demo``), with the same VAFA_HOME: the demo's club is furnished so
that each page has something to show. Writes NAME_LANG_SIZE_THEME.png, and in sheets/ all looks of a
page in one. Ends with 1 and a list where a page scrolls sideways, shows an error, complains in the
console, or speaks the other language.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

from vafa.config.home import default_home


def main(words: Sequence[str]) -> int:
    """Take what ``words`` (the command line) ask for; returns 1 where something is wrong."""
    asked = _parser().parse_args(words)
    os.environ.setdefault("VAFA_HOME", f"{default_home()}-demo")
    os.environ.setdefault("VAFA_MODE", "demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vafa.config.settings")
    django.setup()
    return _take(asked)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.screenshots.take")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument("--address", default="http://127.0.0.1:8000", help="of the running demo")
    parser.add_argument("--only", default="", help="regular expression on names of pages")
    parser.add_argument("--lang", choices=("fa", "en"), help="one language alone")
    parser.add_argument("--theme", choices=("light", "dark"), help="one theme alone")
    parser.add_argument("--size", choices=("phone", "desktop"), help="one size alone")
    parser.add_argument("--axe", action="store_true", help="also ask axe what is wrong")
    parser.add_argument("--no-sheets", action="store_true", help="no sheet of all looks")
    return parser


def _take(asked: argparse.Namespace) -> int:
    # Only now, since these need Django's settings.
    from tests.screenshots.camera import LANGS, SIZES, THEMES, Camera, launch
    from tests.screenshots.club import demo_world
    from tests.screenshots.pages import shots
    from tests.screenshots.sheet import make_sheet

    world = demo_world()
    wanted = [shot for shot in shots(world) if re.search(asked.only, shot.name)]
    sessions = {
        viewer: world.client(viewer).cookies["sessionid"].value
        for viewer in {shot.viewer for shot in wanted} - {""}
    }
    sheets = asked.out / "sheets"
    sheets.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        camera = Camera(
            browser,
            asked.address,
            asked.out,
            sessions,
            (asked.lang,) if asked.lang else LANGS,
            (asked.theme,) if asked.theme else THEMES,
            (asked.size,) if asked.size else tuple(SIZES),
            asked.axe,
        )
        for shot in wanted:
            if not camera.is_page(shot):
                continue
            taken = camera.take(shot)
            if taken and not asked.no_sheets:
                make_sheet(browser, taken, sheets / f"{shot.name}.png")
            print(shot.name, len(taken), flush=True)  # noqa: T201  (for who waits)
        browser.close()
    for picture, found in camera.faults.items():
        for fault in found:
            print(f"{picture}: {fault}")  # noqa: T201  (its answer)
    return 1 if camera.faults else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
