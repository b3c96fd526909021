"""Whatever is sent: a clear answer in the caller's language, and nothing has moved."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.test import Client

from tests.program import Program
from tests.world import World
from vafa.commerce.models import Purchase

TOTAL = {"total": 1_000_000}
FAR = 10**25


@pytest.fixture
def shop(world: World) -> Program:
    return Program(world.api_key(branch=world.branch))


UNSTORABLE: list[dict[str, Any]] = [
    {"branch": "a\x00b"},
    {"branch": FAR},
    {"receipt_no": "a\x00b"},
    {"voucher": "a\x00b"},
    {"lines": [{"amount": 1_000_000, "sku": "a\x00"}]},
    {"lines": [{"amount": 1_000_000, "name": "a\x00"}]},
    {"member": {"external_id": "a\x00"}},
    {"member": {"card": "a\x00"}},
    {"member": {"mobile": "0912\x00"}},
    {"purchased_at": "0001-01-01T00:00:00+03:30"},
    {"purchased_at": "9999-12-31T23:59:59-10:00"},
]


@pytest.mark.parametrize("part", UNSTORABLE, ids=str)
def test_what_cannot_be_stored_is_refused(
    world: World, shop: Program, part: dict[str, Any]
) -> None:
    for path in ("/purchases", "/purchases/preview"):
        answer = shop.post(path, {**TOTAL, **part}, key="k")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert not Purchase.objects.filter(club=world.record).exists()


def test_the_number_of_a_bank_card_is_refused_and_never_said_again(
    world: World, shop: Program
) -> None:
    number, good = "6037 9975 9999 9993", "603799******9993"
    for path in ("/purchases", "/purchases/preview"):
        answer = shop.post(path, {**TOTAL, "payment_card": number}, key="k")
        assert (answer.status_code, answer.json()["code"]) == (422, "bank_card_number")
        assert "9993" not in answer.content.decode()
    assert not Purchase.objects.filter(club=world.record).exists()
    assert shop.post("/purchases", {**TOTAL, "payment_card": good}, key="k").status_code == 201
    assert len(Purchase.objects.get(club=world.record).payment_card) == 32


@pytest.mark.parametrize(
    "part", [{"purchase_receipt": "\x00"}, {"purchase_id": FAR}, {"purchase_id": 1, "branch": FAR}]
)
def test_returns_of_what_cannot_be(shop: Program, part: dict[str, Any]) -> None:
    answer = shop.post("/returns", part, key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_a_line_far_beyond_the_last(world: World, shop: Program) -> None:
    bought = shop.post("/purchases", TOTAL, key="k").json()["purchase_id"]
    for line in (10**12, 2):
        lines = [{"line": line, "quantity": 1}]
        body = {"purchase_id": bought, "lines": lines}
        assert 400 < shop.post("/returns", body, key=f"k{line}").status_code < 500


def test_a_reward_far_beyond_the_last(world: World, shop: Program) -> None:
    body = {"member": {"id": world.member.id}, "reward_id": FAR}
    assert shop.post("/redemptions", body, key="k").status_code == 422


def test_names_and_numbers_of_a_new_member(shop: Program) -> None:
    for body in ({"external_id": "\x00"}, {"mobile": "09121234567", "name": "a\x00"}):
        answer = shop.post("/members", body, key="k")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert shop.get("/members").json()["items"][-1]["name"] != "a"


@pytest.mark.parametrize(
    "query",
    ["members?card=%00", "members?external_id=%00", "members/{id}/transfers?offset=1" + "0" * 20],
)
def test_questions_that_nothing_can_answer(world: World, shop: Program, query: str) -> None:
    answer = shop.get("/" + query.format(id=world.member.id))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


@pytest.mark.parametrize("since", ["2026-01-01", "2026-01-01T10:00:00", "0001-01-01T00:00:00Z"])
def test_a_list_needs_a_moment_with_an_offset(shop: Program, since: str) -> None:
    assert shop.get(f"/purchases?since={since}").status_code == 422
    assert shop.get("/purchases?since=2026-01-01T10:00:00Z").status_code == 200


def test_one_bad_item_does_not_spoil_a_batch(world: World, shop: Program) -> None:
    good, strange = {**TOTAL, "idempotency_key": "1"}, {**TOTAL, "idempotency_key": "2"}
    strange["purchased_at"] = "0001-01-01T00:00:00+03:30"
    items = shop.post("/purchases/batch", {"items": [good, strange]}).json()["items"]
    assert [item["status"] for item in items] == ["recorded", "refused"]


def test_the_place_and_the_reason_in_the_callers_language(shop: Program) -> None:
    body = {"total": "5", "lines": [{"amount": 1}] * 501, "name": 1, "receipt_no": "x" * 65}
    body |= {"channel": "fax", "purchased_at": "yesterday", "branch": "x" * 65}
    english = shop.post("/purchases", body, key="k").json()["details"]["errors"]
    persian = shop.post("/purchases", body, key="k", lang="fa").json()["details"]["errors"]
    places = [each["where"] for each in english]
    assert places == [each["where"] for each in persian]
    assert {"body.total", "body.lines", "body.name", "body.branch"} <= set(places)
    reasons = {each["where"]: each["why"] for each in persian}
    assert reasons["body.total"] == "عدد صحیح لازم است."
    assert reasons["body.receipt_no"] == "حداکثر ۶۴ نویسه."
    assert reasons["body.lines"] == "حداکثر ۵۰۰ مورد."
    assert not any("should" in why.lower() for why in reasons.values())


def test_a_wrong_method_is_a_problem_too(shop: Program) -> None:
    headers = {"Authorization": f"Bearer {shop.secret}", "Accept-Language": "fa"}
    answer = Client().delete("/api/v1/purchases", headers=headers)
    assert answer.status_code == 405
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}
    assert answer.json()["code"] == "method_not_allowed"


def in_pieces(shop: Program, body: bytes) -> Any:
    """Sends a body whose length is not said beforehand."""
    environ: dict[str, Any] = {
        "wsgi.input": io.BytesIO(body),
        "HTTP_TRANSFER_ENCODING": "chunked",
        "HTTP_AUTHORIZATION": f"Bearer {shop.secret}",
        "HTTP_IDEMPOTENCY_KEY": "pieces",
    }
    return Client().generic("POST", "/api/v1/purchases", **environ)


def test_a_body_in_pieces_is_taken(shop: Program) -> None:
    assert in_pieces(shop, json.dumps(TOTAL).encode()).status_code == 201
    assert in_pieces(shop, b" " * 2_500_001).json()["code"] == "body_too_large"


def test_a_large_body_is_read_to_its_end_before_the_refusal(shop: Program) -> None:
    sent = io.BytesIO(b"x" * 5_000_000)
    environ: dict[str, Any] = {
        "wsgi.input": sent,
        "CONTENT_LENGTH": "5000000",
        "HTTP_AUTHORIZATION": f"Bearer {shop.secret}",
    }
    answer = Client().generic("POST", "/api/v1/purchases", **environ)
    assert answer.status_code == 413
    assert sent.tell() == 5_000_000
