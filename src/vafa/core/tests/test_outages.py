"""A server that says nothing is told from one that works; a real one may take its time."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from functools import partial
from time import monotonic, sleep

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection

from vafa.core.db import fetch
from vafa.core.outages import StorageFull, Unavailable, outage_of
from vafa.core.postgres.watch import DOUBT_SECONDS, Watch, WatchedConnection, watch


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes calls and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def watching(server: socket.socket) -> Watch:
    port = server.getsockname()[1]
    made = Watch()
    made.begin()
    made.know(partial(psycopg.connect, host="127.0.0.1", port=port, connect_timeout=2))
    return made


def waiting_for(server: socket.socket) -> select.poll:
    ready = select.poll()
    ready.register(server, select.POLLOUT)  # a listening socket is never ready to be written to
    return ready


def test_a_silent_server_is_given_up_and_left_alone_for_a_moment(silent: socket.socket) -> None:
    mine, given_up = watching(silent), []
    begin = monotonic()
    with pytest.raises(psycopg.OperationalError):
        mine.until_ready(waiting_for(silent), lambda: given_up.append(True))
    assert DOUBT_SECONDS <= monotonic() - begin < 2
    assert given_up == [True]
    with pytest.raises(psycopg.OperationalError):
        mine.refuse_if_away()
    sleep(1.1)
    mine.refuse_if_away()


def test_a_server_that_works_on_something_long_is_waited_for(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = connection.get_connection_params()
    mine = Watch()
    mine.begin()
    mine.know(partial(psycopg.connect, **params))
    monkeypatch.setattr(watch, "answers", mine.answers)
    with WatchedConnection.connect(**params) as slow:
        row = slow.execute("SELECT 1 FROM pg_sleep(%s)", [DOUBT_SECONDS * 2.5]).fetchone()
    assert row == (1,)


def test_a_broken_connection_is_an_outage_and_a_wrong_statement_is_not(database: None) -> None:
    ((pid,),) = fetch("SELECT pg_backend_pid()")
    with pytest.raises(OperationalError) as broken:
        fetch("SELECT pg_terminate_backend(%s)", [pid])
    connection.close()
    assert isinstance(outage_of(broken.value), Unavailable)
    with pytest.raises(DatabaseError) as wrong:
        fetch("SELECT 1 / 0")
    connection.close()
    assert outage_of(wrong.value) is None
    assert outage_of(ValueError()) is None


def test_a_full_disk_has_its_own_name() -> None:
    error = OperationalError("No space left on device")
    error.__cause__ = psycopg.errors.DiskFull()
    assert isinstance(outage_of(error), StorageFull)
