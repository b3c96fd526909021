"""What of the data folder belongs into a backup, and how it gets back into one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vafa.config.backup.errors import BackupError
from vafa.config.terminal import gettext as _

# Everything else there is made anew (run/, log/, static/), belongs to the machine
# (postgresql.conf), or is the database itself.
HOME_FILES = ("secret_key", "seal_key")


def read_home_files(home: Path) -> dict[str, bytes]:
    """The data folder's files that a restored club needs, by name."""
    return {name: (home / name).read_bytes() for name in HOME_FILES if (home / name).exists()}


def refuse_strangers(files: dict[str, bytes]) -> None:
    """Raises BackupError for a file of a name that no backup of ours has."""
    for name in files:
        if name not in HOME_FILES:
            raise BackupError(
                _("This backup holds a file that Vafa does not know: {name}.").format(name=name)
            )


def refuse_others(home: Path, files: dict[str, bytes]) -> None:
    """Raises BackupError when the data folder has other secrets than the backup."""
    for name, data in files.items():
        path = home / name
        if path.exists() and path.read_bytes() != data:
            raise BackupError(
                _(
                    "{path} is not the one of this backup: choose an empty data folder, or use"
                    " --replace."
                ).format(path=path)
            )


@contextmanager
def brought_back(home: Path, files: dict[str, bytes]) -> Iterator[None]:
    """Puts files into the data folder, readable by their owner only, if what is inside succeeds.

    Raises BackupError when the disk refuses, before what is inside begins.
    """
    drafts = {home / f"{name}.restored": home / name for name in files}
    try:
        try:
            for draft, path in drafts.items():
                _write(draft, files[path.name])
        except OSError as error:
            raise BackupError(
                _("The data folder {path} cannot be written: {reason}.").format(
                    path=home, reason=error.strerror or error
                )
            ) from error
        yield
        for draft, path in drafts.items():
            draft.rename(path)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
