"""What the worker would do: for stories that ask for long work."""

from __future__ import annotations

from typing import Any

from tests.world import World
from vafa.club.models import Task
from vafa.config.tasks import carry_out_task


def work(world: World) -> dict[str, Any]:
    """Do the newest task of the world's club; what its page shows then."""
    task = Task.objects.filter(club=world.record).latest("pk")
    carry_out_task(world.record.pk, task.pk)
    task.refresh_from_db()
    assert task.state == "done", task.trouble
    result: dict[str, Any] = task.result
    return result
