"""The shelf says what fits the member, and of the rest why not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.world import World
from vafa.club.actor import Actor
from vafa.core.clock import now
from vafa.flows.entries import Outcome
from vafa.flows.redemptions import redeem_reward
from vafa.program.actions.rewards import create_reward
from vafa.program.models import Reward, Voucher


def offer(world: World, name: str, **fields: Any) -> Reward:
    values = {"kind": "percent", "terms": {"percent": 10}, "points": 5, **fields}
    return create_reward(world.record.id, name=name, **values)


def take(world: World, reward: Reward) -> Outcome:
    her = Actor("member", world.member.id, world.record.id)
    return redeem_reward(world.club, member_id=world.member.id, reward_id=reward.id, actor=her)


def page(world: World, path: str) -> str:
    text: str = world.client("member").get(path).content.decode()
    return text


def test_what_fits_her_and_why_the_rest_does_not(world: World) -> None:
    world.describe()
    once = offer(world, "یک بار", per_member=1)
    against = {
        "tier": offer(world, "طلایی", tiers=["gold"]),
        "early": offer(world, "فردا", starts_at=now() + timedelta(days=1)),
        "over": offer(world, "دیروز", ends_at=now() - timedelta(days=1)),
        "segment": offer(world, "خریدار", segment="segment-1"),
    }
    for why, reward in against.items():
        error = take(world, reward).error
        assert error is not None and error.details == {"why": why}
    assert take(world, once).status == "recorded"
    again = take(world, once).error
    assert again is not None and again.details == {"why": "taken"}
    assert world.balance().available == 15

    shelf = page(world, "/portal/rewards/")
    assert "این جایزه برای اعضای سطح دیگری است" in shelf and "هنوز عرضه نشده است" in shelf
    assert "خریدار" not in shelf and "دیروز" not in shelf
    world.buy(1_000_000)
    assert take(world, against["segment"]).status == "recorded"
    world.verify()


def test_a_discount_card_serves_until_it_is_used_up(world: World) -> None:
    card = offer(world, "کارت تخفیف", max_uses=3)
    code = take(world, card).answer["voucher_code"]
    assert "۱۰٪ تخفیف" in page(world, f"/portal/vouchers/{code}/")
    assert world.buy(1_000_000, voucher=code).answer["discount"] == 100_000
    shown = page(world, f"/portal/vouchers/{code}/")
    assert "برای ۲ خرید دیگر" in shown and "پس بدهید" not in shown
    assert world.balance().held == 0
    for _ in range(2):
        assert world.buy(1_000_000, voucher=code).error is None
    assert Voucher.objects.get(code=code).uses.count() == 3
    world.verify()
