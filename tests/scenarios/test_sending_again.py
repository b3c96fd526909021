"""Stories of requests that are sent more than once."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from tests.obstacles import locked, waiting_backend
from tests.program import Program
from tests.world import World
from vafa.club.models import Member
from vafa.commerce.models import Purchase, Return
from vafa.config.database import connect
from vafa.config.jobs import forget_answers
from vafa.core.clock import now
from vafa.core.models import IdempotencyAnswer, IdempotencyKey
from vafa.program.models import Redemption


@pytest.fixture
def shop(world: World) -> Program:
    return Program(world.api_key(branch=world.branch))


def bill(world: World, **fields: Any) -> dict[str, Any]:
    lines = [{"sku": "milk", "amount": 1_350_000}, {"sku": "cheese", "amount": 1_200_000}]
    return {"total": 2_550_000, "member": {"id": world.member.id}, "lines": lines, **fields}


def told(answer: Any) -> tuple[int, bytes, str | None]:
    """What the caller saw: status, body and whether it was said to be a repetition."""
    return answer.status_code, answer.content, answer.headers.get("Idempotency-Hit")


def test_sent_five_times_a_purchase_counts_once(world: World, shop: Program) -> None:
    answers = [told(shop.post("/purchases", bill(world), key="once")) for _ in range(5)]
    assert answers[0][0] == 201 and answers[0][2] is None
    assert answers[1:] == [(201, answers[0][1], "true")] * 4, "the very same bytes"
    assert world.balance().available == 45
    assert Purchase.objects.filter(club=world.record).count() == 1


CHANGES = [
    ({"total": 2_600_000, "lines": []}, ["lines", "total"]),
    ({"lines": [{"sku": "lamp", "amount": 2_550_000}]}, ["lines"]),
    ({"member": None}, ["member"]),
    ({"receipt_no": "7"}, ["receipt_no"]),
    ({"channel": "phone", "pay_points": 3}, ["channel", "pay_points"]),
    ({"voucher": "abc"}, ["voucher"]),
    ({"purchased_at": "2026-01-01T10:00:00Z"}, ["purchased_at"]),
]


@pytest.mark.parametrize(("change", "names"), CHANGES, ids=[" ".join(n) for _, n in CHANGES])
def test_another_request_under_a_used_key_is_told_what_differs(
    world: World, shop: Program, change: dict[str, Any], names: list[str]
) -> None:
    assert shop.post("/purchases", bill(world), key="k").status_code == 201
    other = shop.post("/purchases", bill(world, **change), key="k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert other.headers["Content-Type"] == "application/problem+json"
    assert other.json()["details"] == {"fields": names}
    assert ", ".join(names) in other.json()["title"]
    persian = shop.post("/purchases", bill(world, **change), key="k", lang="fa").json()
    assert "، ".join(names) in persian["title"]
    assert told(shop.post("/purchases", bill(world), key="k"))[::2] == (201, "true")
    assert world.balance().available == 45


def test_a_refusal_is_repeated_though_the_world_has_changed(world: World, shop: Program) -> None:
    asked = {"member": {"id": world.member.id}, "reward_id": world.rewards["voucher"].id}
    first = shop.post("/redemptions", asked, key="r")
    assert (first.status_code, first.json()["code"]) == (409, "insufficient_balance")
    world.buy(50_000_000)
    again = shop.post("/redemptions", asked, key="r")
    assert told(again) == (409, first.content, "true")
    assert again.headers["Content-Type"] == "application/problem+json"
    persian = shop.post("/redemptions", asked, key="r", lang="fa").json()
    assert "موجودی" in persian["title"] and persian["details"] == first.json()["details"]
    assert shop.post("/redemptions", asked, key="new").status_code == 201
    blocked = bill(world, receipt_no="B")
    Member.objects.filter(pk=world.member.id).update(is_active=False)
    refused = shop.post("/purchases", blocked, key="b")
    Member.objects.filter(pk=world.member.id).update(is_active=True)
    assert told(shop.post("/purchases", blocked, key="b")) == (409, refused.content, "true")
    assert world.balance().available == 470


def test_a_mistake_is_not_stored_and_can_be_corrected(world: World, shop: Program) -> None:
    for wrong in (
        bill(world, total=0),
        bill(world, total=5),
        bill(world, member={"mobile": "09120000000"}),
        bill(world, branch="nowhere"),
        bill(world, colour="red"),
        "{",
    ):
        assert shop.post("/purchases", wrong, key="k").status_code in (400, 404, 422)
    assert not IdempotencyKey.objects.filter(club_id=world.record.id).exists()
    assert told(shop.post("/purchases", bill(world), key="k"))[::2] == (201, None)
    assert world.balance().available == 45


def test_keys_of_other_programs_and_operations_are_others(world: World, shop: Program) -> None:
    bought = shop.post("/purchases", bill(world), key="same").json()["purchase_id"]
    second = Program(world.api_key(branch=world.branch))
    other = second.post("/purchases", bill(world), key="same")
    assert told(other)[::2] == (201, None) and other.json()["purchase_id"] != bought
    back = shop.post("/returns", {"purchase_id": bought}, key="same")
    assert told(back)[::2] == (201, None)
    again = shop.post("/returns", {"purchase_id": bought}, key="same")
    assert told(again) == (201, back.content, "true")
    assert world.balance().available == 45


def test_the_longest_key_and_those_that_are_none(world: World, shop: Program) -> None:
    assert shop.post("/purchases", bill(world), key="k" * 128).status_code == 201
    for key in (None, "", "k" * 129, "a\tb"):
        answer = shop.post("/purchases", bill(world), key=key)
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert world.balance().available == 45


def test_a_member_enrolled_twice_by_one_request_is_no_error(world: World, shop: Program) -> None:
    first = shop.post("/members", {"external_id": "C-1", "name": "سارا"}, key="m")
    again = shop.post("/members", {"external_id": "C-1", "name": "سارا"}, key="m")
    assert first.status_code == 201 and told(again) == (201, first.content, "true")
    exists = shop.post("/members", {"external_id": "C-1", "name": "سارا"}, key="n")
    assert (exists.status_code, exists.json()["code"]) == (409, "member_exists")
    assert world.balance(Member.objects.get(pk=first.json()["id"])).available == 20


def test_each_item_of_a_batch_has_its_own_key(world: World, shop: Program) -> None:
    def item(n: int, **fields: Any) -> dict[str, Any]:
        return bill(world, idempotency_key=f"i{n}", **fields)

    assert shop.post("/purchases", bill(world), key="i0").status_code == 201
    items = [item(n) for n in range(80)]
    first = shop.post("/purchases/batch", {"items": items}).json()["items"]
    assert [i["status"] for i in first] == ["repeated"] + ["recorded"] * 79
    moved = world.snapshot()
    items[5] = item(5, channel="phone")
    again = shop.post("/purchases/batch", {"items": items}).json()["items"]
    assert [i["status"] for i in again] == ["repeated"] * 5 + ["refused"] + ["repeated"] * 74
    assert again[5]["problem"]["details"] == {"fields": ["channel"]}
    kept = [i["purchase"] for n, i in enumerate(again) if n != 5]
    assert kept == [i["purchase"] for n, i in enumerate(first) if n != 5]
    assert world.snapshot() == moved


def test_a_month_later_the_key_still_answers(world: World, shop: Program) -> None:
    """The words are forgotten then; what the key made is known for ever."""
    world.buy(50_000_000)
    ref, reward = {"id": world.member.id}, world.rewards["voucher"].id
    asked: list[tuple[str, dict[str, Any], str]] = [
        ("/purchases", bill(world, receipt_no="A"), "p"),
        ("/purchases", bill(world, receipt_no="Z", pay_points=10), "paid"),
        ("/purchases", bill(world, receipt_no="C", voucher="none"), "refused"),
        ("/returns", {"purchase_receipt": "A", "lines": [{"line": 1, "quantity": 1}]}, "r"),
        ("/redemptions", {"member": ref, "reward_id": reward}, "w"),
        ("/members", {"external_id": "C-2"}, "m"),
    ]
    before = [shop.post(path, body, key=key) for path, body, key in asked]
    assert [a.status_code for a in before] == [201, 201, 409, 201, 201, 201]
    moved = world.snapshot()
    links = list(IdempotencyKey.objects.filter(club_id=world.record.id).order_by("id").values())
    with time_machine.travel(now() + timedelta(days=31)):
        forget_answers(0)
        assert not IdempotencyAnswer.objects.filter(club_id=world.record.id).exists()
        after = [shop.post(path, body, key=key) for path, body, key in asked]
        other = shop.post("/purchases", bill(world, receipt_no="B"), key="p")
    for old, new in zip(before, after, strict=True):
        assert told(new)[::2] == (old.status_code, "true")
        for name, value in old.json().items():
            if name not in ("balance", "tier", "money_back", "title", "details"):
                assert new.json()[name] == value, name
    assert after[2].json()["code"] == "voucher_unusable"
    assert other.json()["details"] == {"fields": ["receipt_no"]}
    assert world.snapshot() == moved
    kept = IdempotencyKey.objects.filter(club_id=world.record.id).order_by("id").values()
    assert list(kept) == links


def test_answers_younger_than_a_month_are_kept(world: World, shop: Program) -> None:
    first = shop.post("/purchases", bill(world), key="k")
    with time_machine.travel(now() + timedelta(days=29)):
        forget_answers(0)
    assert told(shop.post("/purchases", bill(world), key="k")) == (201, first.content, "true")


def send(pool: ThreadPoolExecutor, program: Program, *args: Any, **named: Any) -> Future[Any]:
    """The answer of a request sent by another thread, which leaves no connection behind."""

    def run() -> Any:
        try:
            return program.post(*args, **named)
        finally:
            connection.close()

    return pool.submit(run)


def requests(world: World) -> list[tuple[str, dict[str, Any], type[Any]]]:
    world.buy(50_000_000)
    bought = world.buy(10_000_000).answer["purchase_id"]
    reward = world.rewards["voucher"].id
    return [
        ("/purchases", bill(world), Purchase),
        ("/returns", {"purchase_id": bought}, Return),
        ("/redemptions", {"member": {"id": world.member.id}, "reward_id": reward}, Redemption),
    ]


@pytest.mark.parametrize("which", [0, 1, 2], ids=["purchase", "return", "redemption"])
def test_while_the_first_is_in_flight_the_second_does_not_wait_for_ever(
    world: World, shop: Program, which: int
) -> None:
    path, body, made = requests(world)[which]
    count = made.objects.filter(club=world.record).count()
    with ThreadPoolExecutor(2) as pool, locked(world) as other:
        first = send(pool, shop, path, body, key="k")
        waiting_backend(other)
        began = time.monotonic()
        second = send(pool, shop, path, body, key="k").result()
        assert 1.9 < time.monotonic() - began < 10
        assert (second.status_code, second.json()["code"]) == (409, "idempotency_key_in_flight")
        assert second.headers["Retry-After"] == "2"
        assert made.objects.filter(club=world.record).count() == count
        other.execute("ROLLBACK")
        recorded = first.result()
    assert recorded.status_code == 201
    assert told(shop.post(path, body, key="k")) == (201, recorded.content, "true")
    assert made.objects.filter(club=world.record).count() == count + 1


@pytest.mark.parametrize("which", [0, 1, 2], ids=["purchase", "return", "redemption"])
def test_the_second_gets_the_answer_of_the_first_that_ends_in_time(
    world: World, shop: Program, which: int
) -> None:
    path, body, _ = requests(world)[which]
    with ThreadPoolExecutor(2) as pool, locked(world) as other:
        first = send(pool, shop, path, body, key="k")
        waiting_backend(other)
        second = send(pool, shop, path, body, key="k")
        time.sleep(0.3)
        assert not second.done()
        other.execute("ROLLBACK")
        assert told(second.result()) == (201, first.result().content, "true")


@pytest.mark.parametrize("which", [0, 1, 2], ids=["purchase", "return", "redemption"])
def test_after_a_crash_the_same_key_works(world: World, shop: Program, which: int) -> None:
    path, body, made = requests(world)[which]
    count = made.objects.filter(club=world.record).count()
    with ThreadPoolExecutor(1) as pool, locked(world) as other:
        first = send(pool, shop, path, body, key="k")
        with connect(connection.settings_dict) as killer:
            killer.execute("SELECT pg_terminate_backend(%s)", [waiting_backend(other)])
        assert (first.result().status_code, first.result().json()["code"]) == (
            503,
            "temporarily_unavailable",
        )
    assert made.objects.filter(club=world.record).count() == count
    assert told(shop.post(path, body, key="k"))[::2] == (201, None)
    assert made.objects.filter(club=world.record).count() == count + 1
