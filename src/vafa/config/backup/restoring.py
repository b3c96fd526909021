"""Restoring a backup: what must be true first, and in which order things happen."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import vafa
from vafa.config.backup import facts
from vafa.config.backup.archive import HOME, Backup
from vafa.config.backup.errors import BackupError
from vafa.config.backup.home_files import brought_back, refuse_others, refuse_strangers
from vafa.config.backup.loading import load
from vafa.config.backup.manifest import Manifest
from vafa.config.backup.programs import OLDEST_SERVER
from vafa.config.database import database_url, owner_settings
from vafa.config.schema import MIGRATION_LOCK
from vafa.config.supervisor import running
from vafa.config.terminal import gettext as _
from vafa.core.progress import Progress

_PACKAGE = Path(vafa.__path__[0])
# Migrations of rooms are files of ours; those of libraries follow the version of Vafa.
_ROOMS = {path.parent.name for path in _PACKAGE.glob("*/migrations")}
_GIGABYTE = 1_000_000_000


def refuse_unfit(home: Path, backup: Backup, *, replace: bool) -> None:
    """Raises BackupError when this backup cannot be restored here, before anything is touched."""
    if running(home) is not None:
        raise BackupError(_("Vafa runs on this data folder: end it first with “vafa stop”."))
    _refuse_newer(backup.manifest)
    files = _home_files(backup)
    refuse_strangers(files)
    if not replace:
        refuse_others(home, files)
    if database_url() is None:
        _refuse_small_disk(home, backup.manifest)


def fill(
    home: Path,
    backup: Backup,
    confirm: Callable[[dict[str, str]], None] | None,
    progress: Progress,
) -> None:
    """Puts a checked backup into the database and the data folder.

    ``confirm`` is given the clubs that would be thrown away and raises unless that is wanted; None
    refuses a database with anything in it. Raises BackupError with everything as it was.
    """
    reached = facts.reach(owner_settings(home))
    with reached.connection as target:
        if reached.server // 10_000 < OLDEST_SERVER:
            raise BackupError(
                _("The server is PostgreSQL {major}: Vafa needs {oldest} or newer.").format(
                    major=reached.server // 10_000, oldest=OLDEST_SERVER
                )
            )
        if target.info.parameter_status("server_encoding") != "UTF8":
            raise BackupError(_("The database is not in UTF-8: make one with --encoding=UTF8."))
        # Whoever starts Vafa meanwhile waits here, and then finds the tables made.
        locked = target.execute("SELECT pg_try_advisory_lock(%s)", [MIGRATION_LOCK]).fetchone()
        if locked is None or not locked[0]:
            raise BackupError(_("The tables are being changed just now: try again in a minute."))
        emptying = not facts.is_empty(target)
        if emptying:
            _allow_emptying(target, confirm)
        with brought_back(home, _home_files(backup)):
            load(backup, reached, progress, emptying=emptying)


def _allow_emptying(
    target: facts.Connection, confirm: Callable[[dict[str, str]], None] | None
) -> None:
    facts.tables(target)
    present = facts.clubs(target)
    if confirm is None:
        raise BackupError(
            _(
                "The database is not empty ({clubs}). Restore into an empty one, or throw away what"
                " is there with --replace."
            ).format(clubs=", ".join(present) or _("no club yet"))
        )
    if users := facts.users(target):
        raise BackupError(
            _("{count} sessions of Vafa use this database: end Vafa on all machines first.").format(
                count=users
            )
        )
    confirm(present)


def _home_files(backup: Backup) -> dict[str, bytes]:
    return {name: backup.read(HOME + name) for name in backup.home_files()}


def _refuse_newer(manifest: Manifest) -> None:
    known = _known_migrations()
    unknown = [
        name
        for name in manifest.migrations
        if name.partition(".")[0] in _ROOMS and name not in known
    ]
    if unknown or _numbers(manifest.version) > _numbers(importlib.metadata.version("vafa")):
        raise BackupError(
            _(
                "This backup was made by a newer Vafa ({version}): install that version first."
            ).format(version=manifest.version)
        )


def _known_migrations() -> set[str]:
    """Our own, and those that they stand for, which every database goes on naming.

    Read, not imported: that would ask for Django's settings, and those for secrets of a data folder.
    """
    known = set()
    for file in _PACKAGE.glob("*/migrations/*.py"):
        known.add(f"{file.parents[1].name}.{file.stem}")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Assign(targets=[ast.Name(id="replaces")], value=names):
                    known |= {f"{room}.{name}" for room, name in ast.literal_eval(names)}
    return known


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def _refuse_small_disk(home: Path, manifest: Manifest) -> None:
    """The tables are as large as they were, and their making is logged besides."""
    needed, free = 2 * manifest.database_bytes, shutil.disk_usage(home).free
    if free < needed:
        raise BackupError(
            _("Not enough space in {path}: {needed} GB are needed, {free} GB are free.").format(
                path=home,
                needed=f"{needed / _GIGABYTE:.1f}",
                free=f"{free / _GIGABYTE:.1f}",
            )
        )
