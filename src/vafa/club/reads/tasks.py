"""Long work as its pages show it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from vafa.club.models import Task
from vafa.core.clock import now

# After so long without one, a running task is taken for dead.
SIGN_OF_LIFE = timedelta(minutes=2)
# One that waits may wait for others.
_PATIENCE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """How far a task is: ``state`` waiting, running, done, failed or stopped.

    ``rate`` is steps a second since it began, ``seconds_left`` what the rest takes at that rate;
    None while it cannot be told.
    """

    state: str
    step: str
    reached: int
    total: int
    is_stopping: bool
    rate: float | None
    seconds_left: int | None

    @property
    def is_alive(self) -> bool:
        """Whether its end may still be expected."""
        return self.state in ("waiting", "running")


def progress_of(task: Task) -> TaskProgress:
    """How far it is; one that gave no sign of life for long has failed."""
    state = task.state
    patience = _PATIENCE if state == "waiting" else SIGN_OF_LIFE
    if state in ("waiting", "running") and task.told_at < now() - patience:
        state = "failed"
    rate = _rate(task)
    left = round((task.total - task.reached) / rate) if rate and state == "running" else None
    return TaskProgress(
        state, task.step, task.reached, task.total, task.stop_asked_at is not None, rate, left
    )


def list_tasks(club_id: int, *, asked_by: str = "", limit: int = 50) -> list[Task]:
    """The club's tasks, the newest first, without what they found; one person's if named."""
    found = Task.objects.filter(club_id=club_id).defer("result", "params")
    if asked_by:
        found = found.filter(asked_by=asked_by)
    return list(found.order_by("-id")[:limit])


def latest_task(club_id: int, kind: str) -> Task | None:
    """The club's newest task of a kind."""
    return Task.objects.filter(club_id=club_id, kind=kind).order_by("-id").first()


def newest_tasks(club_id: int, kind: str, about: str, numbers: Collection[int]) -> dict[int, Task]:
    """The newest task of a kind for each of the things it was asked for, by their numbers; ``about``
    is the parameter that has the number. What nobody has asked for is left out."""
    found = Task.objects.filter(
        club_id=club_id, kind=kind, **{f"params__{about}__in": list(numbers)}
    )
    return {task.params[about]: task for task in found.order_by("id")}


def _rate(task: Task) -> float | None:
    if task.started_at is None or not task.reached:
        return None
    seconds = ((task.finished_at or task.told_at) - task.started_at).total_seconds()
    return task.reached / seconds if seconds > 0 else None
