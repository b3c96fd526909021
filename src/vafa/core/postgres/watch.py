"""Whether the server still answers, for a process that promised answers of its own within two seconds.

A server that ended closes its connections, and that is seen at once. One that hangs (a frozen
machine, a stopped process, a cut cable) says nothing at all: whoever waits would wait for ever.
So, after a second without an answer, a new connection is tried. A server that takes it works on
something long, and the waiting goes on; from one that does not, nobody expects anything for the
next second, so that requests do not queue up behind each other's waiting.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Callable, Generator
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

T = TypeVar("T")
DOUBT_SECONDS = 0.9
_PROBE_SECONDS = 0.6
_AWAY_SECONDS = 1.0
_TEXT = "the database does not answer"


class Watch:
    """What one process knows of its server. Does nothing before ``begin``."""

    def __init__(self) -> None:
        self.watching = False
        self._lock = threading.Lock()
        self._away_until = 0.0
        self._probe: _Probe | None = None
        self._connect: Callable[[], psycopg.Connection[Any]] | None = None

    def begin(self) -> None:
        """From now on this process waits for a silent server no longer than promised."""
        self.watching = True

    def know(self, connect: Callable[[], psycopg.Connection[Any]]) -> None:
        """How a new connection is made, to try whether the server takes one."""
        self._connect = connect

    def refuse_if_away(self) -> None:
        """Raise psycopg.OperationalError when the server was found silent a moment ago."""
        if monotonic() < self._away_until:
            raise psycopg.OperationalError(_TEXT)

    def answers(self) -> bool:
        """Whether the server takes a new connection. All who ask at one moment share one try."""
        if monotonic() < self._away_until:
            return False
        if self._connect is None:
            return True
        with self._lock:
            if self._probe is None or self._probe.is_over:
                self._probe = _Probe(self._connect)
            probe = self._probe
        if probe.answered():
            return True
        self._away_until = monotonic() + _AWAY_SECONDS
        return False

    def until_ready(self, ready: select.poll, give_up: Callable[[], None]) -> None:
        """Wait for ``ready``. A server that does not answer is given up: psycopg.OperationalError."""
        if not self.watching:
            ready.poll()
            return
        while not ready.poll(DOUBT_SECONDS * 1000):
            if not self.answers():
                give_up()
                raise psycopg.OperationalError(_TEXT)


class _Probe:
    """One try to connect, in a thread that nobody has to wait for."""

    def __init__(self, connect: Callable[[], psycopg.Connection[Any]]) -> None:
        self._begun = monotonic()
        self._done = threading.Event()
        self._good = False
        self._connect = connect
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def is_over(self) -> bool:
        return self._done.is_set() or monotonic() > self._begun + _PROBE_SECONDS

    def answered(self) -> bool:
        self._done.wait(max(self._begun + _PROBE_SECONDS - monotonic(), 0))
        return self._good

    def _run(self) -> None:
        try:
            self._connect().close()
            self._good = True
        except psycopg.OperationalError:
            self._good = False
        finally:
            self._done.set()


watch = Watch()


class WatchedConnection(psycopg.Connection[Any]):
    """A connection whose statements do not wait for a server that does not answer."""

    def wait(self, gen: PQGen[T], *args: Any, **kwargs: Any) -> T:
        """What psycopg does, and doubts after a while. Raises psycopg.OperationalError."""
        return super().wait(_doubting(gen, self), *args, **kwargs)


def _doubting(gen: PQGen[T], connection: WatchedConnection) -> Generator[Any, Any, T]:
    """psycopg comes by ten times a second with nothing in its hands while nothing has come."""
    since = monotonic()
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and monotonic() - since > DOUBT_SECONDS:
                if not watch.answers():
                    connection.close()
                    raise psycopg.OperationalError(_TEXT)
                since = monotonic()
            wanted = gen.send(ready)
    except StopIteration as end:
        result: T = end.value
        return result
