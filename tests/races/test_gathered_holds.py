"""Programs that set the same things aside at the same moment, through the whole web application.

They ask again when they are told to, as programs do: a busy server may have no connection left.
"""

from __future__ import annotations

import io
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

import orjson
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory

from tests.world import World
from vafa.program.models import Reservation
from vafa.web.api.direct import directly

pytestmark = pytest.mark.race
CALLERS = 50
ATTEMPTS = 100
LATER = ("temporarily_unavailable", "idempotency_key_in_flight")
Asked = tuple[str, dict[str, Any], str]  # address under /api/v1, body, key


def at_once(secret: str, asked: list[Asked]) -> tuple[Counter[str], list[dict[str, Any]]]:
    """Send all at the same moment: what became of them, and the bodies of what was done."""
    application = directly(WSGIHandler())
    barrier = threading.Barrier(len(asked))

    def post(path: str, body: dict[str, Any], key: str) -> tuple[str, dict[str, Any]]:
        raw = orjson.dumps(body)
        environ = RequestFactory().generic("POST", f"/api/v1{path}", raw).environ
        environ |= {
            "HTTP_AUTHORIZATION": f"Bearer {secret}",
            "HTTP_IDEMPOTENCY_KEY": key,
            "wsgi.input": io.BytesIO(raw),
        }
        said: list[str] = []
        content = b"".join(application(environ, lambda status, *rest: said.append(status)))
        answer = orjson.loads(content)
        return answer.get("code", said[0]), answer

    def send(one: Asked) -> tuple[str, dict[str, Any]]:
        barrier.wait()
        try:
            for _ in range(ATTEMPTS):
                what, answer = post(*one)
                if what not in LATER:
                    break
                sleep(0.2)
            return what, answer
        finally:
            connection.close()

    with ThreadPoolExecutor(len(asked)) as pool:
        answers = list(pool.map(send, asked))
    return Counter(what for what, _ in answers), [a for what, a in answers if what[0] == "2"]


def test_the_last_points_are_set_aside_once(world: World) -> None:
    body = {"member": {"id": world.member.id}, "points": 8}
    asked = [("/reservations", body, f"k{n}") for n in range(CALLERS)]
    secret = world.api_key(branch=world.branch)
    became, made = at_once(secret, asked)
    assert became == {"201 Created": 2, "insufficient_balance": CALLERS - 2}
    assert sorted(one["balance"]["available"] for one in made) == [4, 12]
    assert world.balance()[:3] == (4, 0, 16)
    # The same requests once more get the same answers.
    again, made_again = at_once(secret, asked)
    assert again == became
    assert {one["reservation_id"] for one in made_again} == {one["reservation_id"] for one in made}
    assert world.balance()[:3] == (4, 0, 16)


def test_one_key_makes_one_reservation_and_one_capture(world: World) -> None:
    secret = world.api_key(branch=world.branch)
    body = {"member": {"id": world.member.id}, "points": 8}
    made = _repeatedly(secret, ("/reservations", body, "same"), "reservation_id")
    _repeatedly(secret, (f"/reservations/{made}/capture", {}, "same"), "decision_id")
    assert world.balance()[:3] == (12, 0, 0)


def _repeatedly(secret: str, asked: Asked, what: str) -> int:
    """The one number that all hear of."""
    became, done = at_once(secret, [asked] * CALLERS)
    assert became == {"201 Created": CALLERS}
    (number,) = {one[what] for one in done}
    return int(number)


def test_one_reservation_ends_one_way_while_others_are_made(world: World) -> None:
    """A third of the callers capture it, a third release it, a third reserve for somebody else."""
    secret = world.api_key(branch=world.branch)
    number = world.reserve(points=15).answer["reservation_id"]
    other = {"id": world.enrol().id}
    kinds: list[tuple[str, dict[str, Any]]] = [
        (f"/reservations/{number}/capture", {"points": 10}),
        (f"/reservations/{number}/release", {}),
        ("/reservations", {"member": other, "points": 1}),
    ]
    asked = [(*kinds[n % 3], f"k{n}") for n in range(CALLERS - 2)]
    became, done = at_once(secret, asked)
    assert became == {"201 Created": 1 + 16, "reservation_resolved": 31}
    ended = Reservation.objects.get(pk=number).status
    assert sum(one["reservation_id"] == number for one in done) == 1
    assert world.balance()[:3] == ((10, 0, 0) if ended == "used" else (20, 0, 0))
