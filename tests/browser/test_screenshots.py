"""The script that takes pictures of every page sees what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.architecture.access_stage import asks, invited_to_household
from tests.browser.conftest import NewPage
from tests.screenshots.camera import Camera
from tests.screenshots.club import make_draws
from tests.screenshots.faults import look
from tests.screenshots.pages import shots
from tests.screenshots.sheet import make_sheet
from tests.world import World

pytestmark = pytest.mark.browser


def test_it_takes_all_looks_of_a_page(
    world: World, chromium: Browser, site: str, tmp_path: Path
) -> None:
    world.furnish()
    world.hire_branch_manager()
    asks(world)
    invited_to_household(world)
    make_draws(world)
    found = {shot.name: shot for shot in shots(world)}
    assert {"panel-draft", "panel-draw-frozen", "portal-draws", "till-bill", "site-club"} <= set(
        found
    )
    session = world.client("member").cookies["sessionid"].value
    camera = Camera(chromium, site, tmp_path, {"member": session})
    assert not camera.is_page(found["portal-statement"])
    assert camera.is_page(found["portal-rewards"])
    taken = camera.take(found["portal-rewards"])
    assert {path.name for path in taken} >= {
        "portal-rewards_fa_phone_light.png",
        "portal-rewards_en_desktop_dark.png",
    }
    assert camera.faults == {}
    make_sheet(chromium, taken, tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").stat().st_size > 10_000
    camera.close()


@pytest.mark.parametrize(
    ("lang", "body", "fault"),
    [
        ("fa", "<p>Rewards</p>", "not in this page's language: 'Rewards'"),
        ("fa", "<p>امتیاز شما <b>is not enough today</b></p>", ""),
        ("fa", "<p>کلیدهای API</p><p><bdi>Two Words</bdi></p>", ""),
        ("fa", "<p>کد «\u2068FYBT-ABCD\u2069» را به عضوی داد</p>", ""),
        (
            "fa",
            "<p>امتیاز is not enough</p>",
            "not in this page's language: 'امتیاز is not enough'",
        ),
        ("en", "<button title='امتیاز'></button>", "not in this page's language: 'امتیاز'"),
        ("en", "<p>سارا محمدی</p>", ""),
        ("en", "<p style='width: 900px'>wide</p>", "scrolls sideways: p, (scrolls)"),
        ("en", "<div style='overflow: auto'><p style='width: 900px'>wide</p></div>", ""),
    ],
)
def test_it_sees_what_is_wrong(open_page: NewPage, lang: str, body: str, fault: str) -> None:
    page = open_page()
    page.set_content(body)
    assert list(look(page, lang)) == ([fault] if fault else [])
