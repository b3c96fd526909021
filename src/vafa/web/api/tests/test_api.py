"""Stories of a shop's program over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.program import Program
from tests.world import World, new_mobile
from vafa.club.actions.api_keys import revoke_api_key
from vafa.club.models import ApiKey, Member
from vafa.commerce.models import Purchase, Return
from vafa.program.reads.revisions import live_program
from vafa.program.rules.recipes import multiplier
from vafa.program.rules.rule import Text


@pytest.fixture
def shop(world: World) -> Program:
    return Program(world.api_key(branch=world.branch))


def test_a_purchase_is_recorded_explained_and_answered_again(world: World, shop: Program) -> None:
    body = {
        "total": 2_550_000,
        "currency": "IRR",
        "member": {"mobile": "۰" + (world.member.mobile or "")[3:]},
        "lines": [
            {"sku": "milk", "quantity": 3, "amount": 1_350_000},
            {"sku": "cheese", "amount": 1_200_000},
        ],
        "receipt_no": "R-1",
    }
    first = shop.post("/purchases", body, key="a1")
    assert first.status_code == 201, first.content
    answer = first.json()
    assert answer["points"] == 25
    assert answer["balance"] == {"available": 45, "pending": 0}
    assert answer["explanation"][0]["text"] == "25 for the purchase, 1 for every 10,000 toman"
    again = shop.post("/purchases", body, key="a1", lang="fa")
    assert again.status_code == 201 and again.headers["Idempotency-Hit"] == "true"
    assert again.json()["purchase_id"] == answer["purchase_id"]
    assert "امتیاز" in again.json()["explanation"][0]["text"]
    assert world.balance().available == 45
    got = shop.get(f"/purchases/{answer['purchase_id']}").json()
    assert [line["sku"] for line in got["lines"]] == ["milk", "cheese"]
    assert shop.get("/purchases").json()["items"][-1]["receipt_no"] == "R-1"


def test_a_preview_says_which_rules_are_missed_and_why(world: World, shop: Program) -> None:
    name = Text(fa="پنجشنبه", en="Thursdays")
    thursday = multiplier("thursday", name, 200, weekdays=[5])
    friday = multiplier("friday", Text(fa="جمعه", en="Fridays"), 200, weekdays=[6])
    rules = (*live_program(world.record.id).program.rules, thursday, friday)
    world.change_program(rules=rules)
    body = {
        "total": 10**7,
        "member": {"id": world.member.id},
        "purchased_at": "2026-11-19T09:00:00Z",
    }
    answer = shop.post("/purchases/preview", body).json()
    assert "thursday" in [part["rule"] for part in answer["explanation"]]
    told = {one["rule"]: (one["text"], one["missing"]) for one in answer["missed"]}
    assert told["friday"] == ("Fridays: only on Fridays", 0)
    assert "birthday" in told and "thursday" not in told and "per-amount" not in told


def test_a_preview_moves_nothing(world: World, shop: Program) -> None:
    answer = shop.post("/purchases/preview", {"total": 10**7, "member": {"id": world.member.id}})
    assert answer.status_code == 200 and answer.json()["points"] == 100
    assert world.balance().available == 20
    assert not Purchase.objects.filter(club=world.record).exists()


BAD = [
    ({"total": 0}, 422, "invalid_amount"),
    ({"total": -1}, 422, "invalid_amount"),
    ({"total": 10**13 + 1}, 422, "invalid_amount"),
    ({"total": 1.5}, 422, "invalid_input"),
    ({"total": "1000"}, 422, "invalid_input"),
    ({"total": 10**6, "currency": "USD"}, 422, "wrong_currency"),
    ({"total": 10**6, "purchased_at": "2999-01-01T00:00:00Z"}, 422, "in_the_future"),
    ({"total": 10**6, "purchased_at": "2024-01-01T00:00:00"}, 422, "invalid_input"),
    ({"total": 10**6, "member": {"mobile": "09120000000"}}, 404, "unknown_member"),
    ({"total": 10**6, "member": {"mobile": "021"}}, 422, "invalid_mobile"),
    ({"total": 10**6, "member": {"id": 1, "card": "5"}}, 422, "member_unclear"),
    ({"total": 10**6, "member": {"id": 10**30}}, 404, "unknown_member"),
    ({"total": 10**6, "lines": [{"amount": 5}]}, 422, "lines_do_not_add_up"),
    ({"total": 10**6, "lines": [{"amount": 10**6, "quantity": 0}]}, 422, "invalid_input"),
    ({"total": 10**6, "branch": "second"}, 404, "unknown_branch"),
    ({"total": 10**6, "is_admin": True}, 422, "invalid_input"),
    ({"total": 10**6, "receipt_no": "x\x00y"}, 422, "invalid_input"),
    ("{", 400, "invalid_body"),
    ("[]", 422, "invalid_input"),
    (b"\xff\xfe", 400, "invalid_body"),
    ("", 422, "invalid_input"),
    ('{"total": "' + "x" * 5_000_000 + '"}', 413, "body_too_large"),
]


@pytest.mark.parametrize(("body", "status", "code"), BAD, ids=[str(b[0])[:40] for b in BAD])
def test_bad_input_gets_a_clear_problem_and_moves_nothing(
    world: World, shop: Program, body: Any, status: int, code: str
) -> None:
    for lang in ("fa", "en"):
        answer = shop.post("/purchases", body, key=f"k-{lang}", lang=lang)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["title"]
    assert not Purchase.objects.filter(club=world.record).exists()
    assert world.balance().available == 20


def test_what_moves_value_needs_a_key(world: World, shop: Program) -> None:
    body = {"total": 10**6, "member": {"id": world.member.id}}
    for path, asked in (
        ("/purchases", body),
        ("/returns", {"purchase_id": 1}),
        ("/redemptions", {"member": {"id": world.member.id}, "reward_id": 1}),
    ):
        for key in (None, "", "x" * 129):
            answer = shop.post(path, asked, key=key)
            assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert world.balance().available == 20


def test_keys_and_receipts_used_again_for_other_contents(world: World, shop: Program) -> None:
    body = {"total": 10**6, "member": {"id": world.member.id}, "receipt_no": "7"}
    assert shop.post("/purchases", body, key="k").status_code == 201
    other_total = {**body, "total": 2 * 10**6}
    assert shop.post("/purchases", other_total, key="k").json()["code"] == "idempotency_key_reused"
    assert shop.post("/purchases", other_total, key="k2").json()["code"] == "receipt_reused"
    same = shop.post("/purchases", body, key="k3")
    assert same.status_code == 200
    assert world.balance().available == 30


def test_outsiders_see_and_move_nothing(world: World, other_world: World, shop: Program) -> None:
    stranger = Program(other_world.api_key())
    bought = shop.post("/purchases", {"total": 10**6, "member": {"id": world.member.id}}, key="1")
    number = bought.json()["purchase_id"]
    reading = Program(world.api_key("members:read"))
    asked = {"total": 10**6, "member": {"id": world.member.id}, "branch": "main"}
    for answer, status, code in (
        (stranger.get(f"/members/{world.member.id}"), 404, "unknown_member"),
        (stranger.get(f"/members/{world.member.id}/balance"), 404, "unknown_member"),
        (stranger.get(f"/members/{world.member.id}/transfers"), 404, "unknown_member"),
        (stranger.get(f"/purchases/{number}"), 404, "unknown_purchase"),
        (stranger.post("/purchases", asked, key="x"), 404, "unknown_member"),
        (
            stranger.post("/returns", {"purchase_id": number, "branch": "main"}, key="y"),
            404,
            "unknown_purchase",
        ),
        (reading.post("/purchases", asked, key="z"), 403, "missing_scope"),
        (Program("vafa_wrong").get("/rewards"), 401, "invalid_api_key"),
        (Program("").get("/rewards"), 401, "invalid_api_key"),
        (shop.get("/nothing/here"), 404, "not_found"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Return.objects.filter(club=world.record).exists()
    assert world.balance().available == 30


def test_a_revoked_key_is_refused(world: World) -> None:
    program = Program(world.api_key())
    assert program.get("/rewards").status_code == 200
    revoke_api_key(ApiKey.objects.filter(club=world.record).latest("id"))
    assert program.get("/rewards").status_code == 401


def test_a_batch_answers_each_of_its_items(world: World, shop: Program) -> None:
    member = {"id": world.member.id}
    items = [
        {"total": 10**6, "member": member, "idempotency_key": "b1"},
        {"total": 0, "member": member, "idempotency_key": "b2"},
        {"total": 10**6, "member": {"mobile": "nonsense"}, "idempotency_key": "b3"},
        {"total": 10**6, "member": member, "idempotency_key": "b1"},
    ]
    answer = shop.post("/purchases/batch", {"items": items})
    assert answer.status_code == 200, answer.content
    got = answer.json()["items"]
    assert [i["status"] for i in got] == ["recorded", "refused", "refused", "repeated"]
    assert [i["problem"]["code"] for i in got if "problem" in i] == [
        "invalid_amount",
        "invalid_mobile",
    ]
    too_many = {"items": [items[0]] * 1001}
    assert shop.post("/purchases/batch", too_many).status_code == 422
    assert world.balance().available == 30


def test_a_return_by_receipt_and_lines(world: World, shop: Program) -> None:
    body = {
        "total": 2_550_000,
        "member": {"id": world.member.id},
        "lines": [
            {"sku": "milk", "quantity": 3, "amount": 1_350_000},
            {"sku": "cheese", "amount": 1_200_000},
        ],
        "receipt_no": "R-2",
    }
    shop.post("/purchases", body, key="p")
    part = {"purchase_receipt": "R-2", "lines": [{"line": 1, "quantity": 1}], "reason": "خراب بود"}
    answer = shop.post("/returns", part, key="r1")
    assert answer.status_code == 201, answer.content
    assert answer.json()["total"] == 450_000 and answer.json()["points_taken"] == 4
    too_much = {"purchase_receipt": "R-2", "lines": [{"line": 1, "quantity": 3}]}
    assert shop.post("/returns", too_much, key="r2").json()["code"] == "return_too_large"
    assert shop.post("/returns", {"purchase_receipt": "R-2"}, key="r3").json()["points_taken"] == 21
    assert world.balance().available == 20


def test_a_numbered_purchase_comes_back_where_it_was_bought(world: World, shop: Program) -> None:
    office = Program(world.api_key())
    body = {"total": 100_000, "member": {"id": world.member.id}, "branch": world.other_branch.id}
    number = office.post("/purchases", body, key="p").json()["purchase_id"]
    elsewhere = shop.post("/returns", {"purchase_id": number}, key="r1")
    assert elsewhere.json()["code"] == "unknown_purchase"
    unclear = office.post("/returns", {"purchase_receipt": "R-3"}, key="r2")
    assert unclear.json()["code"] == "unknown_branch"
    back = office.post("/returns", {"purchase_id": number, "amount": 40_000}, key="r3")
    assert back.status_code == 201, back.content
    here = {"purchase_id": number, "branch": "main"}
    assert office.post("/returns", here, key="r4").status_code == 201
    where = Return.objects.filter(purchase_id=number).order_by("id")
    assert [one.branch_id for one in where] == [world.other_branch.id, world.branch.id]
    world.verify()


def test_members_balances_transfers_and_redemptions(world: World, shop: Program) -> None:
    mobile = new_mobile()
    made = shop.post(
        "/members", {"mobile": mobile, "name": "علي كريمي", "birth_date": "1991-02-03"}, key="m1"
    )
    assert made.status_code == 201, made.content
    member = made.json()
    assert member["name"] == "علی کریمی" and len(member["cards"]) == 1
    assert shop.post("/members", {"mobile": mobile}, key="m2").json()["code"] == "member_exists"
    assert shop.post("/members", {"name": "x"}, key="m3").json()["code"] == "member_needs_reference"
    assert shop.post("/members", {"mobile": "123"}, key="m3").json()["code"] == "invalid_mobile"
    by_card = shop.get(f"/members?card={member['cards'][0]}").json()["items"]
    assert [m["id"] for m in by_card] == [member["id"]]
    ref = {"id": member["id"]}
    shop.post("/purchases", {"total": 5 * 10**6, "member": ref}, key="p1")
    standing = shop.get(f"/members/{member['id']}/balance").json()
    assert (standing["available"], standing["tier"]["code"]) == (70, "bronze")
    assert [lot["points"] for lot in standing["expiring"]] == [70]
    voucher = world.rewards["voucher"].id
    redeemed = shop.post("/redemptions", {"member": ref, "reward_id": voucher}, key="w1")
    assert redeemed.status_code == 201, redeemed.content
    again = shop.post("/redemptions", {"member": ref, "reward_id": voucher}, key="w1")
    assert again.status_code == 201
    assert again.json()["voucher_code"] == redeemed.json()["voucher_code"]
    refused = shop.post("/redemptions", {"member": ref, "reward_id": voucher}, key="w2")
    assert (refused.status_code, refused.json()["code"]) == (409, "insufficient_balance")
    lines = shop.get(f"/members/{member['id']}/transfers").json()["items"]
    assert [(line["kind"], line["points"]) for line in lines] == [
        ("redeem", -50),
        ("purchase", 50),
        ("join", 20),
    ]
    code = redeemed.json()["voucher_code"]
    bill = {"total": 10**6, "member": ref, "voucher": code.lower()}
    used = shop.post("/purchases", bill, key="v1").json()
    assert (used["discount"], used["points"]) == (500_000, 5)
    twice = shop.post("/purchases", bill, key="v2").json()
    assert twice["code"] == "voucher_unusable"
    person = Member.objects.get(pk=member["id"])
    assert world.balance(person).available == 25


def test_the_last_of_a_reward_goes_once(world: World, shop: Program) -> None:
    world.buy(30_000_000)
    asked = {"member": {"id": world.member.id}, "reward_id": world.rewards["product"].id}
    assert shop.post("/redemptions", asked, key="1").status_code == 201
    assert shop.post("/redemptions", asked, key="2").json()["code"] == "reward_unavailable"
    assert world.balance().available == 220
