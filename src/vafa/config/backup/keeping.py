"""Names of backups, and which of them are kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from vafa.config.backup.archive import PART, open_backup
from vafa.config.backup.errors import BackupError
from vafa.config.locks import FileLock

_NAME = re.compile(r"vafa-\d{4}-\d\d-\d\d-\d{6}\.backup")


def target_of(given: Path | None) -> Path:
    """The file to write: the one that is given, or a new name in a given or the present folder."""
    place = (given or Path()).expanduser().absolute()
    if given is not None and not place.is_dir():
        return place
    return place / f"vafa-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.backup"


def forget_old(folder: Path, installation: str, keep: int) -> list[Path]:
    """Deletes all but the newest ``keep`` backups of this installation in a folder.

    Only files whose names Vafa chose are looked at, and what cannot be read stays: somebody may
    need it. Returns what was deleted. Raises OSError when the folder refuses.
    """
    found: list[tuple[datetime, Path]] = []
    for path in folder.iterdir():
        if _NAME.fullmatch(path.name):
            try:
                with open_backup(path) as backup:
                    manifest = backup.manifest
            except BackupError:
                continue
            if manifest.installation == installation:
                found.append((manifest.made_at, path))
    old = [path for _at, path in sorted(found, reverse=True)[keep:]]
    for path in old:
        path.unlink()
    return old


def forget_interrupted(folder: Path) -> None:
    """Removes what killed backups left in a folder; one that is being made is left alone."""
    for path in folder.glob(f".vafa-*.backup{PART}"):
        lock = FileLock(path)
        try:
            if lock.try_exclusive():
                path.unlink()
        finally:
            lock.close()
