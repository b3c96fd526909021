"""A draw in the browser: the same winners as in Python, and a wrong file is told."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from tests import draws
from tests.browser.conftest import NewPage
from tests.browser.test_panel import come_in, no_wider_than_the_screen
from tests.world import World
from vafa.program.reads.draws import list_text, winners_of
from vafa.program.rules.draws import Urn, commitment, hash_of_list

pytestmark = pytest.mark.browser
AGAIN = "محاسبهٔ دوباره در همین مرورگر"


def answer(page: Page) -> tuple[str, str]:
    """What the page finds, and which lines win."""
    page.get_by_role("button", name=AGAIN).click()
    told = page.locator("[data-answer][data-found]")
    expect(told).to_be_visible()
    return str(told.get_attribute("data-found")), str(told.get_attribute("data-lines"))


def test_the_browser_finds_the_same_winners(world: World, open_page: NewPage) -> None:
    draw = draws.drawn(world)
    numbers = [str(winner.number) for winner in winners_of(draw)]
    page = open_page()
    page.goto(reverse("site:draw", args=[world.record.slug, draw.id]))
    assert answer(page) == ("equal", " ".join(numbers))
    expect(page.get_by_text("همه چیز درست است")).to_be_visible()
    assert no_wider_than_the_screen(page)


def test_a_file_that_says_something_else_is_told(world: World, open_page: NewPage) -> None:
    draw = draws.drawn(world)
    page = open_page()
    page.goto(reverse("site:draw", args=[world.record.slug, draw.id]))

    def changed(route: Route) -> None:
        value = route.fetch().json()
        value["winners"][0]["number"], value["winners"][1]["number"] = (
            value["winners"][1]["number"],
            value["winners"][0]["number"],
        )
        route.fulfill(body=json.dumps(value), content_type="application/json")

    page.route("**/draw.json", changed)
    assert answer(page)[0] == "winners"
    expect(page.get_by_text("باید کسان دیگری برنده می‌شدند")).to_be_visible()
    page.unroute("**/draw.json")
    page.route("**/list.txt", lambda route: route.fulfill(body="1\tab\t1\n"))
    page.reload()
    assert answer(page)[0] == "list"


def test_many_small_and_great_chances(world: World, open_page: NewPage) -> None:
    """The script and the pure function agree beyond what a list of a few members can show."""
    draw = draws.frozen(world)
    page = open_page()
    page.goto(reverse("site:draw", args=[world.record.slug, draw.id]))
    assert answer(page)[0] == "waiting"
    chances = [(n * n * 7919) % 10**9 + 1 for n in range(1, 400)]
    lines = "".join(f"{n}\t{n:032x}\t{c}\n" for n, c in enumerate(chances, 1))
    seed = bytes(range(32))
    list_hash = hash_of_list([lines])
    won = [line + 1 for line in Urn(chances).draw(seed, "شاخص ۱", list_hash, 60)]
    value = {
        **{"seed": seed.hex(), "seed_hash": commitment(seed), "public_value": "شاخص ۱"},
        **{"list_hash": list_hash, "prizes": [{"count": 40}, {"count": 10}], "reserves": 10},
        "winners": [{"number": n} for n in won],
    }
    page.route(
        "**/draw.json",
        lambda route: route.fulfill(body=json.dumps(value), content_type="application/json"),
    )
    page.route("**/list.txt", lambda route: route.fulfill(body=lines))
    page.reload()
    assert answer(page) == ("equal", " ".join(map(str, won)))


def test_the_owner_writes_a_draw_and_every_page_fits_a_phone(
    world: World, open_page: NewPage
) -> None:
    draw = draws.drawn(world)
    assert "".join(list_text(draw))
    page = open_page()
    come_in(page, world)
    for path in (
        "draws/",
        "draws/new/",
        f"draws/{draw.id}/",
        f"draws/{draw.id}/winners/1/replace/",
    ):
        page.goto(f"/panel/{path}")
        assert no_wider_than_the_screen(page), path
    page.goto(f"/panel/draws/{draw.id}/")
    page.get_by_role("button", name="تأیید").first.click()
    expect(page.get_by_text("تأیید شده").first).to_be_visible()
