"""Chances in a draw as a reward: taken for points or for nothing, given up, spent, given back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.draws import before, fresh, opened, running
from tests.world import World
from vafa.core.clock import now
from vafa.core.errors import InvalidInput
from vafa.flows.draw_people import chances_of_member
from vafa.flows.draws import cancel_draw, freeze_draw
from vafa.flows.entries import Outcome
from vafa.flows.hold_ends import end_due_holds
from vafa.flows.redemptions import cancel_redemption, redeem_reward
from vafa.program.actions.rewards import create_reward
from vafa.program.models import Draw, DrawEntry, Reward


def offer(world: World, draw: Draw, **fields: Any) -> Reward:
    values = {"name": "سه شانس", "name_en": "Three chances", "points": 10, "value": 3, **fields}
    terms = {"draw": draw.id}
    return create_reward(world.record.id, kind="chances", terms=terms, **values)


def take(world: World, reward: Reward, **fields: Any) -> Outcome:
    return redeem_reward(
        world.club, member_id=world.member.id, reward_id=reward.id, actor=world.owner, **fields
    )


def give_up(world: World, taken: Outcome) -> Outcome:
    number = taken.answer["redemption_id"]
    return cancel_redemption(world.club, redemption_id=number, actor=world.owner)


def chances(world: World, draw: Draw) -> int:
    return chances_of_member(world.club, fresh(draw), world.member.id).chances


def refused(outcome: Outcome) -> str:
    assert outcome.error is not None
    return outcome.error.code


def close_list(world: World, draw: Draw) -> None:
    with time_machine.travel(draw.draws_at - timedelta(hours=2), tick=True):
        freeze_draw(world.club, draw.id, by=world.owner.label)


def test_points_become_chances_and_are_spent_when_the_draw_comes(world: World) -> None:
    draw = running(world)
    taken = take(world, offer(world, draw), key="once")
    again = take(world, Reward.objects.get(pk=taken.answer["reward_id"]), key="once")
    assert again.answer == taken.answer
    assert (taken.answer["kind"], taken.answer["value"]) == ("chances", 3)
    assert chances(world, draw) == 3
    assert world.balance()[:3] == (10, 0, 10)
    said = [part[1] for part in world.line("redeem").parts]
    assert said == ["redeem", "chances"]

    close_list(world, draw)
    assert DrawEntry.objects.get(draw=draw).chances == 3
    with time_machine.travel(draw.draws_at - timedelta(hours=1), tick=True):
        assert refused(give_up(world, taken)) == "draw_list_closed"
        assert end_due_holds(world.club, now()) == 0
    with time_machine.travel(draw.draws_at + timedelta(minutes=1), tick=True):
        assert end_due_holds(world.club, now()) == 1
        assert end_due_holds(world.club, now()) == 0
        assert refused(give_up(world, taken)) == "redemption_final"
    assert world.balance()[:3] == (10, 0, 0)
    world.verify()


def test_given_up_they_leave_the_draw_and_the_points_come_back(world: World) -> None:
    draw = running(world)
    reward = offer(world, draw, stock=1, per_member=1)
    taken = take(world, reward)
    assert refused(take(world, reward)) == "reward_unavailable"
    back = give_up(world, taken)
    assert back.answer["points_given_back"] == 10
    assert (chances(world, draw), world.balance()[:3]) == (0, (20, 0, 0))
    assert refused(give_up(world, taken)) == "redemption_final"
    assert take(world, reward).status == "recorded"
    assert chances(world, draw) == 3
    world.verify()


def test_they_may_cost_nothing(world: World) -> None:
    draw = running(world)
    reward = offer(world, draw, points=0, per_member=1)
    taken = take(world, reward)
    assert (chances(world, draw), world.balance()[:3]) == (3, (20, 0, 0))
    assert refused(take(world, reward)) == "reward_not_for_her"
    assert give_up(world, taken).answer == {
        "redemption_id": taken.answer["redemption_id"],
        "points_given_back": 0,
        "balance": {"available": 20},
    }
    assert chances(world, draw) == 0
    assert refused(give_up(world, taken)) == "redemption_final"
    world.verify()


def test_a_draw_that_is_not_open_takes_none(world: World) -> None:
    over = opened(world)
    reward = offer(world, over)
    assert refused(take(world, reward)) == "draw_takes_no_chances"
    with before():
        taken = take(world, reward)
        assert taken.status == "recorded"
    close_list(world, over)
    with before():
        assert refused(take(world, reward)) == "draw_takes_no_chances"
    assert world.balance()[:3] == (10, 0, 10)
    world.verify()


def test_nobody_gets_more_than_the_cap(world: World) -> None:
    draw = running(world, cap=5, step_amount=5_000_000)
    reward = offer(world, draw)
    assert take(world, reward).status == "recorded"
    error = take(world, reward).error
    assert error is not None and (error.code, error.details) == ("draw_chances_full", {"cap": 5})
    assert chances(world, draw) == 3
    world.verify()


def test_who_takes_no_part_buys_none(world: World) -> None:
    draw = running(world, excluded_mobiles=[world.member.mobile])
    error = take(world, offer(world, draw)).error
    assert error is not None and error.details == {"why": "outside"}


def test_a_cancelled_draw_gives_the_points_back(world: World) -> None:
    draw = running(world)
    reward = offer(world, draw)
    free = offer(world, draw, points=0)
    assert [take(world, one).status for one in (reward, free)] == ["recorded"] * 2
    given_up = take(world, reward)
    cancel_draw(world.club, draw.id, "مجوز لغو شد", world.owner)
    assert give_up(world, given_up).answer["points_given_back"] == 10
    assert end_due_holds(world.club, now()) == 1
    assert world.balance()[:3] == (20, 0, 0)
    world.verify()


def test_a_list_that_nobody_closed_gives_the_points_back(world: World) -> None:
    draw = running(world)
    take(world, offer(world, draw))
    with time_machine.travel(draw.draws_at + timedelta(minutes=1), tick=True):
        assert end_due_holds(world.club, now()) == 1
    assert (chances(world, draw), world.balance()[:3]) == (0, (20, 0, 0))
    world.verify()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"value": 0}, "value"), ({"terms": {}}, "draw"), ({"terms": {"draw": 10**12}}, "draw")],
)
def test_what_makes_no_sense_is_named(world: World, fields: dict[str, Any], wrong: str) -> None:
    values: dict[str, Any] = {"points": 5, "value": 1, "terms": {"draw": running(world).id}}
    with pytest.raises(InvalidInput) as error:
        create_reward(world.record.id, kind="chances", name="x", **{**values, **fields})
    assert error.value.details == {"field": wrong}


def test_only_chances_cost_nothing(world: World) -> None:
    with pytest.raises(InvalidInput) as error:
        create_reward(world.record.id, kind="delivery", name="x", points=0)
    assert error.value.details == {"field": "points"}
