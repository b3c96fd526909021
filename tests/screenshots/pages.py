"""Which pages there are: every address that is read, with a real row in the place of each number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Page

from tests.architecture.access_roles import MEMBER, PUBLIC, TILL, Route
from tests.architecture.access_table import ROUTES
from tests.screenshots.club import STEPS
from tests.screenshots.poses import Pose, billed, served
from tests.world import World
from vafa.club.rules.setup import STEPS as STEPS_OF_SETUP
from vafa.core.phones import display_mobile
from vafa.program.models import Draw
from vafa.program.rules.promise_parts import PARTS
from vafa.web.panel.reports.catalogue import KINDS
from vafa.web.shared.guide_files import LANGUAGES
from vafa.web.site.guide_text import guide_url, read_guide

# At which step the draw stands that a page is about, where it is not the one that is over.
_STEP_OF = {
    "panel:edit-draw": "draft",
    "panel:draw-now": "frozen",
    "panel:cancel-draw": "open",
}
# Whose page it is when several may see it, the first of them that may.
_VIEWERS = ("owner", "accountant", "manager", "branch_manager", "cashier")
_GUIDE = "site:guide"
# Files of which the demo has none.
_FILES = frozenset({"panel:import-refused"})
_PRESETS = ("first", "second", "third")


@dataclass(frozen=True)
class Shot:
    """A page to look at: who sees it ("" for anybody), and what she does there first; ``refuses``
    where the page itself is an error; ``lang`` where it speaks one language alone."""

    name: str
    address: str
    viewer: str = ""
    pose: Pose | None = None
    refuses: bool = False
    lang: str = ""


def shots(world: World) -> Iterator[Shot]:
    """Every page of the table of addresses, then the same in other states."""
    steps = {
        step: Draw.objects.filter(club=world.record, name=name).latest("id").pk
        for step, name in STEPS.items()
    }
    for name, route in ROUTES.items():
        if name.startswith(_GUIDE) or name in _FILES:
            continue
        if route.method == "get" and not name.startswith("api:") and route.allowed:
            world.draw_id = steps[_STEP_OF.get(name, "drawn")]
            yield Shot(name.replace(":", "-"), _address(name, route, world), _viewer(route))
    yield from _draws(steps, world)
    yield from _guide()
    yield from _states(world)
    yield from _poses(world)


def _address(name: str, route: Route, world: World) -> str:
    """Raises ValueError naming the row of the table whose numbers do not fit its address."""
    try:
        return reverse(name, kwargs=route.args(world))
    except NoReverseMatch as error:
        raise ValueError(f"{name}: {error}") from error


def _viewer(route: Route) -> str:
    if route.allowed == PUBLIC:
        return ""
    if route.allowed == MEMBER:
        return "member"
    if route.allowed == TILL:
        return "cashier"
    return next(role for role in _VIEWERS if role in route.allowed)


def _draws(steps: dict[str, int], world: World) -> Iterator[Shot]:
    for step, number in steps.items():
        yield Shot(f"panel-draw-{step}", reverse("panel:draw", args=(number,)), "owner")
        if step != "draft":
            public = {"slug": world.record.slug, "draw_id": number}
            yield Shot(f"site-draw-{step}", reverse("site:draw", kwargs=public))


def _guide() -> Iterator[Shot]:
    """Each chapter in the language of its address."""
    for lang in LANGUAGES:
        book = read_guide(lang)
        for chapter in (book.contents, *book.chapters):
            name = f"guide-{lang}-{chapter.name.lower()}"
            yield Shot(name, guide_url(lang, chapter.name), lang=lang)


def _states(world: World) -> Iterator[Shot]:
    """Pages that look different with other words in their address."""

    def panel(name: str, viewer: str = "owner", **args: Any) -> Shot:
        suffix = "-".join(str(value) for value in args.values())
        return Shot(f"panel-{name}-{suffix}", reverse(f"panel:{name}", kwargs=args), viewer)

    for part in PARTS:
        yield panel("edit-part", part=part)
    yield panel("new-rule", kind="rule")
    for rule in ("silver-isfahan", "dairy", "steady", "yalda", "welcome"):
        yield panel("edit-rule", rule_id=rule)
    yield panel("edit-place", kind="branch", number=world.other_branch.id)
    for report in KINDS:
        if report != "sales":
            yield panel("report", slug=report)
    yield Shot("panel-dashboard-branch", reverse("panel:dashboard"), "branch_manager")
    yield Shot("panel-draft-branch", reverse("panel:draft"), "branch_manager")
    yield Shot("missing", "/panel/members/0/", "owner", refuses=True)
    yield Shot("forbidden", reverse("panel:staff"), "analyst", refuses=True)
    for step in STEPS_OF_SETUP[1:]:
        address = reverse("panel:setup-step", args=[step])
        yield Shot(f"panel-setup-step-{step}", address, "owner")
    yield Shot(
        "panel-search-found", f"{reverse('panel:search')}?q={world.member.name[:3]}", "owner"
    )
    chosen = f"{reverse('panel:members-bulk')}?m={world.member.pk}"
    yield Shot("panel-members-bulk-chosen", chosen, "owner")


def _poses(world: World) -> Iterator[Shot]:
    mobile = re.sub(r"\D", "", display_mobile(str(world.member.mobile)))

    def opened(page: Page) -> None:
        page.locator("tr.link-row a").first.click()
        page.locator("#beside > *").first.wait_for(state="attached")

    def coded(page: Page) -> None:
        page.locator("[name=mobile]").fill(mobile)
        page.keyboard.press("Enter")
        page.locator("[name=code]").wait_for()

    def sent_empty(page: Page) -> None:
        page.locator("#main form [type=submit]:visible").last.click()
        page.locator(".is-invalid, [aria-invalid=true]").first.wait_for()

    def sent_wrong(page: Page) -> None:
        page.locator("[name=username]").fill("nobody")
        page.locator("[name=password]").fill("wrong")
        page.keyboard.press("Enter")
        page.locator("[role=alert]").first.wait_for()

    yield Shot("till-member", reverse("till:home"), "cashier", served(mobile))
    yield Shot("till-bill", reverse("till:home"), "cashier", billed(mobile))
    yield Shot("panel-members-beside", reverse("panel:members"), "owner", opened)
    yield Shot("panel-purchases-beside", reverse("panel:purchases"), "owner", opened)
    yield Shot("panel-new-reward-refused", reverse("panel:new-reward"), "owner", sent_empty, True)
    yield Shot("panel-login-refused", reverse("panel:login"), "", sent_wrong, True)
    yield Shot("portal-code-asked", reverse("portal:enter", args=(world.record.slug,)), "", coded)
