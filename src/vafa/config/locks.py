"""Locks between processes of one machine: files that the kernel unlocks when a process dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """An open lock file. Closed, or with its process dead, it is unlocked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def try_exclusive(self) -> bool:
        """Takes the lock for this process alone; False when any other process has it."""
        return self._try(fcntl.LOCK_EX)

    def shared(self) -> None:
        """Takes the lock together with others, waiting while one has it alone."""
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def exclusive(self, seconds: float) -> bool:
        """Takes the lock alone, waiting up to ``seconds``; False when they pass."""
        end = time.monotonic() + seconds
        while not self.try_exclusive():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def write(self, text: str) -> None:
        """Leaves a note in the file for those who find it locked."""
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, text.encode(), 0)

    def close(self) -> None:
        """Unlocks, for processes forked from this one as well."""
        fcntl.flock(self._handle, fcntl.LOCK_UN)
        os.close(self._handle)

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def exclusive(path: Path, seconds: float) -> Iterator[None]:
    """Holds the lock alone while inside. Raises TimeoutError when another keeps it too long."""
    lock = FileLock(path)
    try:
        if not lock.exclusive(seconds):
            raise TimeoutError(f"another process holds {path}")
        yield
    finally:
        lock.close()
