"""Everything in the API that moves value asks for a key and can be repeated.

Made from the OpenAPI document: a new operation that nobody thought of here fails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.program import Program
from tests.world import World
from vafa.program.rules.document import EventKind, GiftTerms
from vafa.program.rules.rule import Fixed, Rule, Text
from vafa.web.api.urls import api

PREFIX = "/api/v1"
HEADER = "Idempotency-Key"
Body = dict[str, Any]
# Operations without the header, and why.
WITHOUT = {
    "/purchases/preview": "writes nothing",
    "/vouchers/check": "writes nothing",
    "/members/{member_id}/attributes": "moves no value, and again changes nothing",
    "/products/brands": "moves no value, and again changes nothing",
    "/members/{member_id}/consents": "moves no value, and again changes nothing",
    "/joining-requests": "moves no value, and asked again is the same request",
    "/purchases/batch": "each of its items has its own key, tried below",
}


def _revival(world: World) -> Body:
    world.expire_some()
    return {"reason": "walk"}


def _happening(world: World, **rule: str) -> None:
    gives = Rule(id="here", name=Text(fa="ن"), gives=Fixed(points=3), **rule)
    events = (EventKind(code="booked", name=Text(fa="رزرو")),)
    world.change_program(rules=(gives,), events=events)


def _visit(world: World) -> Body:
    _happening(world, on="visit")
    return {"member": {"id": world.member.id}, "branch": "main"}


def _event(world: World) -> Body:
    _happening(world, on="event", what="booked")
    return {"member": {"id": world.member.id}, "name": "booked"}


# A request for each operation that moves something in a furnished world.
BODIES: dict[str, Callable[[World], Body]] = {
    "/members": lambda w: {"external_id": "walk-1", "name": "سارا"},
    "/purchases": lambda w: {"total": 10**6, "member": {"id": w.member.id}, "pay_points": 5},
    "/returns": lambda w: {"purchase_id": w.bought, "amount": 10**6},
    "/redemptions": lambda w: {
        "member": {"id": w.member.id},
        "reward_id": w.rewards["voucher"].id,
    },
    "/purchases/{purchase_id}/delivery": lambda w: {},
    "/redemptions/{redemption_id}/cancel": lambda w: {},
    "/reservations": lambda w: {"member": {"id": w.member.id}, "points": 5},
    "/reservations/{reservation_id}/capture": lambda w: {"points": 5},
    "/reservations/{reservation_id}/release": lambda w: {},
    "/adjustments": lambda w: {"member": {"id": w.member.id}, "amount": 5, "reason": "walk"},
    "/transfers/{transfer_id}/reverse": lambda w: {"reason": "walk"},
    "/transfers/{transfer_id}/revive": _revival,
    "/gifts": lambda w: {
        "giver": {"id": w.member.id},
        "taker": {"id": w.spare_member_id},
        "points": 5,
    },
    "/voucher-series": lambda w: {
        "name": "walk",
        "kind": "delivery",
        "expires_at": "2100-01-01T00:00:00Z",
    },
    "/vouchers": lambda w: {"member": {"id": w.member.id}, "series_id": w.series_id},
    "/vouchers/cancel": lambda w: {"code": w.loose_code},
    "/visits": _visit,
    "/events": _event,
    "/members/{member_id}/merge": lambda w: {"gone_id": w.spare_member_id, "reason": "walk"},
    "/households": lambda w: {"head": {"id": w.member.id}},
    "/households/{household_id}/change": lambda w: {
        "head": {"id": w.head_id},
        "spenders": "head",
    },
    "/households/{household_id}/members": lambda w: {"member": {"id": w.member.id}},
    "/households/{household_id}/leave": lambda w: {"member": {"id": w.head_id}},
}
# What the address of an operation names; another of the kind is another request.
NUMBERS: dict[str, Callable[[World], int]] = {
    "purchase_id": lambda w: w.bought,
    "redemption_id": lambda w: w.redemption_id,
    "reservation_id": lambda w: w.reservation_id,
    "transfer_id": lambda w: w.transfer_id,
    "member_id": lambda w: w.member.id,
    "household_id": lambda w: w.household_id,
}


def posts() -> dict[str, Body]:
    """Operations that could write, by their path under the prefix."""
    paths: dict[str, dict[str, Body]] = api.get_openapi_schema()["paths"]
    return {
        path.removeprefix(PREFIX): operation
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method not in ("get", "head", "options")
    }


def keyed() -> list[str]:
    return [
        path
        for path, operation in posts().items()
        if any(p["name"] == HEADER and p["required"] for p in operation.get("parameters", []))
    ]


@pytest.fixture
def shop(world: World) -> Program:
    world.furnish()
    world.share()
    world.change_program(gifts=GiftTerms(is_on=True))
    return Program(world.api_key(branch=world.branch))


def test_every_operation_asks_for_a_key_or_says_why_not(database: None) -> None:
    assert {path for path in posts() if path not in keyed()} == set(WITHOUT)
    assert set(keyed()) == set(BODIES)


@pytest.mark.parametrize("path", keyed())
def test_without_a_key_nothing_moves_and_with_it_once(
    world: World, shop: Program, path: str
) -> None:
    body, before = BODIES[path](world), world.snapshot()
    numbers = {name: number(world) for name, number in NUMBERS.items() if f"{{{name}}}" in path}
    address = path.format(**numbers)
    for key in (None, "", "k" * 129):
        answer = shop.post(address, body, key=key)
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert world.snapshot() == before
    first = shop.post(address, body, key="walk")
    after = world.snapshot()
    assert first.status_code == 201 and after != before
    again = shop.post(address, body, key="walk")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Hit"] == "true"
    if numbers:
        changed = {name: number + 1 for name, number in numbers.items()}
        other = shop.post(path.format(**changed), body, key="walk")
    else:
        changed = _changed(body)
        other = shop.post(path, {**body, **changed}, key="walk")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert other.json()["details"]["fields"] == list(changed)
    assert world.snapshot() == after


def test_without_keys_no_item_of_a_batch_is_accepted(world: World, shop: Program) -> None:
    item, before = BODIES["/purchases"](world), world.snapshot()
    for key in ({}, {"idempotency_key": ""}, {"idempotency_key": "k" * 129}):
        answer = shop.post("/purchases/batch", {"items": [{**item, **key}]})
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert world.snapshot() == before


def _changed(body: Body) -> Body:
    """The same request with one field changed."""
    if "code" in body:
        return {"code": "another"}
    for name in ("amount", "total", "reward_id", "series_id", "points"):
        if name in body:
            return {name: body[name] + 1}
    if "branch" in body:
        return {"branch": "second"}
    return {"spenders": "head"} if "head" in body else {"name": "لیلا"}
