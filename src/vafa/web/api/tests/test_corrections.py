"""Corrections by a shop's program: adjustments, reversals, gifts."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.program import Program
from tests.world import World
from vafa.club.models import Audit, Member
from vafa.core.clock import now
from vafa.flows.adjustments import decide_adjustment
from vafa.flows.upkeep import run_upkeep
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import After, GiftTerms, PointTerms

GIFTS = GiftTerms(is_on=True, points_a_day=60, gifts_a_day=2)


@pytest.fixture
def shop(world: World) -> Program:
    """The member has 120 points: 20 for joining, 100 of a purchase."""
    world.bought = world.buy(10_000_000).answer["purchase_id"]
    return Program(world.api_key("corrections:write", "members:read", "purchases:write"))


def send(shop: Program, path: str, body: Any, **options: Any) -> Any:
    return shop.post(path, body, **{"key": str(uuid.uuid4()), **options})


def points(shop: Program, member: Member) -> int:
    found: int = shop.get(f"/members/{member.id}/balance").json()["available"]
    return found


def lines(shop: Program, member: Member, lang: str = "en") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.get(f"/members/{member.id}/transfers", lang).json()["items"]
    return found


def line(shop: Program, member: Member, kind: str) -> dict[str, Any]:
    return next(row for row in lines(shop, member) if row["kind"] == kind)


def adjust(shop: Program, world: World, amount: int, **fields: Any) -> Any:
    body = {"member": {"id": world.member.id}, "amount": amount, "reason": "جبران تأخیر", **fields}
    return send(shop, "/adjustments", body)


def reverse(shop: Program, transfer_id: int, reason: str = "اشتباه صندوق") -> Any:
    return send(shop, f"/transfers/{transfer_id}/reverse", {"reason": reason})


def refused(answer: Any, status: int, code: str) -> bool:
    return (answer.status_code, answer.json()["code"]) == (status, code)


def publish(world: World, **parts: Any) -> None:
    world.publish(live_program(world.record.id).program.model_copy(update=parts))


def test_points_and_credit_are_given_and_taken_with_a_reason(world: World, shop: Program) -> None:
    given = adjust(shop, world, 30).json()
    assert given["status"] == "applied" and points(shop, world.member) == 150
    assert adjust(shop, world, -50, reason="ثبت دوباره").json()["status"] == "applied"
    assert adjust(shop, world, 200_000, unit="credit").json()["status"] == "applied"
    assert points(shop, world.member) == 100
    newest, taken, added = lines(shop, world.member)[:3]
    assert (newest["points"], newest["credit"]) == (0, 200_000)
    assert newest["explanation"] == [
        "20,000 toman of credit added by the club, for this reason: “جبران تأخیر”"
    ]
    assert taken["explanation"] == ["50 points taken by the club, for this reason: “ثبت دوباره”"]
    assert added["points"] == 30
    said = lines(shop, world.member, "fa")[1]["explanation"]
    assert said == ["۵۰ امتیاز کم شد، به این دلیل: «ثبت دوباره»"]


def test_what_is_wrong_with_an_adjustment_is_said(world: World, shop: Program) -> None:
    before = world.snapshot()
    assert refused(adjust(shop, world, 10, reason=" "), 422, "reason_missing")
    assert refused(adjust(shop, world, 0), 422, "invalid_input")
    assert refused(adjust(shop, world, -121), 409, "insufficient_balance")
    assert refused(adjust(shop, world, -1, unit="credit"), 409, "insufficient_balance")
    assert refused(adjust(shop, world, 2**63), 422, "invalid_input")
    assert refused(adjust(shop, world, 10, reason="x" * 201), 422, "invalid_input")
    assert refused(adjust(shop, world, 10, member={"id": 1}), 404, "unknown_member")
    reader = Program(world.api_key("members:read", "purchases:write"))
    assert refused(adjust(reader, world, 10), 403, "missing_scope")
    assert world.snapshot() == before and len(lines(shop, world.member)) == 2


def test_above_the_limit_a_key_waits_for_the_staff(world: World, shop: Program) -> None:
    asked = adjust(shop, world, 5_000).json()
    assert asked["status"] == "waiting" and points(shop, world.member) == 120
    decide_adjustment(
        world.club, adjustment_id=asked["adjustment_id"], approve=True, actor=world.owner
    )
    seen = shop.get(f"/adjustments/{asked['adjustment_id']}").json()
    assert seen["status"] == "applied" and points(shop, world.member) == 5_120
    again = decide_adjustment(
        world.club,
        adjustment_id=asked["adjustment_id"],
        approve=False,
        actor=world.actor("manager"),
    )
    assert again.error is not None and again.error.code == "adjustment_decided"


def test_a_movement_is_undone_once(world: World, shop: Program) -> None:
    bought = line(shop, world.member, "purchase")["transfer_id"]
    assert refused(reverse(shop, bought, ""), 422, "reason_missing")
    assert refused(reverse(shop, 7), 404, "unknown_transfer")
    undone = reverse(shop, bought).json()
    assert undone["points"] == -100 and points(shop, world.member) == 20
    assert refused(reverse(shop, bought), 409, "already_reversed")
    undoing = line(shop, world.member, "reverse")
    assert refused(reverse(shop, undoing["transfer_id"]), 409, "not_reversible")
    assert undoing["explanation"] == [
        "100 points taken back, undoing points of a purchase, for this reason: “اشتباه صندوق”"
    ]
    # The goods come back afterwards: no point is taken twice.
    back = send(shop, "/returns", {"purchase_id": world.bought, "branch": "main"}).json()
    assert back["points_taken"] == 0 and points(shop, world.member) == 20
    audited = Audit.objects.get(club=world.record, action="transfer.reversed")
    assert audited.reason == "اشتباه صندوق"


def test_a_correction_and_a_payment_are_undone(world: World, shop: Program) -> None:
    adjust(shop, world, 40)
    adjust(shop, world, -30)
    world.buy(1_000_000, pay_points=50)
    assert points(shop, world.member) == 120 + 40 - 30 - 50 + 8
    rows = [row for row in lines(shop, world.member) if row["kind"] in ("adjust", "pay")]
    for row in rows:
        assert reverse(shop, row["transfer_id"]).status_code == 201
    assert points(shop, world.member) == 128
    world.verify()


def test_more_than_is_left_becomes_a_debt(world: World, shop: Program) -> None:
    adjust(shop, world, 40)
    given = line(shop, world.member, "adjust")["transfer_id"]
    adjust(shop, world, -150)
    assert reverse(shop, given).json()["points"] == -40
    assert points(shop, world.member) == -30


def test_what_expired_is_given_back_within_the_window(world: World, shop: Program) -> None:
    publish(world, terms=PointTerms(expiry=After(count=10, each="days"), revive_days=30))
    fresh = world.enrol()
    world.buy(5_000_000, member=("id", str(fresh.id)))
    with time_machine.travel(now() + timedelta(days=20)):
        run_upkeep(world.club)
        assert points(shop, fresh) == 0
        expired = [row for row in lines(shop, fresh) if row["kind"] == "expire"]
        assert sum(row["points"] for row in expired) == -70
        assert refused(reverse(shop, expired[0]["transfer_id"]), 409, "not_reversible")
        body = {"reason": "در سفر بوده است", "days": 15}
        for row in expired:
            path = f"/transfers/{row['transfer_id']}/revive"
            assert refused(send(shop, path, {"reason": ""}), 422, "reason_missing")
            assert send(shop, path, body).status_code == 201
            assert refused(send(shop, path, body), 409, "nothing_to_reverse")
        assert points(shop, fresh) == 70
        assert line(shop, fresh, "revive")["explanation"][0].startswith(
            f"{line(shop, fresh, 'revive')['points']} points that had expired came back to you"
        )
    with time_machine.travel(now() + timedelta(days=40)):
        run_upkeep(world.club)
        assert points(shop, fresh) == 0
    with time_machine.travel(now() + timedelta(days=80)):
        late = line(shop, fresh, "expire")["transfer_id"]
        answer = send(shop, f"/transfers/{late}/revive", {"reason": "دیر"})
        assert refused(answer, 409, "too_late_to_revive")


def give(shop: Program, giver: Member, taker: Member, amount: int, **fields: Any) -> Any:
    body = {"giver": {"id": giver.id}, "taker": {"mobile": taker.mobile}, "points": amount}
    return send(shop, "/gifts", {**body, **fields})


def test_points_are_given_to_a_friend(world: World, shop: Program) -> None:
    friend = world.enrol()
    assert refused(give(shop, world.member, friend, 10), 409, "gifts_are_off")
    publish(world, gifts=GIFTS)
    gift = give(shop, world.member, friend, 30, message="تولدت  مبارک").json()
    assert gift["balance"]["available"] == 90 and points(shop, friend) == 50
    assert line(shop, world.member, "gift")["explanation"] == [
        "You gave 30 points to another member, with the words: “تولدت مبارک”"
    ]
    assert line(shop, friend, "gift_in")["points"] == 30
    undone = reverse(shop, line(shop, world.member, "gift")["transfer_id"])
    assert undone.status_code == 201
    assert (points(shop, world.member), points(shop, friend)) == (120, 20)
    assert line(shop, friend, "gift_in_back")["explanation"] == [
        "30 points of a gift went back to the giver, for this reason: “اشتباه صندوق”"
    ]


def test_what_may_not_be_given(world: World, other_world: World, shop: Program) -> None:
    friend, fresh = world.enrol(), world.enrol()
    publish(world, gifts=GIFTS)
    assert refused(give(shop, world.member, world.member, 10), 409, "gift_to_oneself")
    assert refused(give(shop, world.member, friend, 61), 409, "gift_limit")
    assert refused(give(shop, world.member, other_world.member, 5), 404, "unknown_member")
    assert refused(give(shop, world.member, friend, 0), 422, "invalid_input")
    # Points for joining stay until something was bought.
    assert refused(give(shop, fresh, friend, 1), 409, "insufficient_balance")
    for member, expected in ((world.member, 120), (friend, 20), (fresh, 20)):
        assert points(shop, member) == expected
    assert give(shop, world.member, friend, 30).status_code == 201
    assert refused(give(shop, world.member, friend, 31), 409, "gift_limit")
    assert give(shop, world.member, friend, 30).status_code == 201
    assert refused(give(shop, world.member, friend, 1), 409, "gift_limit")
    assert (points(shop, world.member), points(shop, friend)) == (60, 80)
    with time_machine.travel(now() + timedelta(days=1)):
        assert give(shop, world.member, friend, 60).status_code == 201
