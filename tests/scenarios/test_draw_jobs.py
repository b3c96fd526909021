"""What the worker does for draws: a list that was asked for, and one that nobody closed."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests import draws
from tests.world import World
from vafa.club.actions.audit import SYSTEM
from vafa.club.models import Audit
from vafa.config import jobs
from vafa.core.clock import now
from vafa.flows.draws import FREEZE_JOB, ask_for_freeze
from vafa.program.reads.draws import due_to_freeze


def test_the_list_that_was_asked_for(world: World) -> None:
    draw = draws.opened(world)
    draws.shopped(world, draw)
    ask_for_freeze(world.club, draw.id, world.owner)
    job = ProcrastinateJob.objects.get(task_name=FREEZE_JOB, args__draw_id=draw.id)
    app.tasks[FREEZE_JOB].func(**job.args)
    assert draws.fresh(draw).status == "frozen"
    assert draws.fresh(draw).entrants == 7


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
