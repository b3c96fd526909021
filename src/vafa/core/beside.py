"""Work in one long transaction, while how far it is can be read: written in short ones beside it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from django.db import connection

from vafa.core.progress import Progress

_TELL_EVERY = 1.0  # seconds
T = TypeVar("T")


class _Watched:
    """Progress that another thread reads, and may end: what it has to say is raised at the next
    step of the work."""

    def __init__(self) -> None:
        self.label, self.reached, self.total = "", 0, 0
        self.ended_by: Exception | None = None

    def start(self, total: int | None, label: str) -> None:
        self.label, self.reached, self.total = label, 0, total or 0
        self.advance(0)

    def advance(self, n: int = 1) -> None:
        self.reached += n
        if self.ended_by is not None:
            raise self.ended_by

    def finish(self) -> None:
        self.reached = self.total


def work_beside(work: Callable[[Progress], T], tell: Callable[[str, int, int], None]) -> T:
    """What ``work`` returns: done in a thread, which has a connection of its own, while ``tell``
    is called here every second with the label, what is reached, and the total (0: not known).

    Whatever ``tell`` raises ends the work at its next step (so a transaction of it is undone), and
    is raised here; work that has no further step is done all the same.
    """
    watched = _Watched()

    def do() -> T:
        try:
            return work(watched)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        doing = pool.submit(do)
        while watched.ended_by is None and not wait([doing], _TELL_EVERY).done:
            try:
                tell(watched.label, watched.reached, watched.total)
            except Exception as error:  # noqa: BLE001 - raised in the work at its next step
                watched.ended_by = error
        return doing.result()
