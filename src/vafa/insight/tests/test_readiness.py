"""What a history says, against figures made by hand; and the verdicts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.world import World
from vafa.core.clock import now
from vafa.insight.reads.readiness import History, history_span, read_history
from vafa.insight.rules.readiness import judge

USUAL: dict[str, Any] = {
    "first": "2025-01-01",
    "last": "2025-12-31",
    "days": 365,
    "bills": 10_000,
    "sales": 11_000_000,
    "named_bills": 9_000,
    "named_sales": 10_000_000,
    "buyers": 1_000,
    "repeat_buyers": 600,
    "best_fifth": 6_000_000,
    "median_gap": 20,
    "regularity": 800,
}


def days_ago(days: int) -> datetime:
    return now().replace(hour=9) - timedelta(days=days)


def told(world: World) -> History:
    span = history_span(world.club)
    assert span is not None
    return read_history(world.club, span)


def test_the_figures_are_those_of_the_bills(world: World) -> None:
    assert history_span(world.club) is None
    once = [world.enrol() for _ in range(3)]
    for day in (40, 30, 20, 10):
        world.buy(1_000_000, purchased_at=days_ago(day))
    # Twice on a day is one visit; a bill that came back whole is none; half of one counts half.
    world.buy(500_000, purchased_at=days_ago(10))
    whole = world.buy(700_000, purchased_at=days_ago(5)).answer["purchase_id"]
    assert world.give_back(whole, amount=700_000).error is None
    for member in once:
        world.buy(200_000, member=("id", str(member.id)), purchased_at=days_ago(15))
    half = world.buy(800_000, member=None, purchased_at=days_ago(3)).answer["purchase_id"]
    assert world.give_back(half, amount=400_000).error is None

    found = told(world)

    assert (found.bills, found.sales) == (9, 5_500_000)
    assert (found.named_bills, found.named_sales) == (8, 5_100_000)
    assert (found.buyers, found.repeat_buyers, found.repeat_percent) == (4, 1, 25)
    assert (found.best_fifth, found.best_fifth_percent) == (4_500_000, 88)
    assert (found.median_gap, found.regularity) == (10, 0)
    assert found.days == 38 and found.yearly_named_sales == 5_100_000 * 365 // 38


def test_gaps_that_differ_are_less_regular(world: World) -> None:
    for day in (100, 99, 60, 59, 10):
        world.buy(1_000_000, purchased_at=days_ago(day))

    found = told(world)

    # Gaps 1, 39, 1, 49: mean 22.5, sample deviation 25.16.
    assert (found.median_gap, found.regularity) == (1, 1118)


@pytest.mark.parametrize(
    ("differs", "given", "margin", "verdict", "findings"),
    [
        ({}, 200, 2_500, "suits", ()),
        ({}, 2_500, 1_500, "unsuited", ("never_pays",)),
        ({}, 400, 2_000, "with_care", ("dear",)),
        ({"repeat_buyers": 50}, 200, 2_500, "unsuited", ("one_offs",)),
        ({"repeat_buyers": 200}, 200, 2_500, "with_care", ("few_repeat",)),
        ({"median_gap": 200}, 200, 2_500, "unsuited", ("very_seldom",)),
        ({"named_bills": 4_000}, 200, 2_500, "with_care", ("nameless",)),
        ({"best_fifth": 9_500_000}, 200, 2_500, "with_care", ("concentrated",)),
        ({"best_fifth": 2_500_000}, 200, 2_500, "suits", ("flat",)),
        ({"regularity": 300}, 200, 2_500, "suits", ("clockwork",)),
        ({"days": 30}, 200, 2_500, "unknown", ("too_little",)),
        ({"buyers": 0, "repeat_buyers": 0}, 200, 2_500, "unknown", ("too_little",)),
    ],
)
def test_the_verdict_is_frank(
    differs: dict[str, Any], given: int, margin: int, verdict: str, findings: tuple[str, ...]
) -> None:
    found = judge(History(**{**USUAL, **differs}), given, margin)

    assert (found.verdict, found.findings) == (verdict, findings)


def test_cost_gain_and_break_even_are_those_of_the_formulas() -> None:
    found = judge(History(**USUAL), 300, 2_500)

    assert (found.cost.low, found.cost.high) == (180_000, 270_000)
    assert (found.gain.low, found.gain.high) == (50_000, 200_000)
    # 300 x 75 % = 225 basis points given; 225 / (2500 - 225) = 9.89 %.
    assert found.break_even == 989
