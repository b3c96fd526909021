"""Nobody is shown a link that answers 403 or 404: each reader's pages are walked from her first one."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from html import unescape
from secrets import token_hex

import pytest
from django.test import Client
from django.urls import resolve

from tests.architecture.access_stage import (
    asks,
    bulk_waiting,
    joining_request,
    keep_report,
    offline_sale,
)
from tests.architecture.access_subjects import brought_back, invoiced, ordered, paid_fee
from tests.world import PASSWORD, World, make_world
from vafa.club.actions.clubs import create_staff
from vafa.club.models import Branch, OwnRole

_TAG = re.compile(r"<(?:a|form|button|div|tr|section)\b([^>]*)>")
_TARGET = re.compile(r'\s(href|action|hx-get|method)="([^"]*)"')
_OURS = ("/panel/", "/till/")
# Things of one kind look alike: the first of each is looked at.
_KINDS = ("slug", "kind", "part", "name")


@pytest.fixture(scope="module")
def busy(database: None) -> Iterator[World]:
    """A club with something on every page."""
    made = make_world()
    made.furnish()
    made.hire_branch_manager()
    made.share()
    for put in (ordered, invoiced, brought_back, asks, keep_report):
        put(made)
    for lay in (offline_sale, bulk_waiting, joining_request, paid_fee):
        lay(made)
    yield made
    made.verify()


def own(world: World, permissions: Sequence[str], branch: Branch | None = None) -> None:
    """Somebody with a role that the club made; ``client("own")`` is hers."""
    name = f"own-{token_hex(4)}"
    role = OwnRole.objects.create(club=world.record, name=name, permissions=list(permissions))
    world.staff["own"] = create_staff(
        world.record,
        username=name,
        password=PASSWORD,
        name="",
        role="own",
        own_role=role,
        branch=branch,
    )


def targets(page: str) -> Iterator[str]:
    """What the links, the parts that come later and the searches of a page lead to."""
    for attributes in _TAG.findall(page):
        found = dict(_TARGET.findall(attributes))
        if found.get("method", "get") == "get":
            yield from (unescape(found[n]) for n in ("href", "action", "hx-get") if n in found)


def closed_doors(client: Client, first: str) -> list[tuple[int, str, str]]:
    """Status, address and the page that leads there, of all that do not open."""
    seen: set[object] = set()
    closed = []
    ways = deque([(first, "")])
    while ways:
        address, shown_on = ways.popleft()
        path = address.partition("#")[0]
        if not path.startswith(_OURS):
            continue
        page = resolve(path.partition("?")[0])
        kind = (page.view_name, *(page.kwargs.get(name) for name in _KINDS))
        if kind in seen:
            continue
        seen.add(kind)
        answer = client.get(path)
        if answer.status_code >= 400:
            closed.append((answer.status_code, path, shown_on))
        elif answer.status_code == 302:
            ways.append((answer.headers["Location"], shown_on))
        elif not answer.streaming:
            ways.extend((way, path) for way in targets(answer.content.decode(errors="replace")))
    assert len(seen) > 3
    return closed


@pytest.mark.parametrize("role", ["branch_manager", "accountant"])
def test_of_a_role(busy: World, role: str) -> None:
    assert closed_doors(busy.client(role), "/panel/") == []


@pytest.mark.parametrize("is_bound", [True, False])
def test_of_a_role_that_the_club_made(busy: World, is_bound: bool) -> None:
    bound = ("purchases.view", "purchases.record", "members.view", "reports.view")
    free = ("members.view", "reports.view", "program.view", "corrections.approve")
    own(busy, bound if is_bound else free, busy.branch if is_bound else None)
    assert closed_doors(busy.client("own"), "/panel/") == []


def test_of_who_is_at_the_till(busy: World) -> None:
    assert closed_doors(busy.client("cashier"), "/till/") == []
