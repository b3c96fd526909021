"""A child process that does not outlive its parent, however the parent died."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

PARENT_VARIABLE = "VAFA_PARENT"
_PR_SET_PDEATHSIG = 1


def tie_to_parent(parent: int | None = None, by: signal.Signals = signal.SIGTERM) -> None:
    """From now on this process gets the signal ``by`` when its parent dies.

    ``parent`` is the process that started this one (default: the one named in VAFA_PARENT; without
    either, nothing is tied). A parent that is dead already ends this process at once.
    """
    named = os.environ.get(PARENT_VARIABLE, "")
    expected = parent if parent is not None else int(named) if named.isdigit() else None
    if expected is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, by)
    else:
        threading.Thread(target=_watch, args=(expected, by), daemon=True).start()
    if os.getppid() != expected:
        os.kill(os.getpid(), by)


def _watch(parent: int, by: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), by)
