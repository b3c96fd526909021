"""What time does to very many holders is done by two connections at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.world import World
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.flows.upkeep import run_upkeep
from vafa.ledger.actions import aging


def test_every_group_of_holders_expires_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aging, "LOTS_AT_ONCE", 2)
    members = [world.member, *(world.enrol() for _ in range(8))]
    for member in members:
        for _ in range(2):
            assert world.buy(5_000_000, member=("id", str(member.id))).error is None
    before = sum(world.balance(member).available for member in members)
    assert before > 0
    at = now() + timedelta(days=800)
    unit = world.club.points_unit_id
    assert len(aging.expiring(unit, at).groups) > 3
    assert run_upkeep(world.club, at=at).expired == before
    assert [world.balance(member).available for member in members] == [0] * len(members)
    assert run_upkeep(world.club, at=at).expired == 0
    named = fetch(
        "SELECT count(*), sum((payload ->> 'points')::bigint) FROM core_event"
        " WHERE club_id = %s AND name = 'points.expired'",
        [world.record.id],
    )
    assert [int(n) for n in named[0]][1] == before
    world.verify()
