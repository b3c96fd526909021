"""Stories of a shop's program that sets value aside before the bill is paid."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from tests.program import Program
from tests.world import World, new_mobile
from vafa.core.clock import now
from vafa.flows.adjustments import request_adjustment
from vafa.flows.hold_ends import end_due_holds
from vafa.flows.upkeep import run_upkeep
from vafa.program.models import Redemption, Reservation, Voucher

CREDIT = 500_000


@pytest.fixture
def shop(world: World) -> Program:
    """The member has 120 points and 500,000 rials of credit."""
    world.buy(10_000_000)
    give_credit(world, CREDIT)
    return Program(world.api_key(branch=world.branch))


def give_credit(world: World, amount: int) -> None:
    given = request_adjustment(
        world.club,
        member_id=world.member.id,
        amount=amount,
        unit="credit",
        reason="هدیه",
        actor=world.owner,
    )
    assert given.error is None, given.error


def send(shop: Program, path: str, body: Any = None, **options: Any) -> Any:
    return shop.post(path, body or {}, **{"key": str(uuid.uuid4()), **options})


def reserve(shop: Program, world: World, **asked: Any) -> Any:
    return send(shop, "/reservations", {"member": {"id": world.member.id}, **asked})


def reserved(shop: Program, world: World, **asked: Any) -> int:
    answer = reserve(shop, world, **asked)
    assert answer.status_code == 201, answer.content
    number: int = answer.json()["reservation_id"]
    return number


def value(shop: Program, world: World) -> tuple[int, int, int, int]:
    """Points available and held, credit available and held."""
    seen = shop.get(f"/members/{world.member.id}/balance").json()
    return seen["available"], seen["held"], seen["credit"]["available"], seen["credit"]["held"]


def bill(world: World, total: int, **fields: Any) -> dict[str, Any]:
    return {"total": total, "member": {"id": world.member.id}, **fields}


def test_points_and_credit_are_set_aside_and_pay_a_bill(world: World, shop: Program) -> None:
    assert value(shop, world) == (120, 0, CREDIT, 0)
    made = reserve(shop, world, points=100, credit=200_000).json()
    assert made["status"] == "open"
    assert made["balance"] == {"available": 20, "held": 100}
    assert made["credit_balance"] == {"available": 300_000, "held": 200_000}
    assert value(shop, world) == (20, 100, 300_000, 200_000)
    # Nobody else takes them meanwhile.
    other = send(shop, "/purchases", bill(world, 2_000_000, pay_points=100))
    assert (other.status_code, other.json()["code"]) == (409, "insufficient_balance")
    body = bill(world, 2_000_000, reservation=made["reservation_id"])
    seen = shop.post("/purchases/preview", body).json()
    assert (seen["points_paid"], seen["paid_by_credit"]) == (100, 200_000)
    bought = send(shop, "/purchases", body)
    assert bought.status_code == 201, bought.content
    assert bought.json()["paid_by_points"] == 300_000
    assert bought.json()["paid_by_credit"] == 200_000
    assert value(shop, world) == (20 + 15, 0, 300_000, 0)
    kept = shop.get(f"/reservations/{made['reservation_id']}").json()
    assert (kept["status"], kept["purchase_id"]) == ("used", bought.json()["purchase_id"])


def test_answers_say_what_is_held_of_the_balance(world: World, shop: Program) -> None:
    before = shop.post("/purchases/preview", bill(world, 100_000)).json()
    assert before["balance"] == {"available": 121, "pending": 0}
    reserved(shop, world, points=100)
    seen = shop.post("/purchases/preview", bill(world, 100_000)).json()
    bought = send(shop, "/purchases", bill(world, 100_000)).json()
    assert seen["balance"] == bought["balance"] == {"available": 21, "pending": 0, "held": 100}
    back = send(shop, "/returns", {"purchase_id": bought["purchase_id"]}).json()
    assert back["balance"] == {"available": 20, "pending": 0, "held": 100}


def test_a_bill_takes_a_part_and_the_rest_goes_back(world: World, shop: Program) -> None:
    number = reserved(shop, world, points=100, credit=200_000)
    body = bill(world, 2_000_000, reservation=number, pay_points=40, receipt_no="R-1")
    bought = send(shop, "/purchases", body)
    assert bought.status_code == 201, bought.content
    assert value(shop, world) == (80 + 18, 0, CREDIT, 0)
    # The till lost the answer and sends the receipt again; another bill gets nothing out of it.
    assert send(shop, "/purchases", body).status_code == 200
    again = send(shop, "/purchases", {**body, "receipt_no": "R-2"})
    assert (again.status_code, again.json()["code"]) == (409, "reservation_resolved")


def test_a_return_gives_back_what_a_reservation_paid(world: World, shop: Program) -> None:
    code = world.redeem("voucher").answer["voucher_code"]
    number = reserved(shop, world, points=50, credit=200_000, voucher=code)
    assert value(shop, world) == (20, 100, 300_000, 200_000)
    bought = send(shop, "/purchases", bill(world, 3_000_000, reservation=number)).json()
    assert (bought["discount"], bought["points_paid"]) == (500_000, 50)
    assert value(shop, world) == (20 + bought["points"], 0, 300_000, 0)
    half = {"purchase_id": bought["purchase_id"], "amount": 1_500_000}
    first = send(shop, "/returns", half).json()
    assert (first["points_given_back"], first["credit_given_back"]) == (25, 100_000)
    second = send(shop, "/returns", half).json()
    assert (second["points_given_back"], second["credit_given_back"]) == (25, 100_000)
    assert first["money_back"] + second["money_back"] == 3_000_000 - 500_000 - 150_000 - 200_000
    assert value(shop, world) == (70, 0, CREDIT, 0)
    assert Voucher.objects.get(code=second["voucher_code"]).value == 500_000


def test_without_a_bill_it_is_captured_whole_in_part_or_released(
    world: World, shop: Program
) -> None:
    whole = send(shop, f"/reservations/{reserved(shop, world, points=20, credit=100)}/capture")
    assert whole.status_code == 201, whole.content
    assert (whole.json()["points"], whole.json()["credit"]) == (20, 100)
    assert value(shop, world) == (100, 0, CREDIT - 100, 0)
    part = reserved(shop, world, points=50, credit=100_000)
    answer = send(shop, f"/reservations/{part}/capture", {"points": 30})
    assert answer.json()["balance"] == {"available": 70, "held": 0}
    assert value(shop, world) == (70, 0, CREDIT - 100, 0)
    freed = reserved(shop, world, points=70)
    assert send(shop, f"/reservations/{freed}/release").json()["status"] == "released"
    assert value(shop, world) == (70, 0, CREDIT - 100, 0)
    for done in (part, freed):
        for end in ("capture", "release"):
            refused = send(shop, f"/reservations/{done}/{end}")
            assert (refused.status_code, refused.json()["code"]) == (409, "reservation_resolved")
    words = shop.get(f"/members/{world.member.id}/transfers").json()["items"][0]["explanation"]
    assert words == ["30 points paid 9,000 toman of the bill"]


def test_a_voucher_is_set_aside_too(world: World, shop: Program) -> None:
    code = world.redeem("voucher").answer["voucher_code"]
    number = reserved(shop, world, voucher=code.lower())
    for taken in (
        reserve(shop, world, voucher=code),
        send(shop, "/purchases", bill(world, 2_000_000, voucher=code)),
    ):
        assert (taken.status_code, taken.json()["code"]) == (409, "voucher_unusable")
    redemption = Redemption.objects.get(member=world.member).id
    kept = send(shop, f"/redemptions/{redemption}/cancel", lang="fa")
    assert (kept.status_code, kept.json()["code"]) == (409, "voucher_set_aside")
    assert "کنار گذاشته" in kept.json()["title"]
    used = send(shop, f"/reservations/{number}/capture")
    assert used.json()["voucher_code"] == code
    assert used.json()["decision_id"] is None
    assert value(shop, world) == (70, 0, CREDIT, 0)
    final = send(shop, f"/redemptions/{redemption}/cancel")
    assert (final.status_code, final.json()["code"]) == (409, "redemption_final")


def test_an_unused_reward_is_given_up_once(world: World, shop: Program) -> None:
    answer = world.redeem("product").answer
    path = f"/redemptions/{answer['redemption_id']}/cancel"
    assert value(shop, world) == (20, 100, CREDIT, 0)
    given = send(shop, path)
    assert given.status_code == 201, given.content
    assert given.json()["points_given_back"] == 100
    assert value(shop, world) == (120, 0, CREDIT, 0)
    world.rewards["product"].refresh_from_db()
    assert world.rewards["product"].stock == 1
    again = send(shop, path)
    assert (again.status_code, again.json()["code"]) == (409, "redemption_final")
    assert send(shop, "/redemptions/999999999/cancel").status_code == 404


def test_time_gives_back_and_what_ended_is_final(world: World, shop: Program) -> None:
    code = world.redeem("voucher").answer["voucher_code"]
    number = reserved(shop, world, points=70, credit=CREDIT, voucher=code, minutes=10)
    assert value(shop, world) == (0, 120, 0, CREDIT)
    run_upkeep(world.club, at=now() + timedelta(minutes=9))
    assert value(shop, world) == (0, 120, 0, CREDIT)
    run_upkeep(world.club, at=now() + timedelta(minutes=11))
    assert value(shop, world) == (70, 50, CREDIT, 0)
    assert shop.get(f"/reservations/{number}").json()["status"] == "expired"
    late = send(shop, "/purchases", bill(world, 3_000_000, reservation=number))
    assert (late.status_code, late.json()["code"]) == (409, "reservation_resolved")
    assert end_due_holds(world.club, now() + timedelta(minutes=11)) == 0
    bought = send(shop, "/purchases", bill(world, 3_000_000, voucher=code, pay_points=70))
    assert bought.status_code == 201, bought.content


def test_what_is_overdue_does_not_stand_in_the_way(world: World, shop: Program) -> None:
    """The clock has passed its time, and upkeep was not there yet."""
    code = world.redeem("voucher").answer["voucher_code"]
    first = overdue(world, points=70, credit=CREDIT, voucher=code)
    second = overdue(world, points=70, credit=CREDIT, voucher=code)
    assert shop.get(f"/reservations/{first}").json()["status"] == "expired"
    assert shop.get(f"/reservations/{second}").json()["status"] == "open"
    for path, body in (
        ("/purchases", bill(world, 3_000_000, reservation=second)),
        (f"/reservations/{second}/capture", {}),
    ):
        late = send(shop, path, body)
        assert (late.status_code, late.json()["code"]) == (409, "reservation_resolved")
    # She need not wait either when she gives up what the overdue bill would have used.
    redemption = Redemption.objects.get(member=world.member).id
    assert send(shop, f"/redemptions/{redemption}/cancel").status_code == 201


def overdue(world: World, **asked: Any) -> int:
    """A reservation whose time was over a minute ago."""
    outcome = world.reserve(minutes=10, at=now() - timedelta(minutes=11), **asked)
    assert outcome.error is None, outcome.error
    number: int = outcome.answer["reservation_id"]
    return number


BAD: list[tuple[dict[str, Any], int, str]] = [
    ({}, 422, "nothing_to_reserve"),
    ({"points": 0, "credit": 0, "voucher": ""}, 422, "nothing_to_reserve"),
    ({"points": 121}, 409, "insufficient_balance"),
    ({"credit": CREDIT + 1}, 409, "insufficient_balance"),
    ({"points": 20, "credit": CREDIT + 1}, 409, "insufficient_balance"),
    ({"points": -1}, 422, "invalid_input"),
    ({"points": 10**13 + 1}, 422, "invalid_input"),
    ({"points": 2**63}, 422, "invalid_input"),
    ({"points": 10**30}, 422, "invalid_input"),
    ({"credit": 2**63 - 1}, 422, "invalid_input"),
    ({"points": 1.5}, 422, "invalid_input"),
    ({"points": True}, 422, "invalid_input"),
    ({"points": 5, "minutes": 0}, 422, "invalid_input"),
    ({"points": 5, "minutes": 10_081}, 422, "invalid_input"),
    ({"points": 5, "branch": "second"}, 404, "unknown_branch"),
    ({"points": 5, "branch": 2**63 - 1}, 404, "unknown_branch"),
    ({"points": 5, "member": {"id": 10**30}}, 404, "unknown_member"),
    ({"points": 5, "member": {"mobile": new_mobile()}}, 404, "unknown_member"),
    ({"voucher": "NO-SUCH-CODE"}, 409, "voucher_unusable"),
    ({"points": 5, "voucher": "NO-SUCH-CODE"}, 409, "voucher_unusable"),
    ({"voucher": "x\x00"}, 422, "invalid_input"),
    ({"points": 5, "is_admin": True}, 422, "invalid_input"),
]


def test_bad_reservations_move_nothing_and_say_why(world: World, shop: Program) -> None:
    before = value(shop, world)
    for asked, status, code in BAD:
        for lang in ("fa", "en"):
            body = {"member": {"id": world.member.id}, **asked}
            answer = send(shop, "/reservations", body, lang=lang)
            assert (answer.status_code, answer.json()["code"]) == (status, code), asked
            assert answer.json()["title"]
    assert value(shop, world) == before
    assert not Reservation.objects.filter(club=world.record).exists()


def test_bad_captures_move_nothing_and_say_why(world: World, shop: Program) -> None:
    number = reserved(shop, world, points=50, credit=100_000)
    before = value(shop, world)
    for asked, status, code in (
        ({"points": 51}, 409, "capture_too_large"),
        ({"credit": 100_001}, 409, "capture_too_large"),
        ({"points": 50, "credit": 10**15}, 409, "capture_too_large"),
        ({"points": 0}, 409, "capture_too_large"),
        ({"points": 0, "credit": 0}, 409, "capture_too_large"),
        ({"points": 2**63 - 1}, 409, "capture_too_large"),
        ({"points": 2**63}, 422, "invalid_input"),
        ({"points": -1}, 422, "invalid_input"),
        ({"points": "5"}, 422, "invalid_input"),
    ):
        answer = send(shop, f"/reservations/{number}/capture", asked, lang="fa")
        assert (answer.status_code, answer.json()["code"]) == (status, code), asked
    for fields, status, code in (
        ({"pay_points": 51}, 409, "capture_too_large"),
        ({"pay_credit": 100_001}, 409, "capture_too_large"),
        ({"voucher": "NO-SUCH"}, 409, "voucher_unusable"),
        ({"total": 200_000}, 409, "too_many_points"),
        ({"total": 200_000, "pay_points": 10, "pay_credit": 90_000 * 2}, 409, "capture_too_large"),
        ({"total": 90_000, "pay_credit": 100_000}, 409, "bill_overpaid"),
        ({"member": None}, 404, "unknown_reservation"),
        ({"reservation": 2**63 - 1}, 404, "unknown_reservation"),
        ({"reservation": 2**63}, 422, "invalid_input"),
        ({"pay_credit": -1}, 422, "invalid_input"),
        ({"pay_credit": 2**63}, 422, "invalid_input"),
    ):
        body = bill(world, 2_000_000, reservation=number) | fields
        answer = send(shop, "/purchases", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), fields
    assert value(shop, world) == before
    for nowhere, status in ((2**63 - 1, 404), (2**63, 422), (10**30, 422)):
        assert send(shop, f"/reservations/{nowhere}/release").status_code == status
        assert send(shop, f"/redemptions/{nowhere}/cancel").status_code == status
        assert shop.get(f"/reservations/{nowhere}").status_code == status
    assert send(shop, f"/reservations/{number}/release").status_code == 201


def test_another_club_branch_or_member_has_no_part_in_it(
    world: World, other_world: World, shop: Program
) -> None:
    number = reserved(shop, world, points=50)
    theirs = Program(other_world.api_key(branch=other_world.branch))
    second = Program(world.api_key(branch=world.other_branch))
    for stranger in (theirs, second):
        assert stranger.get(f"/reservations/{number}").status_code == 404
        for end in ("capture", "release"):
            answer = send(stranger, f"/reservations/{number}/{end}")
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_reservation")
        answer = send(stranger, "/purchases", bill(world, 2_000_000, reservation=number))
        assert answer.status_code == 404
    neighbour = world.enrol()
    body = {"total": 2_000_000, "member": {"id": neighbour.id}, "reservation": number}
    answer = send(shop, "/purchases", body)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_reservation")
    code = world.redeem("voucher").answer["voucher_code"]
    mine = send(shop, "/reservations", {"member": {"id": neighbour.id}, "voucher": code})
    assert (mine.status_code, mine.json()["code"]) == (409, "voucher_unusable")
    redemption = Redemption.objects.get(member=world.member).id
    assert send(theirs, f"/redemptions/{redemption}/cancel").status_code == 404
    assert value(shop, world) == (20, 100, CREDIT, 0)


def test_one_batch_uses_a_reservation_once(world: World, shop: Program) -> None:
    number = reserved(shop, world, points=50)
    item = bill(world, 2_000_000, reservation=number)
    items = [{**item, "idempotency_key": f"k-{n}"} for n in range(3)]
    answer = shop.post("/purchases/batch", {"items": items}).json()["items"]
    assert [one["status"] for one in answer] == ["recorded", "refused", "refused"]
    assert {one["problem"]["code"] for one in answer[1:]} == {"reservation_resolved"}


def test_a_debt_that_came_meanwhile_is_repaid_by_what_goes_back(
    world: World, shop: Program
) -> None:
    bought = world.buy(5_000_000).answer["purchase_id"]
    number = reserved(shop, world, points=170)
    world.give_back(bought)
    assert world.balance().debt == -50
    assert send(shop, f"/reservations/{number}/capture", {"points": 100}).status_code == 201
    assert world.balance()[:4] == (20, 0, 0, 0)


def test_a_key_makes_one_reservation(world: World, shop: Program) -> None:
    body = {"member": {"id": world.member.id}, "points": 50}
    first, again = (shop.post("/reservations", body, key="same") for _ in range(2))
    assert again.status_code == 201 and again.content == first.content
    assert value(shop, world)[:2] == (70, 50)
    other = shop.post("/reservations", {**body, "points": 51}, key="same")
    assert (other.status_code, other.json()["details"]["fields"]) == (422, ["points"])
