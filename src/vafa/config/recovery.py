"""Whether the embedded server, which recovers from a crash, gets anywhere.

A recovery has been seen to stand still for minutes, until somebody ended it; most likely a helper of
the server had been killed meanwhile. That shows in the process that recovers: it does nothing at all. Looked at where /proc tells such things; elsewhere nothing is ever taken for stuck.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic

_STILL_SECONDS = 30.0
_TITLE = b"postgres: startup"


class RecoveryWatch:
    """Remembers what the recovering process had done when it was last seen to do something."""

    def __init__(self) -> None:
        self._seen: tuple[int, str] | None = None
        self._since = 0.0

    def is_stuck(self, server: int, data: Path) -> bool:
        """Whether the recovery of this server has stood still for half a minute.

        One that an operator asked for (docs/backup.md) may wait for his files as long as it takes.
        """
        process = _recovering(server)
        if process is None or (data / "recovery.signal").exists():
            self._seen = None
            return False
        now, seen = monotonic(), (process, _work_done(process))
        if seen != self._seen:
            self._seen, self._since = seen, now
        return now - self._since > _STILL_SECONDS


def _recovering(server: int) -> int | None:
    try:
        below = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    except OSError:
        return None
    return next(
        (int(each) for each in below if _read(int(each), "cmdline").startswith(_TITLE)), None
    )


def _work_done(process: int) -> str:
    """Its time on a processor, and what it read and wrote."""
    words = _read(process, "stat").rsplit(b")", 1)[-1].split()
    return f"{words[11:13]} {_read(process, 'io')!r}"


def _read(process: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{process}/{name}").read_bytes()
    except OSError:
        # It has ended meanwhile, or is not ours to look at.
        return b""
