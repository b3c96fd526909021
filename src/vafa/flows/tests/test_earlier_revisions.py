"""A purchase dated earlier: judged by today's rules, or by those of its date, as the club likes."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Literal

import time_machine

from tests.world import World
from vafa.core.clock import now
from vafa.flows.entries import PurchaseEntry
from vafa.flows.previews import preview_purchase
from vafa.flows.purchases import record_purchases, rehearse_purchases
from vafa.program.actions.revisions import publish_program
from vafa.program.reads.revisions import live_program
from vafa.program.rules.recipes import per_amount
from vafa.program.rules.rule import Text


def test_by_todays_rules_unless_the_club_says_otherwise(world: World) -> None:
    _three_revisions(world, "today")
    assert _points(world, days=30) == _points(world, days=0) == 300


def test_by_the_rules_of_its_date(world: World) -> None:
    _three_revisions(world, "then")
    assert [_points(world, days) for days in (0, 5, 15, 25)] == [300, 300, 200, 100]
    # Before anything was published the first rules count: they were the club's beginning.
    assert _points(world, days=300) == 100


def test_a_batch_of_several_times(world: World) -> None:
    _three_revisions(world, "then")
    entries = [_entry(world, days) for days in (0, 15, 25, 5, 15)]
    assert {o.status for o in rehearse_purchases(world.club, entries, at=now())} == {"open"}
    outcomes = record_purchases(world.club, entries)
    assert [outcome.answer["points"] for outcome in outcomes] == [300, 200, 100, 300, 200]
    again = record_purchases(world.club, entries)
    assert [outcome.status for outcome in again] == ["repeated"] * 5
    bought = [outcome.answer["purchase_id"] for outcome in outcomes]
    assert [outcome.answer["purchase_id"] for outcome in again] == bought


def _three_revisions(world: World, judges: Literal["today", "then"]) -> None:
    """One, two and three points for 100,000 rials: 30, 20 and 10 days ago."""
    live = live_program(world.club.id).program
    terms = live.terms.model_copy(update={"judges": judges})
    for points in (1, 2, 3):
        rules = (per_amount("base", Text(fa="پایه"), points, 100_000),)
        program = live.model_copy(update={"terms": terms, "rules": rules, "tiers": ()})
        with time_machine.travel(_ago(40 - 10 * points), tick=True):
            publish_program(world.club.id, program, actor=world.owner.label)


def _ago(days: int) -> datetime:
    return now() - timedelta(days=days)


def _entry(world: World, days: int) -> PurchaseEntry:
    at = _ago(days) if days else None
    return PurchaseEntry(
        actor=world.owner,
        branch="main",
        total=10_000_000,
        member=world.ref,
        purchased_at=at,
        key=f"{days}-{secrets.token_hex(4)}",
    )


def _points(world: World, days: int) -> int:
    entry = _entry(world, days)
    said: int = preview_purchase(world.club, entry).answer["points"]
    outcome = record_purchases(world.club, [entry])[0]
    assert outcome.answer["points"] == said
    return said
