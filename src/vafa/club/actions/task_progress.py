"""The progress of long work, told to the task that it is."""

from __future__ import annotations

from collections.abc import Mapping

from vafa.club.actions.tasks import TaskRun


class Telling:
    """A ``Progress`` that tells a task how far it is; raises TaskStopped when that shall end.

    ``steps`` has the word that the task's page knows for each label.
    """

    def __init__(self, run: TaskRun, steps: Mapping[str, str] | None = None) -> None:
        self._run, self._steps = run, steps or {}
        self._step, self._reached, self._total = "", 0, 0

    def start(self, total: int | None, label: str) -> None:
        """Begins a measure."""
        self._step, self._reached, self._total = self._steps.get(label, ""), 0, total or 0
        self.advance(0)

    def advance(self, n: int = 1) -> None:
        """So many more are done."""
        self._reached += n
        self._run.tell(self._reached, max(self._total, self._reached), self._step)

    def finish(self) -> None:
        """Ends the measure."""
        self.advance(0)
