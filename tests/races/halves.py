"""Fifty threads in two processes that begin together: each half waits at a gate in the database.

Run as a program it is the second process: it reads from standard input where the database is and
what to do, does it, and prints what became of each.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import django
from django.db import connection

from vafa.config.database import connect

THREADS = 50
_GATE = 815_004_711
_ROOT = Path(__file__).resolve().parents[2]
_LONGEST = 60.0


def run_half(asked: dict[str, Any], numbers: range) -> list[str]:
    """What became of each thread of this process: a status, or the code of a refusal."""
    # Models can be imported only when Django is set up, which ``main`` does.
    from tests.races.moves import MOVES
    from vafa.club.access import staff_actor
    from vafa.club.models import Staff
    from vafa.club.reads.context import club_context

    club = club_context(asked["club"])
    actor = staff_actor(Staff.objects.get(pk=asked["staff"]))
    move = MOVES[asked["move"]]
    # This thread ends without telling anybody; race after race the pool would run dry.
    connection.close()

    def run(n: int) -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock_shared(%s)", [_GATE])
                cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [_GATE])
            outcome = move(club, actor, asked["about"], n)
            return outcome.error.code if outcome.error else outcome.status
        finally:
            connection.close()

    with ThreadPoolExecutor(len(numbers)) as pool:
        return list(pool.map(run, numbers))


def in_two_processes(asked: dict[str, Any]) -> Counter[str]:
    """Let fifty threads go at once, and count what became of them."""
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    database = {name: connection.settings_dict[name] for name in names}
    half = THREADS // 2
    with (
        connect(connection.settings_dict) as keeper,
        subprocess.Popen(
            [sys.executable, "-m", "tests.races.halves"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=_ROOT,
        ) as child,
        ThreadPoolExecutor(1) as pool,
    ):
        assert child.stdin is not None and child.stdout is not None
        keeper.autocommit = True
        keeper.execute("SELECT pg_advisory_lock(%s)", [_GATE])
        child.stdin.write(json.dumps({"database": database, **asked}) + "\n")
        child.stdin.flush()
        mine = pool.submit(run_half, asked, range(half))
        try:
            _wait_for_all(keeper)
        finally:
            keeper.execute("SELECT pg_advisory_unlock(%s)", [_GATE])
        theirs: list[str] = json.loads(child.stdout.readline())
        return Counter(mine.result() + theirs)


def _wait_for_all(keeper: Any) -> None:
    until = time.monotonic() + _LONGEST
    while time.monotonic() < until:
        waiting = keeper.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s"
            " AND NOT granted AND database = (SELECT oid FROM pg_database"
            " WHERE datname = current_database())",
            [_GATE],
        ).fetchone()
        if waiting[0] == THREADS:
            return
        time.sleep(0.02)
    raise AssertionError("not all have come to the gate")


def main() -> None:
    """Do what standard input asks."""
    django.setup()
    asked = json.loads(sys.stdin.readline())
    connection.settings_dict.update(asked.pop("database"))
    told = run_half(asked, range(THREADS // 2, THREADS))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
