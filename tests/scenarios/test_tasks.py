"""Long work: asked for, watched, stopped, taken away as files; each sees her own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import World
from vafa.club.actions.tasks import NewFile, TaskRun, ask_for, forget_task_files
from vafa.club.errors import UnknownMember
from vafa.club.models import Audit, Task, TaskChunk, TaskFile
from vafa.config.tasks import HANDLERS, carry_out_task
from vafa.core.clock import now

# More than one piece of a file.
LONG = bytes(range(256)) * 10_000


@pytest.fixture
def counting() -> Iterator[list[TaskRun]]:
    """A kind of work that copies its file and counts to three."""
    runs: list[TaskRun] = []

    def count(run: TaskRun) -> dict[str, Any]:
        runs.append(run)
        if run.params.get("whose") == "stranger":
            raise UnknownMember
        if run.params.get("whose") == "nobody":
            raise LookupError("not foreseen")
        for n in range(3):
            run.tell(n, 3, step=f"step {n}")
        run.attach("output", "کپی.txt", "text/plain", run.file("input"))
        return {"counted": 3}

    HANDLERS["counting"] = count
    yield runs
    del HANDLERS["counting"]


def asked(world: World, **params: Any) -> Task:
    file = NewFile("input", "list.txt", "text/plain", LONG)
    return ask_for(world.club, world.owner, "counting", params, [file])


def state(task: Task) -> str:
    task.refresh_from_db()
    return task.state


def page(client: Client, task: Task, *, part: bool = False) -> Any:
    headers = {"HX-Request": "true"} if part else {}
    return client.get(reverse("panel:task", args=[task.pk]), headers=headers)


def test_an_owner_watches_long_work_and_takes_its_file(
    world: World, counting: list[TaskRun]
) -> None:
    task = asked(world)
    owner = world.client("owner")
    assert "تا چند لحظهٔ دیگر" in page(owner, task).content.decode()
    carry_out_task(world.club.id, task.pk)
    ended = page(owner, task, part=True)
    assert ended.headers["HX-Refresh"] == "true"
    assert "کار انجام شد" in ended.content.decode()
    assert "کپی.txt" in page(owner, task).content.decode()
    given, made = TaskFile.objects.filter(task=task).order_by("pk")
    taken = owner.get(reverse("panel:task-file", args=[task.pk, made.pk]))
    assert b"".join(taken.streaming_content) == LONG
    assert Audit.objects.filter(club=world.record, action="task.file_taken").exists()
    # What was given in is not given out again.
    assert owner.get(reverse("panel:task-file", args=[task.pk, given.pk])).status_code == 404
    # Asked twice, done once.
    carry_out_task(world.club.id, task.pk)
    assert len(counting) == 1


def test_work_that_is_stopped_ends_at_its_next_step(world: World, counting: list[TaskRun]) -> None:
    waiting, started = asked(world), asked(world)
    owner = world.client("owner")
    owner.post(reverse("panel:stop-task", args=[waiting.pk]))
    assert state(waiting) == "stopped"
    carry_out_task(world.club.id, waiting.pk)
    assert counting == []
    Task.objects.filter(pk=started.pk).update(stop_asked_at=now())
    carry_out_task(world.club.id, started.pk)
    assert state(started) == "stopped"
    assert TaskFile.objects.filter(task=started).count() == 1


def test_a_refusal_is_told_in_words_and_a_fault_is_raised(
    world: World, counting: list[TaskRun]
) -> None:
    refused, faulty = asked(world, whose="stranger"), asked(world, whose="nobody")
    carry_out_task(world.club.id, refused.pk)
    assert state(refused) == "failed"
    assert UnknownMember().message("fa") in page(world.client("owner"), refused).content.decode()
    with pytest.raises(LookupError, match="not foreseen"):
        carry_out_task(world.club.id, faulty.pk)
    assert state(faulty) == "failed"
    # One whose worker died is not waited for.
    dead = asked(world)
    Task.objects.filter(pk=dead.pk).update(state="running", told_at=now() - timedelta(minutes=5))
    assert "ناتمام ماند" in page(world.client("owner"), dead).content.decode()


def test_each_sees_her_own_work(world: World) -> None:
    task = asked(world)
    accountant = world.client("accountant")
    assert page(accountant, task).status_code == 403
    assert accountant.post(reverse("panel:stop-task", args=[task.pk])).status_code == 403
    assert state(task) == "waiting"
    address = reverse("panel:task", args=[task.pk])
    assert address not in accountant.get(reverse("panel:tasks")).content.decode()
    assert address in world.client("owner").get(reverse("panel:tasks")).content.decode()


def test_files_are_forgotten_and_the_work_is_remembered(world: World) -> None:
    task = asked(world)
    forget_task_files(now() - timedelta(days=1))
    assert TaskChunk.objects.filter(file__task=task).count() == 3
    forget_task_files(now() + timedelta(days=1))
    assert not TaskChunk.objects.filter(file__task=task).exists()
    assert state(task) == "waiting"
