"""How much memory processes have used."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

_PROC = Path("/proc")


def peak_of_this_process() -> int:
    """Bytes of resident memory at most so far."""
    own = _high_water(os.getpid())
    if own is not None:
        return own
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def largest_of_family(pid: int) -> int:
    """Peak resident bytes of the largest process among ``pid`` and its descendants.

    Where the system tells no peaks (outside Linux), what they use at present.
    """
    parents = _parents()
    family = {pid}
    while grown := {child for child, parent in parents.items() if parent in family} - family:
        family |= grown
    return max(filter(None, (_high_water(p) or _resident(p) for p in family)), default=0)


def _high_water(pid: int) -> int | None:
    """VmHWM is this program's own; ru_maxrss would begin with that of the parent it came from."""
    try:
        status = (_PROC / str(pid) / "status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return None


def _parents() -> dict[int, int]:
    if not (_PROC / "self" / "stat").exists():
        return {child: parent for child, parent, _ in _ps()}
    found = {}
    for file in _PROC.glob("[0-9]*/stat"):
        try:
            # The name, in parentheses, may hold anything.
            fields = file.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        found[int(file.parent.name)] = int(fields[1])
    return found


def _resident(pid: int) -> int | None:
    if (_PROC / "self" / "stat").exists():
        return None
    return next((kilobytes * 1024 for number, _, kilobytes in _ps() if number == pid), None)


def _ps() -> list[tuple[int, int, int]]:
    """(process, parent, resident kilobytes) of every process."""
    command = ["ps", "-axo", "pid=,ppid=,rss="]
    listing = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  (constant program, no shell)
    rows = (line.split() for line in listing.stdout.splitlines())
    return [(int(pid), int(parent), int(rss)) for pid, parent, rss in rows]
