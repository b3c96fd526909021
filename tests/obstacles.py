"""What stands in a request's way: accounts that somebody else has locked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

from tests.world import World
from vafa.config.database import connect


@contextmanager
def locked(world: World) -> Iterator[psycopg.Connection[Any]]:
    """Somebody holds the member's accounts, so that whatever moves her points must wait."""
    with connect(connection.settings_dict) as other:
        other.execute("BEGIN")
        other.execute(
            "SELECT id FROM ledger_account WHERE unit_id = %s AND holder = %s FOR UPDATE",
            [world.record.points_unit_id, world.member.id],
        )
        yield other


def waiting_backend(other: psycopg.Connection[Any]) -> int:
    """The database session that waits for the locks of ``other``, as soon as there is one."""
    for _ in range(3000):
        found = other.execute(
            "SELECT pid FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        ).fetchone()
        if found is not None:
            return int(found[0])
        time.sleep(0.01)
    raise AssertionError("nobody waits")
