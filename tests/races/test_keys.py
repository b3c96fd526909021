"""One key from two processes at once, over HTTP: one does the work, all get its answer.

``test_the_race_is_real`` sends the same requests under different keys, and shows that then each
counts; ``test_the_lock_is_what_makes_the_others_wait`` looks at the look-up itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.db import connection, transaction

from tests.obstacles import locked, waiting_backend
from tests.program import Program
from tests.races.sender import Told, send_at_once
from tests.races.test_races import THREADS, together
from tests.world import World
from vafa.commerce.models import Purchase, Return
from vafa.core.db import fetch
from vafa.core.idempotency import find_answers, make_key
from vafa.program.models import Redemption

pytestmark = pytest.mark.race
HALF = THREADS // 2
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def second_process(**asked: Any) -> Iterator[subprocess.Popen[str]]:
    """A process that is ready to send."""
    database = {
        n: connection.settings_dict[n] for n in ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.races.sender"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(json.dumps({"database": database, **asked}) + "\n")
        child.stdin.flush()
        assert child.stdout.readline() == "ready\n"
        yield child


def from_two_processes(secret: str, path: str, body: Any, keys: list[str]) -> list[Told]:
    """What twenty senders in two processes were told, who began together."""
    with second_process(secret=secret, path=path, body=body, keys=keys[HALF:]) as child:
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write("go\n")
        child.stdin.flush()
        mine = send_at_once(secret, path, body, keys[:HALF])
        theirs: list[Told] = json.loads(child.stdout.readline())
    return mine + theirs


def requests(world: World) -> dict[str, tuple[str, dict[str, Any], type[Any]]]:
    world.buy(200_000_000)
    bought = world.buy(10_000_000).answer["purchase_id"]
    ref = {"id": world.member.id}
    reward = world.rewards["voucher"].id
    return {
        "purchase": ("/purchases", {"total": 10**6, "member": ref}, Purchase),
        "no member": ("/purchases", {"total": 10**6}, Purchase),
        "return": ("/returns", {"purchase_id": bought, "amount": 10**6}, Return),
        "redemption": ("/redemptions", {"member": ref, "reward_id": reward}, Redemption),
    }


OPERATIONS = ("purchase", "no member", "return", "redemption")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_one_key_from_two_processes_counts_once(world: World, operation: str) -> None:
    path, body, made = requests(world)[operation]
    before = made.objects.filter(club=world.record).count()
    secret = world.api_key(branch=world.branch)
    told = from_two_processes(secret, path, body, ["same"] * THREADS)
    assert {(status, text) for status, text, _ in told} == {(201, told[0][1])}
    assert sorted(str(hit) for _, _, hit in told) == ["None"] + ["true"] * (THREADS - 1)
    assert made.objects.filter(club=world.record).count() == before + 1


def test_a_refusal_from_two_processes_is_the_same_for_all(world: World) -> None:
    asked = {"member": {"id": world.member.id}, "reward_id": world.rewards["product"].id}
    told = from_two_processes(world.api_key(), "/redemptions", asked, ["same"] * THREADS)
    assert {(status, text) for status, text, _ in told} == {(409, told[0][1])}
    assert sorted(str(hit) for _, _, hit in told) == ["None"] + ["true"] * (THREADS - 1)


@pytest.mark.parametrize("operation", ["purchase", "return", "redemption"])
def test_what_another_process_works_on_is_waited_for_but_not_for_ever(
    world: World, operation: str
) -> None:
    path, body, made = requests(world)[operation]
    before = made.objects.filter(club=world.record).count()
    secret = world.api_key(branch=world.branch)
    with (
        second_process(secret=secret, path=path, body=body, keys=["same"]) as child,
        locked(world) as other,
    ):
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write("go\n")
        child.stdin.flush()
        waiting_backend(other)
        began = monotonic()
        mine = Program(secret).post(path, body, key="same")
        assert 1.9 < monotonic() - began < 10
        assert (mine.status_code, mine.json()["code"]) == (409, "idempotency_key_in_flight")
        assert mine.headers["Retry-After"] == "2"
        assert made.objects.filter(club=world.record).count() == before
        other.execute("ROLLBACK")
        [[status, text, hit]] = json.loads(child.stdout.readline())
    assert (status, hit) == (201, None)
    again = Program(secret).post(path, body, key="same")
    assert (again.status_code, again.content.decode()) == (201, text)
    assert made.objects.filter(club=world.record).count() == before + 1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_race_is_real(world: World, operation: str) -> None:
    """Without the shared key every one of the twenty counts."""
    path, body, made = requests(world)[operation]
    before = made.objects.filter(club=world.record).count()
    keys = [f"k{n}" for n in range(THREADS)]
    told = from_two_processes(world.api_key(branch=world.branch), path, body, keys)
    worked = [status for status, _, _ in told if status == 201]
    assert len(worked) == (10 if operation == "return" else THREADS)
    assert made.objects.filter(club=world.record).count() == before + len(worked)


def test_the_same_batch_at_once_is_recorded_once(world: World) -> None:
    ref = {"id": world.member.id}
    items = [{"total": 10**6, "member": ref, "idempotency_key": f"i{n}"} for n in range(120)]
    secret = world.api_key(branch=world.branch)
    told = from_two_processes(secret, "/purchases/batch", {"items": items}, ["unused"] * THREADS)
    answers = [json.loads(text)["items"] for _, text, _ in told]
    for place in range(len(items)):
        found = [answer[place] for answer in answers]
        waited = [i for i in found if i["status"] == "refused"]
        assert {i["problem"]["code"] for i in waited} <= {"idempotency_key_in_flight"}
        assert [i["status"] for i in found].count("recorded") == 1
        assert len({i["purchase"]["purchase_id"] for i in found if i not in waited}) == 1
    assert Purchase.objects.filter(club=world.record).count() == len(items)
    again = Program(secret).post("/purchases/batch", {"items": items}).json()["items"]
    assert {i["status"] for i in again} == {"repeated"}


def test_the_lock_is_what_makes_the_others_wait(world: World) -> None:
    """Twenty look the same unused key up at once. With the lock one of them may work; without it
    none would know of another. Nothing is written."""
    key = make_key("test", "test", "k", {"total": 1})
    halfway = threading.Barrier(THREADS)

    def look(n: int) -> bool:
        with transaction.atomic():
            found = find_answers(world.record.id, [key])
            halfway.wait()
        return not found

    def look_without_lock(n: int) -> bool:
        with transaction.atomic():
            found = fetch(
                "SELECT 1 FROM core_idempotencykey WHERE club_id = %s AND key = 'k'",
                [world.record.id],
            )
            halfway.wait()
        return not found

    assert sum(together(look_without_lock)) == THREADS
    assert sum(together(look)) == 1
