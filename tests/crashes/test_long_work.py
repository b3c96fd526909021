"""A worker that is killed in the middle of long work: another takes it up and goes on, three times at
most, and nothing waits for a lock of the dead."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from datetime import timedelta
from threading import Thread

import pytest
from asgiref.sync import async_to_sync
from django.db import connections
from django.db.models import QuerySet
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.crashes.house import until
from tests.world import World
from vafa.club.actions.tasks import ask_for
from vafa.club.models import Task
from vafa.config import database
from vafa.config.jobs import send_reports
from vafa.config.stalled import take_up_stalled
from vafa.core.clock import now
from vafa.core.db import execute
from vafa.flows.voucher_series import AT_ONCE, MAKE, plan_series
from vafa.program.models import Voucher, VoucherSeries

pytestmark = pytest.mark.slow

_CODES = 6 * AT_ONCE
_WORKER = """
import sys
import django
django.setup()
from procrastinate.contrib.django import app
with app.replace_connector(app.connector.get_worker_connector()):
    app.run_worker(queues=[sys.argv[1]], wait=False, delete_jobs="never")
"""


def worker(queue: str) -> subprocess.Popen[bytes]:
    """Does the jobs of this queue alone, and ends."""
    return subprocess.Popen(
        [sys.executable, "-c", _WORKER, queue],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "vafa.config.settings",
            "DATABASE_URL": database.url_of(connections["default"].settings_dict),
        },
    )


def codes_asked_for(world: World, count: int) -> tuple[VoucherSeries, Task]:
    """Long work: a series whose codes the worker makes."""
    series = plan_series(
        world.club,
        world.owner,
        name="یلدا",
        kind="voucher",
        value=1,
        expires_at=now() + timedelta(days=9),
        count=count,
        in_worker=True,
    )
    return series, Task.objects.get(club=world.record, kind=MAKE)


def put_into(queue: str, task: Task) -> QuerySet[ProcrastinateJob]:
    """The job of this task, which only who works for this queue does."""
    job = ProcrastinateJob.objects.filter(task_name="task", args__task_id=task.pk)
    execute("UPDATE procrastinate_jobs SET queue_name = %s WHERE id = %s", [queue, job.get().pk])
    return job


def kill_at_work(queue: str, job: QuerySet[ProcrastinateJob], table: str) -> None:
    """A worker begins the job, finds a table locked, and is killed while it waits."""
    with database.connect(connections["owner"].settings_dict) as owner, owner.transaction():
        owner.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        working = worker(queue)
        until("it has begun", lambda: job.get().status == "doing")
        working.send_signal(signal.SIGKILL)
        working.wait()
    assert job.get().status == "doing"


_SILENT = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"


def time_goes_by() -> None:
    """Of who is dead nothing was heard for a minute; whoever is alive looks after that."""
    execute(_SILENT)
    async_to_sync(take_up_stalled)(second_look=0.1)


def test_codes_are_made_to_the_last_though_the_worker_is_killed(world: World) -> None:
    series, task = codes_asked_for(world, _CODES)
    queue = f"kill-{task.pk}"
    job = put_into(queue, task)

    def made() -> int:
        return VoucherSeries.objects.get(pk=series.pk).made

    first = worker(queue)
    until("the first codes are there", made)
    first.send_signal(signal.SIGKILL)
    first.wait()
    kept = made()
    assert 0 < kept < _CODES
    assert job.get().status == "doing"
    task.refresh_from_db()
    assert task.state == "running"

    # Nobody takes it for dead at once, nor after a sleep of the machine, where it is heard again.
    async_to_sync(take_up_stalled)(second_look=0.1)
    assert job.get().status == "doing"
    execute(_SILENT)
    looking = Thread(target=async_to_sync(take_up_stalled), kwargs={"second_look": 3.0})
    looking.start()
    looking.join(1.0)
    execute("UPDATE procrastinate_workers SET last_heartbeat = now()")
    looking.join()
    assert job.get().status == "doing"
    time_goes_by()
    assert job.get().status == "todo"
    worker(queue).wait()
    task.refresh_from_db()
    assert (task.state, task.result) == ("done", {"series": series.pk, "made": _CODES})
    assert made() == Voucher.objects.filter(series=series).count() == _CODES
    assert Voucher.objects.filter(series=series).values("code").distinct().count() == _CODES


def test_work_that_kills_is_left_after_the_third_time_and_its_lock_is_free(world: World) -> None:
    series, task = codes_asked_for(world, 50)
    again = ask_for(
        world.club, world.owner, MAKE, {"series": series.pk}, lock=f"{MAKE} {series.pk}"
    )
    queue = f"kill-{task.pk}"
    first, second = put_into(queue, task), put_into(queue, again)
    for taken_up in range(4):
        kill_at_work(queue, first, "program_voucherseries")
        # The same work is asked for a second time: it waits for the lock of the first.
        worker(queue).wait()
        assert second.get().status == "todo"
        time_goes_by()
        assert first.get().status == ("todo" if taken_up < 3 else "failed")
    worker(queue).wait()
    assert second.get().status == "succeeded"
    again.refresh_from_db()
    assert (again.state, again.result) == ("done", {"series": series.pk, "made": 50})
    assert Voucher.objects.filter(series=series).count() == 50
    # Its page says so, whether it had begun or not.
    page = world.client("owner").get(reverse("panel:tasks")).content.decode()
    states = re.findall(rf'href="[^"]*/{task.pk}/".*?</td><td>([^<]*)</td>', page)
    assert states == ["ناتمام ماند"]


def test_what_comes_around_by_itself_ends_with_its_worker_and_comes_around_again(
    world: World,
) -> None:
    queue = f"kill-clock-{world.record.pk}"
    clocked = ProcrastinateJob.objects.filter(queue_name=queue).order_by("id")
    killed, due = (clocked.filter(args__timestamp=stamp) for stamp in (1, 2))
    # Locks of its own: the clock of every worker asks for it under those that it always has.
    reports = send_reports.configure(queue=queue, lock=queue, queueing_lock=queue)
    reports.defer(timestamp=1)
    kill_at_work(queue, killed, "insight_reportschedule")
    # An hour later it is due again, and waits for the lock of the one that was killed.
    reports.defer(timestamp=2)
    worker(queue).wait()
    assert due.get().status == "todo"
    time_goes_by()
    assert killed.get().status == "failed", "two of them are never due at once"
    worker(queue).wait()
    assert due.get().status == "succeeded"
