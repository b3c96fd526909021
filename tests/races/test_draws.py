"""Twenty at once close a list, draw, confirm a winner: exactly one does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Sum

from tests import draws
from tests.races.test_races import THREADS, together
from tests.world import World
from vafa.core.clock import now
from vafa.core.errors import DomainError
from vafa.flows.draw_people import claim_chances, confirm_winner
from vafa.flows.draws import draw_winners, freeze_draw
from vafa.flows.entries import Outcome
from vafa.flows.redemptions import cancel_redemption, redeem_reward
from vafa.program.actions.rewards import create_reward
from vafa.program.models import (
    Draw,
    DrawChance,
    DrawClaim,
    DrawEntry,
    DrawOutcome,
    DrawWinner,
    Reward,
)
from vafa.program.reads.draws import list_text
from vafa.program.rules.draws import hash_of_list

pytestmark = pytest.mark.race


def outcomes(action: Callable[[int], object]) -> Counter[str]:
    def tried(n: int) -> str:
        try:
            action(n)
        except DomainError as error:
            return error.code
        return "done"

    return Counter(together(tried))


ONCE = {"done": 1, "draw_step_refused": THREADS - 1}


def test_each_step_is_done_once(world: World) -> None:
    draw = draws.opened(world, draws_at=now() + timedelta(hours=2))
    draws.shopped(world, draw)
    assert outcomes(lambda n: freeze_draw(world.club, draw.id)) == ONCE
    draw = draws.fresh(draw)
    assert DrawEntry.objects.filter(draw=draw).count() == draw.entrants == 7
    assert hash_of_list(list_text(draw)) == draw.list_hash

    late = draws.frozen(world)
    assert outcomes(lambda n: draw_winners(world.club, late.id, str(n), world.owner)) == ONCE
    assert DrawWinner.objects.filter(draw=late).count() == 5
    assert outcomes(lambda n: confirm_winner(world.club, late.id, 1, world.owner)) == ONCE
    assert DrawOutcome.objects.filter(draw=late).count() == 1


def test_free_chances_are_given_once(world: World) -> None:
    draw = draws.running(world)
    her = world.member.id
    assert outcomes(lambda n: claim_chances(world.club, draw.id, her, world.owner)) == {
        "done": THREADS
    }
    assert DrawClaim.objects.filter(draw=draw).count() == 1


def test_the_last_chances_go_to_one_and_leave_the_draw_once(world: World) -> None:
    draw = draws.running(world)
    reward = chances(world, draw, stock=1)
    people = [world.enrol().id for _ in range(THREADS)]
    taken = together(lambda n: take(world, reward, people[n]))
    kinds = Counter(one.error.code if one.error else one.status for one in taken)
    assert kinds == {"recorded": 1, "reward_unavailable": THREADS - 1}
    assert DrawChance.objects.filter(draw=draw).aggregate(n=Sum("chances"))["n"] == 3
    number = next(one for one in taken if one.error is None).answer["redemption_id"]
    given = together(
        lambda n: cancel_redemption(world.club, redemption_id=number, actor=world.owner)
    )
    kinds = Counter(one.error.code if one.error else one.status for one in given)
    assert kinds == {"recorded": 1, "redemption_final": THREADS - 1}
    assert DrawChance.objects.filter(draw=draw).aggregate(n=Sum("chances"))["n"] == 0
    world.verify()


def test_what_is_given_up_while_the_list_is_closed_is_in_it_or_comes_back(world: World) -> None:
    draw = draws.opened(world, draws_at=now() + timedelta(hours=2))
    reward = chances(world, draw)
    people = [world.enrol().id for _ in range(THREADS - 1)]
    with draws.before():
        taken = [take(world, reward, member).answer["redemption_id"] for member in people]

    def press(n: int) -> str:
        if n == THREADS - 1:
            freeze_draw(world.club, draw.id)
            return "closed"
        done = cancel_redemption(world.club, redemption_id=taken[n], actor=world.owner)
        return done.error.code if done.error else "back"

    kinds = Counter(together(press))
    assert kinds["closed"] == 1 and set(kinds) <= {"closed", "back", "draw_list_closed"}
    assert draws.fresh(draw).chances == 3 * kinds["draw_list_closed"]
    world.verify()


def chances(world: World, draw: Draw, **fields: Any) -> Reward:
    """Three chances for ten points."""
    terms = {"draw": draw.id}
    values = {"kind": "chances", "points": 10, "value": 3, "terms": terms, **fields}
    return create_reward(world.record.id, name="سه شانس", **values)


def take(world: World, reward: Reward, member_id: int) -> Outcome:
    return redeem_reward(world.club, member_id=member_id, reward_id=reward.id, actor=world.owner)
