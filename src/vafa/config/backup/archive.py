"""The file of a backup: a ZIP archive whose entries are stored as they are.

``database.dump`` is pg_dump's custom format, compressed by pg_dump; ``home/*`` are files of the
data folder; ``manifest.json`` comes last. Any unzip and pg_restore can read it without Vafa.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from vafa.config.backup.errors import BackupError
from vafa.config.backup.manifest import Entry, Manifest, parse_manifest, too_long
from vafa.config.locks import FileLock
from vafa.config.terminal import gettext as _
from vafa.core.progress import Progress

DUMP = "database.dump"
HOME = "home/"
PART = ".part"
_MANIFEST = "manifest.json"
_CHUNK = 1 << 20
# What Python's zipfile raises for bytes that are not, or no longer, a good archive.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    KeyError,
    OverflowError,
)


class Writer:
    """A backup that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.entries: dict[str, Entry] = {}

    @contextmanager
    def entry(self, name: str) -> Iterator[EntryWriter]:
        """Something to write one entry into; it counts and hashes what passes."""
        info = zipfile.ZipInfo(name)
        info.external_attr = 0o600 << 16
        with self._archive.open(info, "w", force_zip64=True) as file:
            writer = EntryWriter(file)
            yield writer
        self.entries[name] = Entry(writer.length, writer.digest.hexdigest())

    def add(self, name: str, data: bytes) -> None:
        """Writes a small entry at once."""
        with self.entry(name) as file:
            file.write(data)

    def close(self, manifest: Manifest) -> None:
        """Writes the description; nothing can follow."""
        self._archive.writestr(_MANIFEST, manifest.to_bytes())


class EntryWriter:
    """One entry of a backup that is being written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.length = 0
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Writes, counts and hashes. Raises OSError when the disk is full."""
        self._file.write(data)
        self.length += len(data)
        self.digest.update(data)


@contextmanager
def new_backup(target: Path) -> Iterator[Writer]:
    """A backup that gets its name when everything is safely on the disk, and else leaves nothing.

    The file is readable by its owner only. Raises BackupError when it cannot be written.
    """
    part = target.with_name(f".{target.name}{PART}")
    try:
        if target.exists():
            raise BackupError(_("{path} exists already.").format(path=target))
        lock = FileLock(part)
    except OSError as error:
        raise BackupError(_cannot_write(target, error)) from error
    try:
        if not lock.try_exclusive():
            raise BackupError(_("Another backup to {path} is being made.").format(path=target))
        with part.open("wb") as file:
            part.chmod(0o600)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise BackupError(_cannot_write(target, error)) from error
    finally:
        part.unlink(missing_ok=True)
        lock.close()


class Backup:
    """A finished backup, open for reading."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def check(self, progress: Progress) -> None:
        """Reads all of it and compares the checksums. Raises BackupError where they differ."""
        progress.start(None, _("Checking the file"))
        for name, entry in self.manifest.entries.items():
            digest, length = hashlib.sha256(), 0
            for chunk in self.chunks(name):
                digest.update(chunk)
                length += len(chunk)
            if Entry(length, digest.hexdigest()) != entry:
                raise BackupError(_damaged(name))
        progress.finish()

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of one entry, by pieces. Raises BackupError when they cannot be read."""
        try:
            with self._archive.open(name) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except (*_DAMAGE, OSError) as error:
            raise BackupError(_damaged(name)) from error

    def read(self, name: str) -> bytes:
        """A small entry at once."""
        return b"".join(self.chunks(name))

    def home_files(self) -> list[str]:
        """Names, within the data folder, of the files that came from there."""
        return [n.removeprefix(HOME) for n in self.manifest.entries if n.startswith(HOME)]


@contextmanager
def open_backup(path: Path) -> Iterator[Backup]:
    """The backup in a file, its description read. Raises BackupError when it is none."""
    try:
        archive = zipfile.ZipFile(path)
    except OSError as error:
        raise BackupError(
            _("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror)
        ) from error
    except _DAMAGE as error:
        raise BackupError(
            _("{path} is no backup of Vafa, or only a part of one.").format(path=path)
        ) from error
    with archive:
        yield Backup(archive, _read_manifest(archive, path))


def _read_manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        info = archive.getinfo(_MANIFEST)
        data = b"" if too_long(info.file_size) else archive.read(info)
    except (*_DAMAGE, OSError) as error:
        raise BackupError(
            _("{path} is no backup of Vafa, or only a part of one.").format(path=path)
        ) from error
    return parse_manifest(data)


def _cannot_write(target: Path, error: OSError) -> str:
    return _("The backup {path} cannot be written: {reason}.").format(
        path=target, reason=error.strerror or error
    )


def _damaged(name: str) -> str:
    return _("This backup is damaged ({entry}). Nothing was changed; take another one.").format(
        entry=name
    )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
