"""A worker that is killed in the middle of long work: another takes it up and goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

from asgiref.sync import async_to_sync
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.crashes.house import until
from tests.world import World
from vafa.club.models import Task
from vafa.config import database
from vafa.config.stalled import take_up_stalled
from vafa.core.clock import now
from vafa.core.db import execute
from vafa.flows.voucher_series import AT_ONCE, MAKE, plan_series
from vafa.program.models import Voucher, VoucherSeries

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


def test_codes_are_made_to_the_last_though_the_worker_is_killed(world: World) -> None:
    fields = {
        "name": "یلدا",
        "kind": "voucher",
        "value": 1,
        "expires_at": now() + timedelta(days=9),
    }
    series = plan_series(world.club, world.owner, count=_CODES, in_worker=True, **fields)
    task = Task.objects.get(club=world.record, kind=MAKE)
    queue = f"kill-{task.pk}"
    job = ProcrastinateJob.objects.filter(task_name="task", args__task_id=task.pk)
    execute("UPDATE procrastinate_jobs SET queue_name = %s WHERE id = %s", [queue, job.get().pk])

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

    # Nobody takes it for dead at once.
    async_to_sync(take_up_stalled)()
    assert job.get().status == "doing"
    execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    async_to_sync(take_up_stalled)()
    assert job.get().status == "todo"
    worker(queue).wait()
    task.refresh_from_db()
    assert (task.state, task.result) == ("done", {"series": series.pk, "made": _CODES})
    assert made() == Voucher.objects.filter(series=series).count() == _CODES
    assert Voucher.objects.filter(series=series).values("code").distinct().count() == _CODES
