"""Previews that are asked for at the same moment are answered as if each were alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from tests.world import World
from vafa.flows.entries import PurchaseEntry
from vafa.flows.gathering import preview_one
from vafa.flows.previews import preview_purchase, preview_purchases
from vafa.program.reads.revisions import live_program
from vafa.program.rules.document import Challenge, Program
from vafa.program.rules.limits import Limit
from vafa.program.rules.recipes import multiplier, per_amount
from vafa.program.rules.rule import Fixed, Rule, Text

N = Text(fa="ن")
SHARED = Limit(per="week", scope="total", most=500)


def programme(world: World) -> Program:
    """A limit that all members share, and a challenge that a second purchase meets."""
    return Program(
        terms=live_program(world.record.id).program.terms,
        rules=(
            per_amount("base", N, 1, 10_000),
            multiplier("double", N, 200, limits=(SHARED,)),
            Rule(id="twice", name=N, on="challenge", what="two", gives=Fixed(points=7)),
        ),
        challenges=(Challenge(code="two", name=N, count=2, days=30),),
    )


def entries(world: World) -> list[PurchaseEntry]:
    second = world.enrol()

    def bill(total: int, **fields: Any) -> PurchaseEntry:
        return PurchaseEntry(world.owner, fields.pop("branch", "main"), total=total, **fields)

    her, other = world.ref, ("id", str(second.id))
    return [
        bill(3_000_000, member=her),
        bill(4_000_000, member=other),
        bill(3_000_000, member=her, pay_points=20),
        bill(1_000_000),
        bill(1_000_000, member=her, branch="nowhere"),
        bill(2_000_000, member=her, voucher="NOBODYHAS"),
        bill(6_000_000, member=other),
        bill(5_000_000, member=("mobile", "+989120000000")),
    ]


def told(world: World, batch: list[PurchaseEntry]) -> list[Any]:
    return [_plain(outcome) for outcome in preview_purchases(world.club, batch)]


def _plain(outcome: Any) -> Any:
    changing = ("purchase_id", "receipt_no")
    answer = {name: value for name, value in outcome.answer.items() if name not in changing}
    return outcome.status, answer, outcome.error and outcome.error.code


def test_each_is_answered_as_if_it_were_alone(world: World) -> None:
    world.publish(programme(world))
    world.buy(2_500_000)
    batch = entries(world)
    alone = [_plain(preview_purchase(world.club, entry)) for entry in batch]
    assert told(world, batch) == alone
    assert told(world, batch[::-1]) == alone[::-1]
    # The shared limit leaves 250, which each would get; the second purchase meets the challenge.
    assert [answer.get("points") for _, answer, _ in alone] == [
        *(550, 650, 544, 0),
        *(None, None, 850, None),
    ]
    assert alone[0][1]["challenges"] == [["two", 7]]
    world.verify()


def test_many_threads_ask_at_once(world: World, database: None) -> None:
    """Whoever leads asks for all who wait; nobody sees another's answer."""
    world.publish(programme(world))
    batch = entries(world) * 5
    alone = [_plain(preview_purchase(world.club, entry)) for entry in batch]
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda entry: _asked(world, entry), batch))
    assert asked == alone


def _asked(world: World, entry: PurchaseEntry) -> Any:
    try:
        return _plain(preview_one(world.club, entry))
    finally:
        connection.close()
