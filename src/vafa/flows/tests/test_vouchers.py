"""Vouchers of every kind on bills, and what becomes of them when bills come back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.world import World
from vafa.core.clock import now
from vafa.core.errors import DomainError, InvalidInput
from vafa.flows.entries import LineEntry, PurchaseEntry
from vafa.flows.previews import preview_purchase
from vafa.flows.purchases import record_purchases
from vafa.flows.voucher_series import (
    bring_codes,
    cancel_code,
    cancel_series,
    give_code,
    make_codes,
    make_series,
    plan_series,
)
from vafa.program.models import Voucher, VoucherUse
from vafa.program.reads.voucher_uses import states_of


def codes(world: World, kind: str, *, days: int = 30, **fields: Any) -> list[str]:
    """Codes of a fresh series."""
    values = {"name": "کد", "expires_at": now() + timedelta(days=days), **fields}
    series = make_series(world.club, world.owner, kind=kind, **values)
    return list(Voucher.objects.filter(series=series).values_list("code", flat=True))


def code(world: World, kind: str, **fields: Any) -> str:
    return codes(world, kind, **fields)[0]


def refusal(world: World, total: int, **fields: Any) -> str:
    outcome = world.buy(total, **fields)
    assert outcome.error is not None
    return outcome.error.code


def test_several_codes_give_the_best_and_the_rest_keeps_its_use(world: World) -> None:
    ten = code(world, "percent", terms={"percent": 10, "cap": 2_000_000})
    half = code(world, "percent", terms={"percent": 15, "alone": True})
    off = code(world, "voucher", value=1_000_000)

    bought = world.buy(10_000_000, vouchers=(half, off, ten))

    assert bought.answer["discount"] == 2_000_000
    assert [(v["code"], v["amount"]) for v in bought.answer["vouchers"]] == [
        (ten, 1_000_000),
        (off, 1_000_000),
    ]
    assert bought.answer["unused_vouchers"] == [half]
    assert world.buy(1_000_000, voucher=half).answer["discount"] == 150_000
    assert refusal(world, 1_000_000, voucher=off) == "voucher_unusable"
    world.verify()


def test_a_preview_says_what_is_recorded_then(world: World) -> None:
    ten, off = code(world, "percent", terms={"percent": 10}), code(world, "voucher", value=70_000)
    entry = PurchaseEntry(world.owner, "main", 5_000_000, world.ref, vouchers=(off, ten))
    seen = preview_purchase(world.club, entry).answer
    done = record_purchases(world.club, [entry])[0].answer
    same = ("discount", "vouchers", "unused_vouchers", "free_delivery", "points")
    assert [seen[name] for name in same] == [done[name] for name in same]


def test_what_a_voucher_paid_earns_nothing_on_its_own_lines(world: World) -> None:
    milk = world.products["milk"]
    free = code(world, "buy_get", terms={"get_products": [milk.id], "buy": 0})
    lines = (LineEntry(3_000_000, "milk", quantity=2000), LineEntry(2_000_000, "cheese"))
    bought = world.buy(5_000_000, lines=lines, voucher=free)
    assert bought.answer["discount"] == 1_500_000
    assert bought.answer["points"] == world.buy(3_500_000).answer["points"]
    uses = VoucherUse.objects.get(purchase_id=bought.answer["purchase_id"])
    assert [part for _, part in uses.shares or ()] == [1_500_000]
    world.verify()


def test_each_returned_line_is_refunded_what_was_paid_for_it(world: World) -> None:
    milk = world.products["milk"]
    half = code(world, "percent", terms={"percent": 50, "products": [milk.id]})
    lines = (LineEntry(3_000_000, "milk"), LineEntry(2_000_000, "cheese"))
    bought = world.buy(5_000_000, lines=lines, voucher=half).answer["purchase_id"]

    cheese = world.give_back(bought, lines=((2, 1000, None),))
    milk_back = world.give_back(bought, lines=((1, 1000, None),))

    assert cheese.answer["money_back"] == 2_000_000 and "voucher_code" not in cheese.answer
    assert milk_back.answer["money_back"] == 1_500_000
    again = milk_back.answer["voucher_code"]
    assert world.buy(3_000_000, lines=lines[:1], voucher=again).answer["discount"] == 1_500_000
    assert refusal(world, 3_000_000, lines=lines[:1], voucher=again) == "voucher_unusable"
    world.verify()


def test_points_pay_of_what_the_voucher_left_and_come_back_with_it(world: World) -> None:
    milk = world.products["milk"]
    free = code(world, "buy_get", terms={"get_products": [milk.id]})
    lines = (LineEntry(60_000, "milk"), LineEntry(120_000, "cheese"))
    bought = world.buy(180_000, lines=lines, voucher=free, pay_points=20).answer
    assert (bought["discount"], bought["paid_by_points"]) == (60_000, 60_000)
    free_line = world.give_back(bought["purchase_id"], lines=((1, 1000, None),)).answer
    assert (free_line["money_back"], free_line["points_given_back"]) == (0, 0)
    paid_line = world.give_back(bought["purchase_id"], lines=((2, 1000, None),)).answer
    assert (paid_line["money_back"], paid_line["points_given_back"]) == (
        60_000,
        20,
    )
    world.verify()


def test_a_gift_card_pays_until_it_is_empty_and_gets_its_part_back(world: World) -> None:
    card = code(world, "gift", value=1_000_000)
    first = world.buy(600_000, voucher=card)
    second = world.buy(900_000, voucher=card)
    assert [b.answer["discount"] for b in (first, second)] == [600_000, 400_000]
    assert refusal(world, 100_000, voucher=card) == "voucher_unusable"

    part = world.give_back(second.answer["purchase_id"], amount=450_000)
    assert part.answer["money_back"] == 250_000
    assert world.buy(900_000, voucher=card).answer["discount"] == 200_000
    whole = world.give_back(first.answer["purchase_id"])
    assert whole.answer["money_back"] == 0
    assert world.buy(900_000, voucher=card).answer["discount"] == 600_000
    world.verify()


def test_a_card_that_has_expired_gives_its_part_back_as_a_fresh_one(world: World) -> None:
    card = code(world, "gift", value=1_000_000, days=1)
    bought = world.buy(600_000, voucher=card).answer["purchase_id"]
    fresh = world.give_back(bought).answer["voucher_code"]
    assert fresh != card
    assert Voucher.objects.get(code=fresh).expires_at > now() + timedelta(days=2)
    assert world.buy(900_000, voucher=fresh).answer["discount"] == 600_000
    world.verify()


def test_a_card_of_n_uses_gets_a_use_back_only_for_a_whole_bill(world: World) -> None:
    card = code(world, "percent", terms={"percent": 10}, max_uses=2)
    first, second = (world.buy(1_000_000, voucher=card).answer["purchase_id"] for _ in range(2))
    assert refusal(world, 1_000_000, voucher=card) == "voucher_unusable"
    world.give_back(first, amount=400_000)
    assert refusal(world, 1_000_000, voucher=card) == "voucher_unusable"
    world.give_back(second)
    assert world.buy(1_000_000, voucher=card).answer["discount"] == 100_000
    assert refusal(world, 1_000_000, voucher=card) == "voucher_unusable"
    world.verify()


def test_a_public_code_serves_each_member_as_often_as_it_says(world: World) -> None:
    public = code(world, "percent", terms={"percent": 10, "per_member": 1}, max_uses=None)
    other = ("id", str(world.enrol().id))
    assert world.buy(1_000_000, voucher=public).error is None
    assert refusal(world, 1_000_000, voucher=public) == "voucher_unusable"
    assert refusal(world, 1_000_000, voucher=public, member=None) == "voucher_unusable"
    twice = [
        PurchaseEntry(world.owner, "main", 1_000_000, other, voucher=public, key=str(n))
        for n in range(2)
    ]
    assert [o.status for o in record_purchases(world.club, twice)] == ["recorded", "refused"]
    world.verify()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"min_basket": 2_000_000}, "voucher_basket_too_small"),
        ({"terms": {"percent": 10, "branches": [0]}}, "voucher_not_for_this"),
        ({"terms": {"percent": 10, "channels": ["online"]}}, "voucher_not_for_this"),
        ({"terms": {"percent": 10, "products": [0]}}, "voucher_not_for_this"),
        ({"starts_at": now() + timedelta(days=1)}, "voucher_unusable"),
    ],
)
def test_where_it_does_not_serve(world: World, fields: dict[str, Any], reason: str) -> None:
    values = {"terms": {"percent": 10}, **fields}
    voucher, before = code(world, "percent", **values), world.snapshot()
    assert refusal(world, 1_000_000, voucher=voucher) == reason
    assert world.snapshot() == before


def test_free_delivery_is_a_flag_and_is_used(world: World) -> None:
    delivery = code(world, "delivery", terms={"channels": ["online"]})
    bought = world.buy(1_000_000, voucher=delivery, channel="online").answer
    assert (bought["free_delivery"], bought["discount"]) == (True, 0)
    assert refusal(world, 1_000_000, voucher=delivery, channel="online") == "voucher_unusable"


def test_more_codes_than_can_be_compared_are_refused(world: World) -> None:
    eleven = tuple(codes(world, "percent", terms={"percent": 1}, count=11))
    assert refusal(world, 1_000_000, vouchers=eleven) == "too_many_vouchers"
    assert world.buy(1_000_000, vouchers=eleven[:10]).answer["discount"] == 95_617


def test_codes_are_made_to_the_last_after_an_interruption(world: World) -> None:
    fields: Any = {
        "name": "یلدا",
        "kind": "voucher",
        "value": 1,
        "expires_at": now() + timedelta(days=9),
    }
    planned = plan_series(world.club, world.owner, count=300, prefix="YALDA", letters=7, **fields)
    assert make_codes(world.club, planned.pk) == make_codes(world.club, planned.pk) == 300
    made = Voucher.objects.filter(series=planned).values_list("code", flat=True)
    assert len(made) == 300 and all(one.startswith("YALDA-") and len(one) == 13 for one in made)
    with pytest.raises(DomainError, match="at least 7"):
        plan_series(world.club, world.owner, count=2_000_000, letters=6, **fields)
    world.verify()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"kind": "percent", "terms": {"percent": 101}}, "percent"),
        ({"kind": "voucher", "value": 0}, "value"),
        ({"kind": "voucher", "value": 1, "starts_at": now() + timedelta(days=99)}, "expires_at"),
        ({"kind": "buy_get"}, "products"),
        ({"kind": "text"}, "text"),
        ({"kind": "lottery"}, "kind"),
        ({"kind": "percent", "terms": {"percents": 5}}, "percents"),
        ({"kind": "percent", "count": 0}, "wanted"),
    ],
)
def test_what_makes_no_sense_is_named(world: World, fields: dict[str, Any], wrong: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan_series(
            world.club, world.owner, name="x", expires_at=now() + timedelta(days=9), **fields
        )
    assert refused.value.details == {"field": wrong}


def test_a_partners_codes_are_handed_out_one_by_one(world: World) -> None:
    fields: Any = {"name": "سینما", "kind": "partner", "terms": {"text": "بلیت سینما"}}
    expires: Any = {"expires_at": now() + timedelta(days=9)}
    listed = [(2, "aB-1"), (3, "aB-2")]
    series = bring_codes(world.club, world.owner, listed, **fields, **expires)
    given = [
        give_code(world.club, series_id=series.pk, member_id=world.member.id, actor=world.owner)
        for _ in range(3)
    ]
    assert [o.answer.get("voucher_code") for o in given] == ["aB-1", "aB-2", None]
    assert given[2].error is not None and given[2].error.code == "codes_gone"
    with pytest.raises(DomainError) as refused:
        bring_codes(
            world.club, world.owner, [(2, "new"), (3, "aB-2"), (4, "new")], **fields, **expires
        )
    assert refused.value.details == {"twice": "4", "known": "3", "count": 2}
    assert not Voucher.objects.filter(code="new").exists()
    assert refusal(world, 1_000_000, voucher="aB-1") == "voucher_unusable"
    world.verify()


def test_the_story_of_a_code(world: World) -> None:
    series = make_series(
        world.club,
        world.owner,
        name="کارت",
        kind="percent",
        terms={"percent": 10},
        max_uses=3,
        expires_at=now() + timedelta(days=30),
    )
    give_code(world.club, series_id=series.pk, member_id=world.member.id, actor=world.owner)
    card = Voucher.objects.get(series=series)
    bought = world.buy(1_000_000, voucher=card.code).answer["purchase_id"]
    world.give_back(bought)
    stranger = ("id", str(world.enrol().id))
    assert refusal(world, 1_000_000, voucher=card.code, member=stranger) == "voucher_unusable"
    cancel_code(world.club, card.code, world.owner)
    assert refusal(world, 1_000_000, voucher=card.code) == "voucher_unusable"
    told = [state.what for state in states_of(card.pk)]
    assert told == ["made", "given", "bill", "given_back", "cancelled"]
    world.verify()


def test_a_cancelled_series_serves_nobody(world: World) -> None:
    two = codes(world, "voucher", value=100_000, count=2)
    assert world.buy(1_000_000, voucher=two[0]).error is None
    cancel_series(world.club, Voucher.objects.get(code=two[1]).series_id or 0, world.owner)
    assert refusal(world, 1_000_000, voucher=two[1]) == "voucher_unusable"
    world.verify()
