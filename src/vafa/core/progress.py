"""How a long job tells whoever watches how far it is, without knowing who that is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """One measure at a time: ``start``, any number of ``advance``, ``finish``; then perhaps again."""

    def start(self, total: int | None, label: str) -> None:
        """Begins a measure of ``total`` steps (None: not known) under a label for the watcher."""

    def advance(self, n: int = 1) -> None:
        """Reports ``n`` more steps done."""

    def finish(self) -> None:
        """Ends the measure."""


class SilentProgress:
    """Tells nobody."""

    def start(self, total: int | None, label: str) -> None:
        """Nothing happens."""

    def advance(self, n: int = 1) -> None:
        """Nothing happens."""

    def finish(self) -> None:
        """Nothing happens."""
