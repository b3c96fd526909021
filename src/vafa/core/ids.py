"""Row numbers taken from database sequences in blocks.

A flow that writes purchases, transfers and lots in one go must know their numbers before it
writes. Each such sequence advances by a block (set in its migration); this process hands out the
numbers between without asking again. Numbers are unique for ever, not dense, and their order
is not the order of commits: sort by time, never by number.
"""

from __future__ import annotations

import os
import threading

from django.db import connection

from vafa.core.db import fetch

_lock = threading.Lock()
_blocks: dict[tuple[int, str, str], list[range]] = {}
_steps: dict[tuple[str, str], int] = {}


def next_ids(table: str, count: int) -> list[int]:
    """``count`` fresh numbers for ``table`` (whose key column is ``id``), ascending in a block."""
    database = str(connection.settings_dict["NAME"])
    # The process number keeps a forked child from handing out its parent's numbers again.
    key = (os.getpid(), database, table)
    with _lock:
        ready = _blocks.setdefault(key, [])
        missing = count - sum(len(block) for block in ready)
        if missing > 0:
            ready.extend(_fresh_blocks(database, table, missing))
        return _take(ready, count)


def next_id(table: str) -> int:
    """One fresh number for ``table``."""
    return next_ids(table, 1)[0]


def _fresh_blocks(database: str, table: str, missing: int) -> list[range]:
    sequence = f"{table}_id_seq"
    step = _steps.get((database, table))
    if step is None:
        found = fetch("SELECT increment_by FROM pg_sequences WHERE sequencename = %s", [sequence])
        step = _steps[(database, table)] = int(found[0][0])
    wanted = -(-missing // step)
    rows = fetch("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, wanted])
    return [range(first, first + step) for (first,) in rows]


def _take(ready: list[range], count: int) -> list[int]:
    out: list[int] = []
    while len(out) < count:
        block = ready.pop(0)
        part = block[: count - len(out)]
        out.extend(part)
        if len(part) < len(block):
            ready.insert(0, block[len(part) :])
    return out
