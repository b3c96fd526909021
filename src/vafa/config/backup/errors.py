"""Why a backup cannot be made or restored."""

from __future__ import annotations


class BackupError(RuntimeError):
    """A backup cannot be made, read or restored; the text tells the operator why."""
