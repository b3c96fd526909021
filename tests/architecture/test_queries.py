"""No page makes more than a dozen questions to the database, however many rows it shows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.architecture.access_roles import MEMBER, PUBLIC, Route
from tests.architecture.access_table import ROUTES
from tests.world import World, make_world
from vafa.club.reads.context import forget_contexts

MOST = 12
# Opened by very many members, and so by no more than they need now.
FEWER = {"portal:offers": 9}
# No questions: where a transaction begins and ends, and how the next one is to be planned.
_AROUND = (
    *("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT", "ROLLBACK"),
    *("SET ", "SELECT set_config("),
)
PAGES = [
    name
    for name, route in ROUTES.items()
    if route.method == "get" and not name.startswith("api:") and route.allowed
]


@pytest.fixture(scope="module")
def visitors() -> dict[str, Client]:
    """Who is logged in already: what they open changes nothing."""
    return {}


@pytest.fixture(scope="module")
def full(database: None) -> Iterator[World]:
    world = make_world()
    world.furnish()
    world.hire_branch_manager()
    for _ in range(3):
        world.buy(1_000_000)
    yield world
    world.verify()


def _visitor(route: Route) -> str:
    for role in ("owner", "branch_manager", "cashier"):
        if role in route.allowed:
            return role
    return "member" if route.allowed & (MEMBER | PUBLIC) else min(route.allowed)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_little(full: World, visitors: dict[str, Client], name: str) -> None:
    route = ROUTES[name]
    route.before(full)
    role = _visitor(route)
    client = visitors[role] = visitors.get(role) or full.client(role)
    address = reverse(name, kwargs=route.args(full))
    forget_contexts()
    client.get(address)  # what a process or a session learns once
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
        if answer.streaming:
            b"".join(answer.streaming_content)
    questions = [q["sql"] for q in asked.captured_queries if not q["sql"].startswith(_AROUND)]
    assert len(questions) <= FEWER.get(name, MOST), "\n".join(q[:200] for q in questions)
