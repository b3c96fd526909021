"""Pooled connections: lent without a question, and never a dead one."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from vafa.core.db import fetch
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
