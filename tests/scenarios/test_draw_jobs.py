"""What the worker does for draws: a list that was asked for, and one that nobody closed."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from tests import draws
from tests.work import work
from tests.world import World
from vafa.club.actions.audit import SYSTEM
from vafa.club.actions.tasks import stop_task
from vafa.club.models import Audit, Task
from vafa.config import jobs
from vafa.config.tasks import carry_out_task
from vafa.core.clock import now
from vafa.flows.draws import ask_for_freeze
from vafa.program.reads.draws import due_to_freeze


def test_the_list_that_was_asked_for(world: World) -> None:
    draw = draws.opened(world)
    draws.shopped(world, draw)
    for _twice in range(2):  # the second is the first
        ask_for_freeze(world.club, draw.id, world.owner)
    task = Task.objects.get(club=world.record)
    assert work(world)["entrants"] == 7
    assert draws.fresh(draw).status == "frozen"
    assert draws.fresh(draw).entrants == 7
    # Done by two workers, it is done once.
    Task.objects.filter(pk=task.pk).update(state="running", finished_at=None)
    carry_out_task(world.club.id, task.pk)
    task.refresh_from_db()
    assert (task.state, task.trouble) == ("failed", "draw_step_refused")
    assert Audit.objects.filter(club=world.record, action="draw.frozen").count() == 1


def test_a_list_whose_making_is_stopped_stays_open(world: World) -> None:
    draw = draws.opened(world)
    draws.shopped(world, draw)
    ask_for_freeze(world.club, draw.id, world.owner)
    task = Task.objects.get(club=world.record)
    stop_task(world.club, task, world.owner)
    carry_out_task(world.club.id, task.pk)
    assert draws.fresh(draw).status == "open"
    ask_for_freeze(world.club, draw.id, world.owner)
    assert work(world)["entrants"] == 7


def test_a_list_that_nobody_closed_closes_by_itself_an_hour_before(world: World) -> None:
    draw = draws.opened(world)
    due = (world.record.id, draw.id)
    assert due not in due_to_freeze(now() + jobs.FREEZES_BEFORE)
    with time_machine.travel(draw.draws_at - timedelta(minutes=59), tick=True):
        assert due in due_to_freeze(now() + jobs.FREEZES_BEFORE)
        jobs.freeze_draws.func(0)
        jobs.freeze_draws.func(0)
        assert due not in due_to_freeze(now() + jobs.FREEZES_BEFORE)
    assert draws.fresh(draw).status == "frozen"
    [row] = Audit.objects.filter(club=world.record, action="draw.frozen")
    assert row.actor == SYSTEM


def test_after_the_announced_moment_no_list_is_made(world: World) -> None:
    draw = draws.opened(world)
    with time_machine.travel(draw.draws_at, tick=True):
        jobs.freeze_draws.func(0)
    assert draws.fresh(draw).status == "open"
