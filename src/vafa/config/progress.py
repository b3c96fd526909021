"""Progress bars in the terminal."""

from __future__ import annotations

import rich.progress as rich_bars
from rich.text import Text

from vafa.config.terminal import console
from vafa.core.progress import Progress, SilentProgress


class _Rate(rich_bars.ProgressColumn):
    """Steps a second, of late."""

    def render(self, task: rich_bars.Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:,.0f}/s")


class TerminalProgress:
    """A bar for the measure that runs now; finished ones stay above it."""

    def __init__(self) -> None:
        self._bars: rich_bars.Progress | None = None
        self._task: rich_bars.TaskID | None = None

    def start(self, total: int | None, label: str) -> None:
        """Draws a bar of ``total`` steps, or a spinner when the total is not known."""
        self.finish()
        columns: list[rich_bars.ProgressColumn] = [
            rich_bars.SpinnerColumn(),
            rich_bars.TextColumn("{task.description}"),
        ]
        if total is not None:
            columns += [
                rich_bars.BarColumn(),
                rich_bars.MofNCompleteColumn(),
                _Rate(),
                rich_bars.TimeRemainingColumn(),
            ]
        self._bars = rich_bars.Progress(*columns, console=console)
        self._bars.start()
        self._task = self._bars.add_task(label, total=total)

    def advance(self, n: int = 1) -> None:
        """Moves the bar by ``n`` steps."""
        if self._bars is not None and self._task is not None:
            self._bars.advance(self._task, n)

    def finish(self) -> None:
        """Leaves the bar as it stands."""
        if self._bars is not None:
            self._bars.stop()
        self._bars = self._task = None


class PlainProgress:
    """One line for each measure, where the output is a file or a log."""

    def start(self, total: int | None, label: str) -> None:
        """Prints the label."""
        console.print(label)

    def advance(self, n: int = 1) -> None:
        """Prints nothing."""

    def finish(self) -> None:
        """Prints nothing."""


def progress(*, quiet: bool = False) -> Progress:
    """What suits the place that the output goes to."""
    if quiet:
        return SilentProgress()
    return TerminalProgress() if console.is_terminal else PlainProgress()
