"""The load client against a small server that answers in awkward pieces."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from itertools import repeat

import pytest

from vafa.config.bench.http_load import Answer, drive

Serve = Callable[[socket.socket], None]
_REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def server() -> Iterator[Callable[[Serve], tuple[str, int]]]:
    """Starts a server whose connections are each handled by a function in a thread."""
    listeners = []

    def start(serve: Serve) -> tuple[str, int]:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def accept() -> None:
            while True:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=_handle, args=(serve, line), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        host, port = listener.getsockname()
        return host, port

    yield start
    for listener in listeners:
        listener.close()


def _handle(serve: Serve, line: socket.socket) -> None:
    with line:
        serve(line)


def in_pieces(line: socket.socket) -> None:
    while line.recv(4096):
        for piece in (b"HTTP/1.1 20", b"1 Created\r\ncontent-", b"LENGTH: 5\r\n\r\nhe", b"llo"):
            line.sendall(piece)


def once_only(line: socket.socket) -> None:
    line.recv(4096)
    line.sendall(b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno")


def is_right(answer: Answer) -> bool:
    return answer == Answer(201, b"hello")


def test_answers_are_put_together_by_their_length(
    server: Callable[[Serve], tuple[str, int]],
) -> None:
    load = drive(server(in_pieces), repeat(_REQUEST, 20), is_right, connections=4)
    assert (len(load.latencies), load.errors) == (20, 0)
    assert load.rate > 0


def test_it_stops_by_the_clock(server: Callable[[Serve], tuple[str, int]]) -> None:
    load = drive(server(in_pieces), repeat(_REQUEST), is_right, connections=2, seconds=0.1)
    assert load.seconds == 0.1
    assert load.latencies


def test_wrong_answers_and_closed_connections_are_counted(
    server: Callable[[Serve], tuple[str, int]],
) -> None:
    load = drive(server(once_only), repeat(_REQUEST, 4), is_right, connections=1)
    assert load.errors == 4
    assert load.examples[:2] == ["500 no", "the server closed a connection"]
    assert load.latencies == []
