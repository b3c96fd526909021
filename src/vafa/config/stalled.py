"""Jobs whose worker was killed: a job keeps its lock until somebody says what becomes of it, and
whatever waits for that lock would wait for ever."""

from __future__ import annotations

import asyncio
import logging

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job, Status

from vafa.club.actions.tasks import TASK_JOB, break_off

# Workers give a sign of life every ten seconds.
_SILENT_SECONDS = 45.0
_SECOND_LOOK_SECONDS = 15.0
# Work that ends its worker again and again is left alone.
_TRIES = 3
_logger = logging.getLogger("vafa.jobs")


async def take_up_stalled(second_look: float = _SECOND_LOOK_SECONDS) -> None:
    """Let work that was asked for begin again, which goes on where it can; what comes around by
    itself just ends.

    A machine that slept, or a database that was away, makes living workers look dead for a moment:
    only whose worker is silent still after ``second_look`` seconds is taken for dead.
    """
    found = {job.id for job in await _silent()}
    if not found:
        return
    await asyncio.sleep(second_look)
    for job in await _silent():
        if job.id not in found:
            continue
        _logger.warning("the worker of job %s (%s) is gone", job.id, job.task_name)
        if job.queueing_lock is None and job.attempts < _TRIES:
            await app.job_manager.retry_job(job)
        else:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
            if job.task_name == TASK_JOB:
                await sync_to_async(_say_on_its_page)(job.id)


async def _silent() -> list[Job]:
    return list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_SECONDS))


def _say_on_its_page(job_id: int | None) -> None:
    break_off(ProcrastinateJob.objects.get(pk=job_id).args["task_id"])
