"""Putting a backup into a database, in one transaction: all of it, or nothing has happened."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterable
from typing import IO

from vafa.config.backup import facts
from vafa.config.backup.archive import DUMP, Backup
from vafa.config.backup.emptying import EMPTY
from vafa.config.backup.errors import BackupError
from vafa.config.backup.programs import Programs, programs_for
from vafa.config.database import libpq_variables
from vafa.config.terminal import gettext as _
from vafa.core.progress import Progress

_CHUNK = 1 << 18
_WORDS_KEPT = 20
_HEADER_BYTES = 16_384
# Newer programs write it; servers before 17 do not know it, and it is for the restore only.
_UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"


def load(backup: Backup, reached: facts.Sessions, progress: Progress, *, emptying: bool) -> None:
    """Fills the database with the dump; ``emptying`` throws away what is there, all at once.

    Raises BackupError, with the database as it was before.
    """
    manifest = backup.manifest
    programs = programs_for(max(manifest.dumped_by // 10_000, reached.server // 10_000))
    length = manifest.entries[DUMP].bytes
    progress.start(length, _("Restoring (bytes)"))
    restore, psql = _start(programs, reached)
    feeder = _Feeder(backup.chunks(DUMP), restore.stdin, progress)
    listeners = [_Listener(restore.stderr), _Listener(psql.stderr)]
    try:
        feeder.start()
        _send(psql.stdin, b"BEGIN;\n" + (EMPTY if emptying else b""))
        _relay(restore.stdout, psql.stdin)
        # If psql ended early, nobody reads on: this ends pg_restore, and that the feeder.
        _close(restore.stdout)
        feeder.join()
        if restore.wait() == 0 and feeder.failure is None:
            # Without these words psql ends its session, and the server forgets everything.
            _send(psql.stdin, _same_counts(manifest.counts) + b"COMMIT;\n")
    except BaseException:
        restore.kill()
        psql.kill()
        raise
    finally:
        _close(psql.stdin)
        codes = (restore.wait(), psql.wait())
        for listener in listeners:
            listener.join()
        for stream in (restore.stderr, psql.stderr):
            _close(stream)
    if feeder.failure is not None:
        raise feeder.failure
    if codes != (0, 0):
        words = [word for listener in reversed(listeners) for word in listener.words]
        raise BackupError(
            _("The backup could not be restored; nothing was changed.") + "\n" + "\n".join(words)
        )
    progress.finish()


def _start(
    programs: Programs, reached: facts.Sessions
) -> tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]:
    """pg_restore, which makes SQL of a dump, and psql, which sends SQL to the server."""
    words = ["--file=-", "--no-owner", "--no-privileges", "--no-tablespaces"]
    words += ["--no-security-labels", "--no-publications", "--no-subscriptions"]
    env = {
        **os.environ,
        **libpq_variables(reached.settings),
        "PGAPPNAME": "restore of a backup",
        "PGOPTIONS": "-c client_min_messages=warning",
        "LC_ALL": "C",
    }
    restore = subprocess.Popen(  # noqa: S603  (no shell)
        [programs.path("pg_restore"), *words],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    psql = subprocess.Popen(  # noqa: S603  (no shell)
        [programs.path("psql"), "-X", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    return restore, psql


class _Feeder(threading.Thread):
    """Gives the dump to pg_restore, which would otherwise need it in a file of its own."""

    def __init__(self, chunks: Iterable[bytes], into: IO[bytes] | None, progress: Progress) -> None:
        super().__init__(daemon=True)
        self._chunks = chunks
        self._into = into
        self._progress = progress
        self.failure: BackupError | None = None

    def run(self) -> None:
        try:
            for chunk in self._chunks:
                if not _send(self._into, chunk):
                    break
                self._progress.advance(len(chunk))
        except BackupError as failure:
            self.failure = failure
        finally:
            _close(self._into)


class _Listener(threading.Thread):
    """Keeps the last words of a program."""

    def __init__(self, said: IO[bytes] | None) -> None:
        super().__init__(daemon=True)
        self._said = said
        self.words: list[str] = []
        self.start()

    def run(self) -> None:
        for line in self._said or ():
            self.words = [*self.words, line.decode(errors="replace").rstrip()][-_WORDS_KEPT:]


def _relay(source: IO[bytes] | None, target: IO[bytes] | None) -> None:
    """Passes the SQL on; its first lines hold what an older server would not understand."""
    if source is None:
        return
    header = source.read(_HEADER_BYTES)
    if not _send(target, header.replace(_UNKNOWN_BEFORE_17, b"", 1)):
        return
    while chunk := source.read(_CHUNK):
        if not _send(target, chunk):
            return


def _send(target: IO[bytes] | None, data: bytes) -> bool:
    """Writes to a program; False when it has ended, of which its exit code tells more."""
    if target is None:
        return False
    try:
        target.write(data)
        target.flush()
    except BrokenPipeError:
        return False
    return True


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        try:
            stream.close()
        except BrokenPipeError:
            return


def _same_counts(counts: dict[str, int]) -> bytes:
    """SQL that refuses to go on when a table has other than the rows that were counted."""
    lines = [
        f"IF (SELECT count(*) FROM public.{_quoted(table)}) <> {rows} THEN"
        f" RAISE EXCEPTION 'the table % does not have its % rows', {_literal(table)}, {rows};"
        " END IF;"
        for table, rows in counts.items()
    ]
    return "\n".join(["DO $check$ BEGIN", *lines, "END $check$;", ""]).encode()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
