"""A load client that costs little, since it shares the processors with what it measures.

One thread, plain sockets, HTTP/1.1 keep-alive: every connection sends its next request as soon as
it has the answer to the last one.
"""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import perf_counter
from typing import NamedTuple

_SILENCE_SECONDS = 120.0
_ERRORS_KEPT = 5
_CHUNK = 1 << 18


class Answer(NamedTuple):
    """An HTTP answer: status and body."""

    status: int
    body: bytes


@dataclass(slots=True)
class Load:
    """What a run of requests gave: ``latencies`` (seconds) of those answered while measured,
    within ``seconds``; ``errors`` counts wrong answers of the whole run, the warm-up included."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    errors: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    def wrong(self, what: str) -> None:
        """Count an error, keeping the first few in words."""
        self.errors += 1
        if len(self.examples) < _ERRORS_KEPT:
            self.examples.append(what)


def drive(
    address: tuple[str, int],
    requests: Iterator[bytes],
    is_right: Callable[[Answer], bool],
    *,
    connections: int,
    seconds: float | None = None,
    warm_up: float = 0.0,
) -> Load:
    """Send ``requests`` over keep-alive connections: during ``warm_up`` and then ``seconds``, or
    until there are no more. Every request sent is waited for.

    Raises OSError when the server cannot be reached, TimeoutError when it falls silent.
    """
    load = Load()
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        lines = [stack.enter_context(_Line(address)) for _ in range(connections)]
        opens = perf_counter() + warm_up
        closes = opens + seconds if seconds is not None else float("inf")
        for line in lines:
            selector.register(line.socket, selectors.EVENT_READ, line)
        open_lines = sum(line.send_next(requests) for line in lines)
        while open_lines:
            ready = selector.select(_SILENCE_SECONDS)
            if not ready:
                raise TimeoutError("The web server does not answer.")
            for key, _ in ready:
                line = key.data
                answer = line.receive()
                if answer is None and not line.broken:
                    continue
                now = perf_counter()
                if answer is None:
                    load.wrong("the server closed a connection")
                    selector.unregister(line.socket)
                    line.reopen()
                    selector.register(line.socket, selectors.EVENT_READ, line)
                elif not is_right(answer):
                    load.wrong(f"{answer.status} {answer.body[:300].decode(errors='replace')}")
                elif opens <= now <= closes:
                    load.latencies.append(now - line.sent_at)
                if now >= closes or not line.send_next(requests):
                    open_lines -= 1
        load.seconds = seconds if seconds is not None else perf_counter() - opens
    return load


class _Line:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self.sent_at = 0.0
        self._open()

    def reopen(self) -> None:
        """Connect again after the other side closed."""
        self.socket.close()
        self._open()

    def _open(self) -> None:
        self.socket = socket.create_connection(self.address, timeout=_SILENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.broken = False
        self._forget()

    def _forget(self) -> None:
        self._buffer = bytearray()
        self._head = self._needed = 0

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, *exception: object) -> None:
        self.socket.close()

    def send_next(self, requests: Iterator[bytes]) -> bool:
        """Send the next request; False when there is none."""
        request = next(requests, None)
        if request is None:
            return False
        self.sent_at = perf_counter()
        self.socket.sendall(request)
        return True

    def receive(self) -> Answer | None:
        """Take what has arrived; the answer once it is whole. Sets ``broken`` at a closed end."""
        try:
            chunk = self.socket.recv(_CHUNK)
        except ConnectionResetError:
            chunk = b""
        if not chunk:
            self.broken = True
            return None
        self._buffer += chunk
        if not self._needed:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return None
            self._head = end + 4
            self._needed = self._head + _content_length(bytes(self._buffer[:end]))
        if len(self._buffer) < self._needed:
            return None
        answer = Answer(int(self._buffer[9:12]), bytes(self._buffer[self._head : self._needed]))
        self._forget()
        return answer


def _content_length(head: bytes) -> int:
    """The length of the body that a head announces. Raises ValueError when it does not."""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    raise ValueError("an answer without Content-Length")
