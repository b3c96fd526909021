"""What anybody may fetch of a club's seals."""

from __future__ import annotations

import json

from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.ledger.rules.notes import opened


def test_the_head_its_key_and_the_proof_between_heads(world: World) -> None:
    slug, browser = world.record.slug, Client()
    world.buy(50_000_000)
    old = world.seal()
    world.buy(50_000_000)
    size = world.seal()
    note = browser.get(reverse("site:checkpoint", args=[slug]))
    key = browser.get(reverse("site:key", args=[slug])).content.decode().splitlines()[0]

    assert note.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert opened(note.content.decode(), key).size == size
    assert opened(note.content.decode(), key).origin == f"vafa/{slug}"
    past = browser.get(reverse("site:checkpoint-of", args=[slug, old]))
    assert opened(past.content.decode(), key).size == old
    link = json.loads(browser.get(reverse("site:consistency", args=[slug, old, size])).content)
    assert (link["old"], link["checkpoint"]) == (past.content.decode(), note.content.decode())
    for wrong in ([slug, size, old], [slug, old, size + 1], [slug, 0, size], ["none", old, size]):
        assert browser.get(reverse("site:consistency", args=wrong)).status_code == 404
    assert browser.get(reverse("site:checkpoint-of", args=[slug, size + 1])).status_code == 404


def test_before_the_first_seal_there_is_nothing(world: World) -> None:
    for name in ("checkpoint", "key"):
        url = reverse(f"site:{name}", args=[world.record.slug])
        assert Client().get(url).status_code == 404


def test_the_program_that_checks_is_there_to_take_away(database: None) -> None:
    answer = Client().get(reverse("site:checker"))
    assert 'filename="check_statement.py"' in answer.headers["Content-Disposition"]
    text = answer.content.decode()
    assert "import vafa" not in text and "from vafa" not in text
    assert len(text.splitlines()) < 100
