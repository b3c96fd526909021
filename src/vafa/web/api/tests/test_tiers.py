"""A member's tier by API: where she stands, what lies ahead, what changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.program import Program
from tests.world import World
from vafa.core.clock import now
from vafa.flows.tier_changes import note_tiers
from vafa.program.rules.document import Tier
from vafa.program.rules.rule import Fixed, Text
from vafa.program.rules.tier_terms import TierTerms


@pytest.fixture
def shop(world: World) -> Program:
    return Program(world.api_key())


def offer(world: World, **terms: object) -> None:
    gold = Text(fa="طلایی", en="Gold")
    tiers = (
        Tier(code="base", name=Text(fa="پایه", en="Base"), least=0),
        Tier(
            code="gold",
            name=gold,
            least=50_000_000,
            free_delivery=True,
            benefits=(Text(fa="صف جداگانه", en="Your own queue"),),
            birthday=Fixed(points=150),
        ),
    )
    world.change_program(tiers=tiers, tier_terms=TierTerms.model_validate(terms))


def test_a_shop_reads_where_a_member_stands(world: World, shop: Program) -> None:
    offer(world, basis="spend", months=1, warn_days=9)
    path = f"/members/{world.member.id}/tier"
    before = shop.get(path).json()
    assert (before["tier"]["code"], before["next_tier"]["code"]) == ("base", "gold")
    assert (before["counted"], before["missing"], before["keep_until"]) == (0, 50_000_000, None)
    assert before["texts"] == ["5,000,000 toman of purchases to Gold"]
    bought = now() - timedelta(days=25)
    world.buy(60_000_000, purchased_at=bought)
    note_tiers(world.club, at=bought + timedelta(days=1))
    after = shop.get(path).json()
    assert (after["basis"], after["counted"], after["next_tier"]) == ("spend", 60_000_000, None)
    assert after["tier"] == {
        "code": "gold",
        "name": "Gold",
        "least": 50_000_000,
        "percent": 100,
        "free_delivery": True,
        "benefits": ["Your own queue"],
        "birthday_gift": "150 points as a birthday gift",
    }
    assert after["falls_to"]["code"] == "base" and after["is_warned"] is True
    assert after["missing_to_keep"] == 50_000_000
    assert [(c["before"], c["after"], c["why"], c["text"]) for c in after["changes"]] == [
        ("base", "gold", "risen", "Reached the higher tier")
    ]
    balance = shop.get(f"/members/{world.member.id}/balance").json()
    assert balance["keep_until"] == after["keep_until"]
    assert balance["tier"]["code"] == "gold" and balance["counted"] == 60_000_000


def test_a_member_comes_with_her_tier(world: World, shop: Program) -> None:
    offer(world, basis="spend", months=1)
    path = f"/members/{world.member.id}"
    before = shop.get(path).json()
    assert before["name"] == "مریم رضایی"
    assert before["tier"] == {
        "code": "base",
        "name": "Base",
        "next_code": "gold",
        "next_name": "Gold",
        "basis": "spend",
        "counted": 0,
        "missing": 50_000_000,
        "keep_until": None,
        "missing_to_keep": None,
        "texts": ["5,000,000 toman of purchases to Gold"],
    }
    world.buy(60_000_000)
    hers, told = shop.get(path).json()["tier"], shop.get(f"{path}/tier").json()
    assert (hers["code"], hers["next_code"], hers["missing"]) == ("gold", None, 0)
    assert hers["keep_until"] == told["keep_until"] and hers["texts"] == told["texts"]
    assert hers["missing_to_keep"] == told["missing_to_keep"]


def test_a_club_without_tiers_has_none(world: World, shop: Program) -> None:
    world.change_program(tiers=())
    answer = shop.get(f"/members/{world.member.id}/tier").json()
    assert (answer["tier"], answer["next_tier"], answer["texts"]) == (None, None, [])
    hers = shop.get(f"/members/{world.member.id}").json()["tier"]
    assert (hers["code"], hers["next_code"], hers["texts"]) == (None, None, [])
    bill = {"total": 10**6, "branch": "main", "member": {"id": world.member.id}}
    bought = shop.post("/purchases", bill, key="1")
    assert bought.json()["tier"] is None
