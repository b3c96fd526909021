"""Vouchers over the API: checked, given, used together, and never told apart from unknown ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from tests.world import World
from vafa.core.clock import now
from vafa.flows.voucher_series import make_codes
from vafa.program.models import Voucher

HOME = "/api/v1"


class Caller:
    """A program with a key to everything."""

    def __init__(self, world: World) -> None:
        self.client, self.secret = Client(), world.api_key()

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.post(
            HOME + path,
            body,
            content_type="application/json",
            headers={
                "Authorization": f"Bearer {self.secret}",
                "Idempotency-Key": str(uuid4()),
                "Accept-Language": "fa",
                **headers,
            },
        )

    def get(self, path: str) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}", "Accept-Language": "fa"}
        return self.client.get(HOME + path, headers=headers).json()


def series(world: World, caller: Caller, **fields: Any) -> list[str]:
    """Codes that were made over the API."""
    until = (now() + timedelta(days=30)).isoformat()
    made = caller.post("/voucher-series", {"name": "کد", "expires_at": until, **fields})
    assert made.status_code == 201, made.content
    number = made.json()["series_id"]
    assert made.json()["made"] == 0
    make_codes(world.club, number)
    return [row["code"] for row in caller.get(f"/voucher-series/{number}/codes")["items"]]


def bill(world: World, *codes: str, total: int = 1_000_000, **fields: Any) -> dict[str, Any]:
    values = {"total": total, "branch": "main", "member": {"id": world.member.id}, **fields}
    return values | {"vouchers": list(codes)}


def test_a_check_says_what_the_purchase_then_does(world: World) -> None:
    caller = Caller(world)
    (ten,) = series(world, caller, kind="percent", terms={"percent": 10})
    (off,) = series(world, caller, kind="voucher", value=100_000)
    lines = [{"amount": 700_000, "sku": "milk"}, {"amount": 300_000, "sku": "cheese"}]

    seen = caller.post("/vouchers/check", bill(world, off.lower(), ten, lines=lines)).json()
    assert (seen["discount"], seen["to_pay"]) == (200_000, 800_000)
    assert {v["code"]: v["lines"] for v in seen["vouchers"]} == {
        ten: [70_000, 30_000],
        off: [70_000, 30_000],
    }
    done = caller.post("/purchases", bill(world, off, ten, lines=lines)).json()
    assert (done["discount"], done["vouchers"]) == (200_000, seen["vouchers"])
    refused = caller.post("/vouchers/check", bill(world, off, ten))
    assert refused.json()["code"] == "voucher_unusable"
    back = caller.post("/returns", {"purchase_id": done["purchase_id"], "branch": "main"}).json()
    assert back["money_back"] == 800_000 and len(back["voucher_codes"]) == 2
    world.verify()


def test_a_code_is_given_and_listed(world: World) -> None:
    caller = Caller(world)
    first, second = series(world, caller, kind="gift", value=500_000, count=2)
    number = Voucher.objects.get(code=first).series_id
    body = {"series_id": number, "member": {"id": world.member.id}}
    same = {"Idempotency-Key": "once"}
    given = [caller.post("/vouchers", body, **same).json()["voucher_code"] for _ in range(2)]
    assert given == [first, first]
    (mine,) = caller.get(f"/members/{world.member.id}/vouchers")["items"]
    assert (mine["code"], mine["left"], mine["state"]) == (first, 500_000, "usable")
    assert mine["text"] == "کارت هدیه، ۵۰٬۰۰۰ تومان"
    assert caller.post("/vouchers/cancel", {"code": second}).status_code == 201
    for _ in range(2):
        last = caller.post("/vouchers", body)
    assert last.json()["code"] == "codes_gone"


def test_another_members_code_is_like_an_unknown_one(world: World) -> None:
    caller = Caller(world)
    (code,) = series(world, caller, kind="voucher", value=100_000)
    stranger = world.enrol()
    body = {"series_id": Voucher.objects.get(code=code).series_id, "member": {"id": stranger.id}}
    caller.post("/vouchers", body)
    hers = caller.post("/vouchers/check", bill(world, code))
    unknown = caller.post("/vouchers/check", bill(world, "ABCD-ABCD-ABCD-ABCD"))
    assert hers.json() == unknown.json() and hers.status_code == unknown.status_code == 409


def test_short_codes_are_not_guessed(world: World) -> None:
    caller = Caller(world)
    (code,) = series(world, caller, kind="voucher", value=1, prefix="YALDA", letters=6)
    tried = [caller.post("/vouchers/check", bill(world, f"YALDA-22222{n}")) for n in "23456789AB"]
    assert {one.json()["code"] for one in tried} == {"voucher_unusable"}
    assert caller.post("/vouchers/check", bill(world, code)).json()["code"] == "too_many_tries"
    other = bill(world, code, member={"id": world.enrol().id})
    assert caller.post("/vouchers/check", other).status_code == 200


def short_code(world: World, caller: Caller, **fields: Any) -> str:
    terms = {"kind": "voucher", "value": 1, "prefix": "YALDA", "letters": 6}
    (code,) = series(world, caller, **terms | fields)
    return code


def test_purchases_are_no_way_to_guess_either(world: World) -> None:
    caller = Caller(world)
    code = short_code(world, caller)
    (long,) = series(world, caller, kind="voucher", value=1)
    spent = {"Idempotency-Key": "before"}
    other_code = short_code(world, caller)
    first = caller.post("/purchases", bill(world, other_code), **spent)
    named: tuple[dict[str, Any], ...] = ({"id": world.member.id}, {"mobile": world.member.mobile})
    for number, letter in enumerate("23456789AB"):
        wrong = bill(world, f"YALDA-22222{letter}", member=named[number % 2])
        path = "/purchases" if number < 8 else "/reservations"
        if number >= 8:
            wrong = {"member": wrong["member"], "branch": "main", "voucher": wrong["vouchers"][0]}
        assert caller.post(path, wrong).json()["code"] == "voucher_unusable"
    late = caller.post("/purchases", bill(world, code))
    assert (late.status_code, late.json()["code"]) == (429, "too_many_tries")
    held = {"member": named[0], "branch": "main", "voucher": code}
    assert caller.post("/reservations", held).status_code == 429
    # What was answered is said again, other codes serve, and other members are not slowed.
    assert caller.post("/purchases", bill(world, other_code), **spent).json() == first.json()
    assert caller.post("/purchases", bill(world, long)).status_code == 201
    friend = bill(world, code, member={"id": world.enrol().id})
    assert caller.post("/purchases", friend).status_code == 201
    world.verify()


def test_a_batch_tries_no_more_codes_than_single_purchases(world: World) -> None:
    caller = Caller(world)
    code, public = short_code(world, caller), short_code(world, caller, max_uses=None)
    legal = [bill(world, public, idempotency_key=f"legal{n}", member=None) for n in range(15)]
    done = caller.post("/purchases/batch", {"items": legal}).json()["items"]
    assert {one["status"] for one in done} == {"recorded"}

    tries = [f"YALDA-22222{letter}" for letter in "23456789ABCD"]
    items = [bill(world, one, idempotency_key=one) for one in [*tries, code]]
    items.append(bill(world, idempotency_key="none"))
    said = caller.post("/purchases/batch", {"items": items}).json()["items"]
    codes = [one["problem"]["code"] if "problem" in one else one["status"] for one in said]
    assert codes == ["voucher_unusable"] * 10 + ["too_many_tries"] * 3 + ["recorded"]
    assert caller.post("/purchases", bill(world, code)).status_code == 429


def test_what_makes_no_sense_is_refused(world: World) -> None:
    caller = Caller(world)
    until = (now() + timedelta(days=30)).isoformat()
    fields: tuple[tuple[dict[str, Any], str], ...] = (
        ({"kind": "percent", "terms": {"percent": 101}}, "percent"),
        ({"kind": "voucher"}, "value"),
        ({"kind": "percent", "expires_at": "2026-01-01T00:00:00"}, "expires_at"),
        ({"kind": "percent", "terms": {"percent": "many"}}, "percent"),
    )
    for wrong, field in fields:
        made = caller.post("/voucher-series", {"name": "کد", "expires_at": until, **wrong})
        assert (made.status_code, made.json()["details"]) == (422, {"field": field})
    eleven = caller.post("/vouchers/check", bill(world, *[f"CODE{n}" for n in range(11)]))
    assert eleven.status_code == 422
    none = caller.post("/vouchers/check", bill(world))
    assert none.json()["details"] == {"field": "vouchers"}
