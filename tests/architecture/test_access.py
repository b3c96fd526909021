"""Every address × every role × two clubs: who gets in, who gets 403, who learns nothing (404)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from tests.architecture.access_roles import PUBLIC, Route
from tests.architecture.access_table import ROUTES
from tests.world import World, make_world
from vafa.club.actor import SCOPES

STAFF = (
    "owner",
    "manager",
    "branch_manager",
    "marketer",
    "accountant",
    "analyst",
    "support",
    "cashier",
)


def _names(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _names(pattern, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield ":".join((*spaces, pattern.name))


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(_names(get_resolver())) == set(ROUTES)


@pytest.fixture(scope="module")
def clubs(database: None) -> Iterator[tuple[World, World]]:
    mine, theirs = make_world(), make_world()
    for world in (mine, theirs):
        world.furnish()
        world.hire_branch_manager()
    yield mine, theirs
    mine.verify()
    theirs.verify()


@pytest.fixture(scope="module")
def inside() -> dict[tuple[int, str], Client]:
    """Who is logged in already, for the pages that only show."""
    return {}


def _browser(inside: dict[tuple[int, str], Client], world: World, role: str, method: str) -> Client:
    if method != "get":
        return world.client(role)
    who = (world.record.id, role)
    return inside.get(who) or inside.setdefault(who, world.client(role))


def _ask(client: Client, name: str, route: Route, world: World, key: str = "") -> int:
    address = reverse(name, kwargs=route.args(world))
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "x"} if key else {}
    if route.method == "post":
        content = (
            "application/json" if name.startswith("api:") else "application/x-www-form-urlencoded"
        )
        response = client.post(address, "{}" if key else "", content_type=content, headers=headers)
    else:
        response = client.get(address, headers=headers)
    login = response.status_code == 302 and "login/?next=" in response.headers["Location"]
    return 401 if login else response.status_code


PAGES = {name: route for name, route in ROUTES.items() if not name.startswith("api:")}
CALLS = {
    name: route
    for name, route in ROUTES.items()
    if name.startswith("api:") and route.allowed != PUBLIC
}


@pytest.mark.parametrize("name", PAGES)
def test_pages(
    clubs: tuple[World, World], inside: dict[tuple[int, str], Client], name: str
) -> None:
    mine, theirs = clubs
    route = PAGES[name]
    if route.method != "get":
        inside.clear()  # what is done may end somebody's sessions
    route.before(mine)
    before = mine.snapshot(), theirs.snapshot()
    for role in (*STAFF, "member"):
        route.before(mine)
        status = _ask(_browser(inside, mine, role, route.method), name, route, mine)
        if role in route.allowed or route.allowed == PUBLIC:
            assert status not in (401, 403, 404, 405) and status < 500, (role, status)
        elif not route.allowed:
            assert status == 404, (role, status)
        else:
            # Members are strangers to the staff's pages, and staff to the portal.
            stranger = (role == "member") != (route.allowed == frozenset({"member"}))
            assert status == (401 if stranger else 403), (role, status)
        if route.owned and role in route.allowed:
            stranger_here = _browser(inside, theirs, role, route.method)
            assert _ask(stranger_here, name, route, mine) == 404, role
    anonymous = _ask(Client(), name, route, mine)
    if route.allowed == PUBLIC:
        assert anonymous < 500 and anonymous not in (401, 403, 404)
    else:
        assert anonymous == (401 if route.allowed else 404)
    if name not in MOVES_VALUE:
        assert (mine.snapshot(), theirs.snapshot()) == before, "nobody's value has moved"


# With an allowed role, an empty form is enough for these to do what they are for.
MOVES_VALUE = {
    "till:redeem",
    "till:return",
    "panel:revoke-key",
    "api:cancel",
    "api:create_delivery",
    "api:capture",
    "api:release",
}


@pytest.mark.parametrize("name", CALLS)
def test_calls(clubs: tuple[World, World], name: str) -> None:
    mine, theirs = clubs
    route = CALLS[name]
    assert route.allowed <= set(SCOPES)
    scope = min(route.allowed)
    route.before(mine)
    before = mine.snapshot(), theirs.snapshot()
    allowed = _ask(Client(), name, route, mine, mine.api_key(scope))
    assert allowed < 500 and allowed not in (401, 403, 404), allowed
    others = [s for s in SCOPES if s not in route.allowed]
    if route.method == "get" and others:
        assert _ask(Client(), name, route, mine, mine.api_key(*others)) == 403
    if route.owned:
        assert _ask(Client(), name, route, mine, theirs.api_key()) == 404
    assert _ask(Client(), name, route, mine, "vafa_nobody") == 401
    assert _ask(mine.client("owner"), name, route, mine) == 401, "a login is no key"
    if name not in MOVES_VALUE:
        assert (mine.snapshot(), theirs.snapshot()) == before
