"""Programmes of back-tests whose rules do something beside giving points."""

from __future__ import annotations

from typing import Any

from tests.world import World
from vafa.program.reads.revisions import live_program
from vafa.program.rules.backtest import DEED_COLUMNS, deed_name
from vafa.program.rules.deeds import (
    BadgeKind,
)
from vafa.program.rules.document import Challenge, EventKind, Program
from vafa.program.rules.recipes import per_amount
from vafa.program.rules.rule import Effect, Rule, Text

N = Text(fa="آزمایشی", en="Trial")
BASE = per_amount("base", N, 1, 100_000)
REGULAR = BadgeKind(code="regular", name=N)
EVENTS = (EventKind(code="one", name=N), EventKind(code="two", name=N))
THREE = Challenge(code="three", name=N, count=3, days=30)
KINDS = Challenge(code="kinds", name=N, kind="categories", count=2, days=30)


def rule(gives: Effect, **fields: Any) -> Rule:
    return Rule(**{"id": gives.kind, "name": N, "gives": gives, **fields})


def given(result: dict[str, Any], rule_id: str, kind: str, month: str = "") -> dict[str, int]:
    """What a rule did, in a month or ("") altogether."""
    return dict(zip(DEED_COLUMNS, result["deeds"][deed_name(rule_id, kind, month)], strict=True))


def publish(world: World, *rules: Rule, **fields: Any) -> None:
    """What joining brought to the member of the world it goes on to bring."""
    live = live_program(world.club.id).program
    joining = [rule for rule in live.rules if rule.id == "welcome"]
    values = {"badges": (REGULAR,), "events": EVENTS, "terms": live.terms, **fields}
    world.publish(Program(rules=(BASE, *joining, *rules), **values))
