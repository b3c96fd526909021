"""Rules that can never fire are told, each with its reason at its place; others are let be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from vafa.program.rules.conditions import Between, Condition, Expression, Lines, OneOf
from vafa.program.rules.impossible import Known, KnownAttribute, never_fires
from vafa.program.rules.rule import Fixed, Rule, Text

TODAY = date(2026, 11, 22)
KNOWN = Known(
    TODAY,
    {
        "branch": [1, 2],
        "merchant": [1],
        "category": [5],
        "product": [7],
        "segment": ["vip", "new"],
        "tier": ["gold"],
    },
    {
        "pet": KnownAttribute("choice", ["گربه"]),
        "size": KnownAttribute("number"),
        "vat": KnownAttribute("yes_no"),
        "since": KnownAttribute("date"),
    },
)


def _rule(*conditions: Condition, **more: Any) -> Rule:
    return Rule(id="r", name=Text(fa="ن"), gives=Fixed(points=1), conditions=conditions, **more)


def one(fact: str, *values: int | str, but: bool = False) -> OneOf:
    return OneOf(fact=fact, values=values, but=but)


def between(fact: str, least: int | None = None, most: int | None = None, **more: Any) -> Between:
    return Between(fact=fact, least=least, most=most, **more)


@pytest.mark.parametrize(
    ("conditions", "place", "said"),
    [
        ([one("branch", 1, 9)], 0, "branches"),
        ([one("branch", 1), one("branch", 2)], 1, "can never hold"),
        ([one("branch", 1, 2, but=True)], 0, "can never hold"),
        ([one("channel", "store", "online", "phone", but=True)], 0, "can never hold"),
        ([one("weekday", 1, 2), one("weekday", 1, 2, but=True)], 1, "can never hold"),
        ([one("tier", "silver")], 0, "tiers"),
        ([one("segment", "gone")], 0, "segments"),
        ([one("segment", "vip"), one("segment", "vip", "new", but=True)], 1, "can never hold"),
        ([Lines(fact="product", values=(8,))], 0, "products"),
        ([Lines(fact="brand", values=("a",)), Lines(fact="brand", values=("b",))], 1, "never hold"),
        ([between("total", 5), between("total", most=4)], 1, "can never hold"),
        ([between("minute", 60, 120), between("minute", 121, 59)], 1, "can never hold"),
        ([between("quantity", most=0)], 0, "No purchase"),
        ([between("nth", most=0)], 0, "No purchase"),
        ([between("nth", most=1), between("visits", 1, window_days=30)], 1, "first purchase"),
        ([between("days_since", 3), between("nth", 1, 1)], 0, "first purchase"),
        ([one("attribute:shoe", "x")], 0, "no such attribute"),
        ([one("attribute:pet", "سگ")], 0, "none of the choices"),
        ([one("attribute:size", "3")], 0, "cannot be compared"),
        ([between("attribute:pet", 3)], 0, "cannot be compared"),
        ([between("attribute:since", 20261399)], 0, "not a date"),
        ([Expression(text="totl > 1")], 0, "not known"),
        ([Expression(text="'gone' in segments")], 0, "segments"),
        ([one("branch", 1), Expression(text="1 > 2")], 1, "never true"),
    ],
)
def test_what_can_never_fire_is_told_at_its_place(
    conditions: list[Condition], place: int, said: str
) -> None:
    problem = never_fires(_rule(*conditions), KNOWN)
    assert problem is not None
    assert (problem.place, problem.field) == (place, "conditions")
    assert said in problem.en
    assert problem.fa


def test_no_tiers_and_days_that_passed_are_told() -> None:
    none = KNOWN._replace(named={**KNOWN.named, "tier": []})
    problem = never_fires(_rule(one("tier", "gold")), none)
    assert problem is not None and "no tiers" in problem.en
    over = never_fires(_rule(ends=date(2026, 11, 21)), KNOWN)
    assert over is not None and over.field == "ends"
    # 28 November 2026 is a Saturday.
    week = {"starts": date(2026, 11, 28), "ends": date(2026, 11, 29)}
    assert never_fires(_rule(one("weekday", 0), **week), KNOWN) is None
    never = never_fires(_rule(one("weekday", 5), **week), KNOWN)
    assert never is not None and "No day" in never.en


@pytest.mark.parametrize(
    "conditions",
    [
        [one("branch", 1), one("branch", 2, but=True)],
        [one("segment", "vip"), one("segment", "new")],
        [one("segment", "vip", "new"), one("segment", "vip", but=True)],
        [one("gender", "female", "male", but=True)],
        [between("minute", 1200, 60), between("minute", 0, 30)],
        [between("visits", most=0, window_days=30), between("visits", 3)],
        [between("nth", 1, 1), between("visits", most=0)],
        [one("attribute:vat", "yes"), between("attribute:size", 1)],
        [Expression(text="attributes.size > 3 && 'vip' in segments")],
        [Lines(fact="brand", values=("a", "b")), Lines(fact="category", values=(5,))],
    ],
)
def test_what_may_fire_is_let_be(conditions: list[Condition]) -> None:
    assert never_fires(_rule(*conditions), KNOWN) is None


def test_a_date_that_the_club_does_not_know_never_returns() -> None:
    for what, fits in (
        ("attribute:since", True),
        ("attribute:size", False),
        ("wedding_date", True),
    ):
        problem = never_fires(_rule(on="member_date", what=what), KNOWN)
        assert (problem is None) == fits
        assert fits or (problem is not None and problem.field == "what")
    assert never_fires(_rule(on="member_date", what="attribute:gone"), KNOWN) is not None
