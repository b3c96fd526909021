"""A small memory of this process that forgets after some seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class TtlCache(Generic[K, V]):
    """Remembers what ``load`` gave for a key during ``seconds``; at most ``limit`` keys."""

    def __init__(self, seconds: float, limit: int = 4096) -> None:
        self._seconds = seconds
        self._limit = limit
        self._entries: dict[K, tuple[float, V]] = {}
        self._lock = threading.Lock()

    def get(self, key: K, load: Callable[[], V]) -> V:
        """The remembered value, or what ``load`` gives now (its errors are not remembered)."""
        entry = self._entries.get(key)
        if entry is not None and entry[0] > time.monotonic():
            return entry[1]
        value = load()
        with self._lock:
            if len(self._entries) >= self._limit:
                self._entries.clear()
            self._entries[key] = (time.monotonic() + self._seconds, value)
        return value

    def clear(self) -> None:
        """Forget everything (after a change made in this process)."""
        with self._lock:
            self._entries.clear()
