"""Pooled connections: lent without a question, and never a dead one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection

from vafa.core.db import fetch
from vafa.core.ids import next_id, next_ids
from vafa.core.postgres.base import look


def _backend() -> int:
    ((pid,),) = fetch("SELECT pg_backend_pid()")
    return int(pid)


def test_a_connection_that_the_server_ended_is_not_lent_again(database: None) -> None:
    pid = _backend()
    connection.close()
    with psycopg.connect(**_elsewhere(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert _backend() != pid


def test_what_has_ended_is_seen(database: None) -> None:
    with psycopg.connect(**_elsewhere(), autocommit=True) as first:
        pid = first.info.backend_pid
        with psycopg.connect(**_elsewhere(), autocommit=True) as second:
            second.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        with pytest.raises(psycopg.OperationalError):
            look(first)


def _elsewhere() -> dict[str, object]:
    return {
        name: value
        for name, value in connection.get_connection_params().items()
        if name in ("dbname", "user", "password", "host", "port")
    }


def test_numbers_in_memory_end_with_their_connection(database: None) -> None:
    """A server that crashed may give the same block away again; here it only ends the connection."""
    taken = next_ids("commerce_purchase", 2)
    block = range(taken[0], taken[0] + _step("commerce_purchase"))
    assert next_id("commerce_purchase") in block, "no question for each"
    connection.close()
    with psycopg.connect(**_elsewhere(), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user"
            " AND pid <> pg_backend_pid()"
        )
    _backend()
    assert next_id("commerce_purchase") not in block


def test_who_has_no_connection_yet_can_take_numbers(database: None) -> None:
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(_take, 2_500) for _ in range(3)]
        taken = [number for one in asked for number in one.result(timeout=20)]
    assert len(set(taken)) == 7_500


def _take(count: int) -> list[int]:
    try:
        return next_ids("commerce_purchase", count)
    finally:
        connection.close()


def _step(table: str) -> int:
    rows = fetch(
        "SELECT increment_by FROM pg_sequences WHERE sequencename = %s", [f"{table}_id_seq"]
    )
    return int(rows[0][0])
