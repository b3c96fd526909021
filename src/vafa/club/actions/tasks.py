"""Long work: asked for on a page, done by the worker, watched and stopped from a page.

What the kinds are and who does them is wired where everything is seen (``config/tasks.py``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Max
from procrastinate.contrib.django import app

from vafa.club.actions.audit import Thing, record_audit
from vafa.club.actor import Actor
from vafa.club.errors import TaskFileTooLarge
from vafa.club.models import Task, TaskChunk, TaskFile
from vafa.club.reads.context import ClubContext
from vafa.club.reads.tasks import progress_of
from vafa.core.clock import now
from vafa.core.errors import DomainError, StoredRefusal

TASK_JOB = "task"
CHUNK_BYTES = 1_000_000
MOST_BYTES = 200_000_000
_TELL_EVERY = 1.0


class TaskStopped(Exception):
    """Somebody asked for the task to end before it was done."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to keep with a task: ``content`` is its bytes, pieces of them, or where they lie."""

    role: str
    name: str
    content_type: str
    content: bytes | Path | Iterable[bytes]


def ask_for(
    club: ClubContext,
    actor: Actor,
    kind: str,
    params: Mapping[str, Any],
    files: Sequence[NewFile] = (),
    *,
    lock: str = "",
) -> Task:
    """Let the worker do a piece of long work; returns its row, whose number the page has.

    ``params`` are plain JSON values. Tasks of one club that name the same ``lock`` run one after
    the other. The job is written in the same transaction as the row, the caller's if there is one.
    Who asks for it records that in the audit. Raises TaskFileTooLarge.
    """
    with transaction.atomic():
        task = Task.objects.create(
            club_id=club.id,
            kind=kind,
            params=dict(params),
            staff_id=actor.id if actor.kind == "staff" else None,
            asked_by=actor.label,
            told_at=now(),
        )
        for file in files:
            keep_file(task.id, file)
        key = f"{TASK_JOB} {club.id} {lock}" if lock else None
        app.configure_task(TASK_JOB, lock=key).defer(club_id=club.id, task_id=task.id)
    return task


def stop_task(club: ClubContext, task: Task, actor: Actor) -> None:
    """Stop a task: one that waits at once, one that runs at its next step. Audited."""
    if not progress_of(task).is_alive:
        return
    with transaction.atomic():
        going = Task.objects.filter(pk=task.pk, finished_at__isnull=True)
        if going.filter(state="waiting").update(state="stopped", finished_at=now()) or going.update(
            stop_asked_at=now()
        ):
            record_audit(club.id, actor.label, "task.stopped", thing_of_task(task))


def thing_of_task(task: Task) -> Thing:
    """A task as the audit names it."""
    return Thing("task", task.pk, task.kind)


def keep_file(task_id: int, file: NewFile) -> TaskFile:
    """Keep a file with a task, in pieces. Raises TaskFileTooLarge; then nothing is kept."""
    with transaction.atomic():
        made = TaskFile.objects.create(
            task_id=task_id,
            role=file.role,
            name=file.name[:200],
            content_type=file.content_type[:100],
            size=0,
        )
        size = 0
        for number, piece in enumerate(_pieces(file.content)):
            size += len(piece)
            if size > MOST_BYTES:
                raise TaskFileTooLarge(megabytes=MOST_BYTES // 1_000_000)
            TaskChunk.objects.create(file=made, number=number, content=piece)
        TaskFile.objects.filter(pk=made.pk).update(size=size)
        made.size = size
    return made


def forget_task_files(before: datetime) -> int:
    """Delete the files of tasks that were asked for before; how many. The tasks stay."""
    old = TaskFile.objects.filter(task__asked_at__lt=before)
    numbers = list(old.values_list("pk", flat=True))
    with transaction.atomic():
        TaskChunk.objects.filter(file__in=numbers).delete()
        TaskFile.objects.filter(pk__in=numbers).delete()
    return len(numbers)


class TaskRun:
    """A task while it is done: what its handler reads, tells and leaves behind."""

    def __init__(self, club: ClubContext, actor: Actor, task: Task, folder: Path) -> None:
        self.club, self.actor, self.id = club, actor, task.pk
        self.params: dict[str, Any] = task.params
        self.asked_at = task.asked_at
        self._rows = Task.objects.filter(pk=task.pk, finished_at__isnull=True)
        self._folder = folder
        self._told, self._step = 0.0, ""

    def tell(self, reached: int, total: int, step: str = "") -> None:
        """Say how far it is; written once a second. Raises TaskStopped when it shall end.

        ``step`` is a word that the page knows, where a task has several measures.
        """
        if step == self._step and monotonic() - self._told < _TELL_EVERY:
            return
        self._told, self._step = monotonic(), step
        self._rows.update(told_at=now(), reached=reached, total=total, step=step[:40])
        if self._rows.filter(stop_asked_at__isnull=False).exists():
            raise TaskStopped

    def has_file(self, role: str) -> bool:
        """Whether a file of this role was given."""
        return TaskFile.objects.filter(task_id=self.id, role=role).exists()

    def file(self, role: str) -> Path:
        """The newest file of this role, on disk until the task ends, under its own ending.

        Raises TaskFile.DoesNotExist.
        """
        kept = TaskFile.objects.filter(task_id=self.id, role=role).latest("pk")
        target = self._folder / f"{kept.pk}{Path(kept.name).suffix.lower()[:10]}"
        if not target.exists():
            with target.open("wb") as out:
                for piece in file_pieces(kept.pk):
                    out.write(piece)
        return target

    def new_path(self, name: str) -> Path:
        """Where to write something that is to be attached."""
        return self._folder / f"new-{name}"

    def attach(
        self, role: str, name: str, content_type: str, content: bytes | Path | Iterable[bytes]
    ) -> TaskFile:
        """Keep a file for download. Raises TaskFileTooLarge."""
        return keep_file(self.id, NewFile(role, name, content_type, content))


def file_pieces(file_id: int) -> Iterator[bytes]:
    """The bytes of a kept file, piece by piece."""
    pieces = TaskChunk.objects.filter(file_id=file_id)
    last = pieces.aggregate(last=Max("number"))["last"]
    for number in range(-1 if last is None else last + 1):
        yield bytes(pieces.values_list("content", flat=True).get(number=number))


@contextmanager
def running(club: ClubContext, actor: Actor, task: Task) -> Iterator[TaskRun]:
    """A task at work, with a folder of its own. Leaving it by an exception ends the task:
    TaskStopped and refusals quietly, whatever else is raised again."""
    begun = Task.objects.filter(pk=task.pk, finished_at__isnull=True)
    begun.update(state="running", started_at=now(), told_at=now())
    with tempfile.TemporaryDirectory(prefix="vafa-task-") as folder:
        try:
            yield TaskRun(club, actor, task, Path(folder))
        except TaskStopped:
            begun.update(state="stopped", finished_at=now())
        except DomainError as error:
            begun.update(
                state="failed",
                finished_at=now(),
                trouble=error.code[:60],
                trouble_words=StoredRefusal.stored_form(error),
            )
        except BaseException:
            begun.update(state="failed", finished_at=now(), trouble="failed")
            raise


def finish_task(task_id: int, result: Mapping[str, Any]) -> None:
    """The task is done; ``result`` is plain JSON for its page."""
    going = Task.objects.filter(pk=task_id, finished_at__isnull=True)
    going.update(state="done", finished_at=now(), told_at=now(), result=dict(result))


def break_off(task_id: int) -> None:
    """Nobody will go on with the task, since it ended its worker again and again."""
    going = Task.objects.filter(pk=task_id, finished_at__isnull=True)
    going.update(state="failed", finished_at=now(), trouble="failed")


def _pieces(content: bytes | Path | Iterable[bytes]) -> Iterator[bytes]:
    if isinstance(content, bytes):
        for start in range(0, len(content), CHUNK_BYTES):
            yield content[start : start + CHUNK_BYTES]
    elif isinstance(content, Path):
        with content.open("rb") as source:
            while piece := source.read(CHUNK_BYTES):
                yield piece
    else:
        yield from _regrouped(content)


def _regrouped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of any length as pieces of the length that is kept."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= CHUNK_BYTES:
            yield bytes(waiting[:CHUNK_BYTES])
            del waiting[:CHUNK_BYTES]
    if waiting:
        yield bytes(waiting)
