"""The direct way to a purchase answers as Django does, and leaves to it what is unusual."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from tests.world import World
from vafa.commerce.models import Purchase
from vafa.core.db import execute
from vafa.program.models import Reservation
from vafa.web.api.direct import PATH, Application, Environ, directly

RESERVATIONS = "/api/v1/reservations"


@dataclass
class Answer:
    """What came back, and whether Django was asked for it."""

    status: str
    headers: dict[str, str]
    body: Any
    by_django: bool


@dataclass
class Door:
    """The whole application, as a server calls it."""

    secret: str
    asked_django: int = 0
    _handler: WSGIHandler = field(default_factory=WSGIHandler)

    def post(
        self,
        body: Any,
        key: str | None,
        *,
        path: str = PATH,
        headers: Mapping[str, str] | None = None,
        direct: bool = True,
    ) -> Answer:
        """A purchase (or what ``path`` takes) on the direct way, or (``direct`` False) only through
        Django."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = RequestFactory().generic("POST", path, raw, "application/json")
        environ = {
            **request.environ,
            "HTTP_AUTHORIZATION": f"Bearer {self.secret}",
            **(headers or {}),
            "wsgi.input": io.BytesIO(raw),
        }
        if key is not None:
            environ["HTTP_IDEMPOTENCY_KEY"] = key
        application: Application = directly(self._django) if direct else self._django
        before = self.asked_django
        said: list[tuple[str, dict[str, str]]] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: object) -> None:
            said.append((status, dict(headers)))

        content = b"".join(application(environ, start))
        asked = self.asked_django > before
        return Answer(*said[0], orjson.loads(content), asked)

    def _django(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        self.asked_django += 1
        return self._handler(environ, start_response)


@pytest.fixture
def door(world: World) -> Door:
    return Door(world.api_key(branch=world.branch))


def _bill(world: World, **fields: Any) -> dict[str, Any]:
    return {"total": 250_000, "member": {"mobile": world.member.mobile}, **fields}


def test_a_purchase_is_answered_as_django_answers_it(world: World, door: Door) -> None:
    lines = [{"amount": 250_000, "name": "نان", "quantity": 1.5}]
    bill = _bill(world, lines=lines, channel="phone")
    for lang in ("fa", "en"):
        said = {"HTTP_ACCEPT_LANGUAGE": lang}
        usual = door.post(bill, f"u{lang}", headers=said, direct=False)
        direct = door.post(bill, f"d{lang}", headers=said)
        assert usual.by_django and not direct.by_django
        assert (usual.status, usual.headers) == (direct.status, direct.headers | _length(usual))
        changing = ("purchase_id", "receipt_no", "balance", "tier")
        same = [
            {n: v for n, v in each.body.items() if n not in changing} for each in (usual, direct)
        ]
        assert same[0] == same[1] and same[0]["explanation"]
    assert Purchase.objects.filter(club=world.record).count() == 4


def test_a_preview_is_answered_as_django_answers_it(world: World, door: Door) -> None:
    world.buy(10_000_000)  # 120 points
    code = world.redeem("voucher").answer["voucher_code"]
    path = f"{PATH}/preview"
    for lang in ("fa", "en"):
        said = {"HTTP_ACCEPT_LANGUAGE": lang}
        bill = _bill(world)
        usual = door.post(bill, None, path=path, headers=said, direct=False)
        direct = door.post(bill, None, path=path, headers=said)
        assert usual.by_django and not direct.by_django
        assert (usual.status, usual.headers) == (direct.status, direct.headers | _length(usual))
        assert usual.body == direct.body and direct.body["explanation"]
    # Codes may be guesses, which are counted behind Django; so is what is refused.
    for unusual in (_bill(world, voucher=code), _bill(world, branch="nowhere")):
        usual = door.post(unusual, None, path=path, direct=False)
        direct = door.post(unusual, None, path=path)
        assert usual.by_django and direct.by_django
        assert (usual.status, usual.body) == (direct.status, direct.body)
    assert Purchase.objects.filter(club=world.record).count() == 1


def test_a_reservation_is_made_and_ended_as_django_does_it(world: World, door: Door) -> None:
    world.buy(10_000_000)  # 120 points
    code = world.redeem("voucher").answer["voucher_code"]
    member = {"mobile": world.member.mobile}
    for end, body in (("capture", {}), ("capture", {"points": 3}), ("release", {})):
        asked: dict[str, Any] = {"member": member, "points": 10, "minutes": 3}
        if end == "release":
            asked["voucher"] = code.lower()
        pairs = []
        for direct in (False, True):
            key = f"{end} {body} {direct}"
            made = door.post(asked, key, path=RESERVATIONS, direct=direct)
            path = f"{RESERVATIONS}/{made.body['reservation_id']}/{end}"
            pairs.append((made, door.post(body, key, path=path, direct=direct)))
        for usual, direct_one in zip(*pairs, strict=True):
            assert usual.by_django and not direct_one.by_django
            assert (usual.status, usual.headers) == (
                direct_one.status,
                direct_one.headers | _length(usual),
            )
            changing = ("reservation_id", "expires_at", "decision_id", "balance")
            same = [
                {n: v for n, v in one.body.items() if n not in changing}
                for one in (usual, direct_one)
            ]
            assert same[0] == same[1] and usual.body.keys() == direct_one.body.keys()


def test_a_reservation_under_a_used_key_is_not_made_again(world: World, door: Door) -> None:
    asked = {"member": {"mobile": world.member.mobile}, "points": 15}
    first, again = (door.post(asked, "k1", path=RESERVATIONS) for _ in range(2))
    assert again.by_django and again.headers["Idempotency-Hit"] == "true"
    assert (again.status, again.body) == ("201 Created", first.body)
    reused = door.post({**asked, "points": 16}, "k1", path=RESERVATIONS)
    assert (reused.by_django, reused.body["code"]) == (True, "idempotency_key_reused")
    path = f"{RESERVATIONS}/{first.body['reservation_id']}"
    for end, code in (("capture", "idempotency_key_reused"), ("release", "reservation_resolved")):
        done = door.post({}, "k1", path=f"{path}/capture")
        assert done.body["status"] == "used"
        refused = door.post({"points": 2}, "k1", path=f"{path}/{end}")
        assert (refused.by_django, refused.body["code"]) == (True, code)
    assert world.balance()[:3] == (5, 0, 0)


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("", b"{", "invalid_body"),
        ("", {"points": 5}, "invalid_input"),
        ("", {"member": {"id": 1}, "points": "5"}, "invalid_input"),
        ("", {"member": {"id": 1}, "points": 5, "branch": "nowhere"}, "unknown_member"),
        ("", {"member": {}, "points": 5}, "member_unclear"),
        ("", {"member": {"card": "none"}}, "nothing_to_reserve"),
        ("/1/capture", b"", "invalid_input"),
        ("/1/capture", {"points": -1}, "invalid_input"),
        ("/1/capture", {}, "unknown_reservation"),
        ("/0/capture", {}, "unknown_reservation"),
        ("/01/capture", {}, "unknown_reservation"),
        (f"/{10**18}/release", {}, "unknown_reservation"),
        (f"/{10**30}/release", {}, "invalid_input"),
        ("/-1/release", {}, "not_found"),
        ("/1/release/", {}, "not_found"),
        ("/1/release", b"anything", "unknown_reservation"),
    ],
)
def test_every_refusal_of_a_reservation_is_djangos(
    world: World, door: Door, path: str, body: Any, code: str
) -> None:
    answer = door.post(body, "k", path=RESERVATIONS + path)
    alone = door.post(body, "k", path=RESERVATIONS + path, direct=False)
    assert answer.by_django and answer == alone
    assert answer.body["code"] == code
    assert not Reservation.objects.filter(club=world.record).exists()


def test_what_was_recorded_is_not_recorded_again_for_the_answer(world: World, door: Door) -> None:
    bill = _bill(world, receipt_no="R1")
    first = door.post(bill, "k1")
    again = door.post(bill, "k1")
    assert again.by_django and again.headers["Idempotency-Hit"] == "true"
    assert again.status == "201 Created" and again.body["purchase_id"] == first.body["purchase_id"]
    receipt = door.post(bill, "k2")
    assert receipt.status == "200 OK" and receipt.body["purchase_id"] == first.body["purchase_id"]
    reused = door.post(_bill(world, total=1000), "k1")
    assert (reused.by_django, reused.body["code"]) == (True, "idempotency_key_reused")
    assert Purchase.objects.filter(club=world.record).count() == 1


@pytest.mark.parametrize(
    ("body", "key", "headers", "code"),
    [
        (b"{", "k", {}, "invalid_body"),
        (b'{"total": NaN}', "k", {}, "invalid_input"),
        ({"total": "5"}, "k", {}, "invalid_input"),
        ({"total": 10**25}, "k", {}, "invalid_amount"),
        ({"total": 5, "extra": 1}, "k", {}, "invalid_input"),
        ({"total": 5, "currency": "GBP"}, "k", {}, "wrong_currency"),
        ({"total": 5, "member": {"mobile": "09120000000"}}, "k", {}, "unknown_member"),
        ({"total": 5, "branch": "nowhere"}, "k", {}, "unknown_branch"),
        ({"total": 5}, None, {}, "idempotency_key_missing"),
        ({"total": 5}, "k" * 129, {}, "idempotency_key_missing"),
        ({"total": 5}, "k", {"HTTP_AUTHORIZATION": "Basic abc"}, "invalid_api_key"),
        ({"total": 5}, "k", {"HTTP_AUTHORIZATION": "Bearer vafa_no"}, "invalid_api_key"),
        (b" " * 2_500_001, "k", {}, "body_too_large"),
        ({"total": 5}, "k", {"CONTENT_LENGTH": "9" * 30}, "body_too_large"),
    ],
)
def test_every_refusal_is_djangos(
    world: World, door: Door, body: Any, key: str | None, headers: dict[str, str], code: str
) -> None:
    answer = door.post(body, key, headers=headers)
    assert answer.by_django and answer.body["code"] == code
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not Purchase.objects.filter(club=world.record).exists()


def test_a_key_without_the_scope_records_nothing(world: World) -> None:
    answer = Door(world.api_key("purchases:read")).post(_bill(world), "k1")
    assert answer.body["code"] == "missing_scope"
    assert not Purchase.objects.filter(club=world.record).exists()


def test_what_recording_raises_is_told_by_django(world: World, door: Door) -> None:
    execute("UPDATE program_revision SET status = 'past' WHERE club_id = %s", [world.record.id])
    answer = door.post(_bill(world), "k1")
    assert answer.by_django and answer.body["code"] == "no_live_program"


def _length(answer: Answer) -> dict[str, str]:
    return {"Content-Length": answer.headers["Content-Length"]}
