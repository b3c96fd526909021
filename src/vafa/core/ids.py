"""Row numbers taken from database sequences in blocks.

A flow that writes purchases, transfers and lots in one go must know their numbers before it
writes. Each such sequence advances by a block (set in its migration); this process hands out the
numbers between without asking again. Numbers are unique for ever, not dense, and their order
is not the order of commits: sort by time, never by number. (docs/adr/0002)
"""

from __future__ import annotations

import os
import threading

from vafa.core.db import fetch

_lock = threading.Lock()
_ready: dict[str, list[int]] = {}
_steps: dict[str, int] = {}
_forgotten = 0  # times


def next_ids(table: str, count: int) -> list[int]:
    """``count`` fresh numbers for ``table`` (whose key column is ``id``), ascending."""
    while True:
        with _lock:
            ready, before = _ready.setdefault(table, []), _forgotten
            missing = count - len(ready)
            if missing <= 0:
                taken = ready[-count:] if count else []
                del ready[len(ready) - count :]
                return taken[::-1]
        # Not under the lock: asking may need a new connection, which forgets.
        fresh = _fresh(table, missing)
        with _lock:
            if before == _forgotten:
                # Numbers are taken from the end, so a fresh block goes to the front, reversed.
                ready[:0] = reversed(fresh)


def next_id(table: str) -> int:
    """One fresh number for ``table``."""
    with _lock:
        ready = _ready.get(table)
        if ready:
            return ready.pop()
    return next_ids(table, 1)[0]


def forget() -> None:
    """Hand out nothing more of the blocks that this process holds: a new connection was made.

    A server that crashed may have forgotten that it gave a block away, where nothing was committed
    since, and gives it to somebody else when it is back. Who held it must not go on with it.
    """
    global _forgotten
    with _lock:
        _forgotten += 1
        _ready.clear()


def _fresh(table: str, missing: int) -> list[int]:
    sequence = f"{table}_id_seq"
    step = _steps.get(table)
    if step is None:
        found = fetch("SELECT increment_by FROM pg_sequences WHERE sequencename = %s", [sequence])
        step = _steps[table] = int(found[0][0])
    blocks = -(-missing // step)
    rows = fetch("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, blocks])
    return [number for (first,) in rows for number in range(first, first + step)]


# A forked child must not hand out its parent's numbers again.
os.register_at_fork(after_in_child=_ready.clear)
