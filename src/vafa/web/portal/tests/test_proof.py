"""The member's own proof of her points."""

from __future__ import annotations

import json

from django.urls import reverse

from tests.world import World
from vafa.flows.sealing import club_head, member_statement
from vafa.ledger.rules.notes import short_hash


def test_the_page_shows_the_seal_and_gives_the_statement(world: World) -> None:
    client = world.client("member")
    assert "هنوز" in client.get(reverse("portal:proof")).content.decode()
    assert client.get(reverse("portal:statement")).status_code == 409
    world.buy(50_000_000)
    world.seal()
    page = client.get(reverse("portal:proof")).content.decode()
    head = club_head(world.club)
    assert head is not None and short_hash(head.root) in page
    assert reverse("site:checker") in page and reverse("portal:statement") in page
    answer = client.get(reverse("portal:statement"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert json.loads(answer.content) == member_statement(world.club, world.member.id)


def test_members_get_their_own_rows_only(world: World) -> None:
    world.buy(50_000_000)
    first = world.member
    world.member = world.enrol(name="ندا")
    world.seal()
    statement = json.loads(world.client("member").get(reverse("portal:statement")).content)
    assert statement["holders"] == [world.member.id]
    assert f'"holder": {first.id},' not in json.dumps(statement)


def test_the_page_speaks_english_too(world: World) -> None:
    client = world.client("member")
    client.post(reverse("ui:language"), {"lang": "en"})
    world.seal()
    assert "What it proves" in client.get(reverse("portal:proof")).content.decode()
