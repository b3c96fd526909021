"""Making a backup: the database in one snapshot, while everybody goes on working."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from vafa.config.backup import facts
from vafa.config.backup.archive import DUMP, HOME, EntryWriter, Writer, new_backup
from vafa.config.backup.errors import BackupError
from vafa.config.backup.home_files import read_home_files
from vafa.config.backup.manifest import Manifest
from vafa.config.backup.programs import Programs, programs_for
from vafa.config.database import libpq_variables, owner_settings
from vafa.config.home import secret_key
from vafa.config.schema import MIGRATION_LOCK
from vafa.config.terminal import gettext as _
from vafa.core.progress import Progress

_CHUNK = 1 << 18
_LOOK_SECONDS = 0.25
# A middle way: half the time of pg_dump's own default for a tenth more bytes.
_COMPRESSION = "3"
_WORDS_KEPT = 20
_STARTED = 'dumping contents of table "public.'


def make_backup(
    home: Path, target: Path, demo: dict[str, str] | None, progress: Progress
) -> Manifest:
    """Writes a backup of the running database and of the data folder's secrets to ``target``.

    ``demo`` are the logins of a made-up club. Raises BackupError; nothing is left then.
    """
    with new_backup(target) as writer:
        reached = facts.reach(owner_settings(home))
        with reached.connection, _snapshot(reached.connection) as snapshot:
            made_at = datetime.now(UTC)
            programs = programs_for(reached.server // 10_000)
            counts = facts.count_rows(
                reached.connection, facts.tables(reached.connection), progress
            )
            for name, data in read_home_files(home).items():
                writer.add(HOME + name, data)
            with writer.entry(DUMP) as entry:
                dump = _Dump(reached, programs, counts, progress)
                dump.run(snapshot, entry)
            manifest = _describe(home, reached, programs, counts, demo, writer, made_at)
        writer.close(manifest)
    return manifest


def installation_of(home: Path) -> str:
    """What backups of one installation have in common; tells nothing about its secret key."""
    return hashlib.sha256(b"vafa installation\0" + secret_key(home).encode()).hexdigest()[:16]


@contextmanager
def _snapshot(connection: facts.Connection) -> Iterator[str]:
    """One moment of the database, kept for us and for pg_dump. Tables cannot change meanwhile."""
    row = connection.execute("SELECT pg_try_advisory_lock_shared(%s)", [MIGRATION_LOCK]).fetchone()
    if row is None or not row[0]:
        raise BackupError(_("The tables are being changed just now: try again in a minute."))
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        exported = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield str(exported[0] if exported else "")


class _Dump:
    """One run of pg_dump."""

    def __init__(
        self,
        reached: facts.Sessions,
        programs: Programs,
        counts: dict[str, int],
        progress: Progress,
    ) -> None:
        self._reached = reached
        self._programs = programs
        self._counts = counts
        self._progress = progress
        self._label = f"vafa backup {os.getpid()}"
        self._words: list[str] = []
        self._table: str | None = None
        self._finished = 0
        self._shown = 0

    def run(self, snapshot: str, entry: EntryWriter) -> None:
        """Writes the dump of a snapshot. Raises BackupError when pg_dump fails."""
        process = subprocess.Popen(  # noqa: S603  (no shell)
            [self._programs.path("pg_dump"), *self._options(snapshot)],
            env={
                **os.environ,
                **libpq_variables(self._reached.settings),
                "PGAPPNAME": self._label,
                "LC_ALL": "C",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        if process.stdout is None or process.stderr is None:
            raise BackupError("pg_dump has no output.")
        listener = threading.Thread(target=self._listen, args=(process.stderr,), daemon=True)
        listener.start()
        self._progress.start(sum(self._counts.values()), _("Backing up (rows)"))
        try:
            self._copy(process.stdout, entry)
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
            listener.join()
            process.stdout.close()
            process.stderr.close()
        if code != 0:
            raise BackupError(
                _("The database could not be dumped.") + "\n" + "\n".join(self._words)
            )
        self._show(sum(self._counts.values()))
        self._progress.finish()

    def _options(self, snapshot: str) -> list[str]:
        options = [
            "--format=custom",
            f"--compress={_COMPRESSION}",
            f"--snapshot={snapshot}",
            "--no-owner",
            "--no-privileges",
            "--no-tablespaces",
            "--no-security-labels",
            "--no-publications",
            "--no-subscriptions",
            # Vafa needs no extension; those that are there are the server's own affair.
            "--extension=plpgsql",
            "--lock-wait-timeout=60s",
            "--no-password",
            "--verbose",
        ]
        for schema in facts.other_schemas(self._reached.connection):
            quoted = schema.replace('"', '""')
            options.append(f'--exclude-schema="{quoted}"')
        return options

    def _copy(self, source: IO[bytes], entry: EntryWriter) -> None:
        next_look = 0.0
        while chunk := source.read(_CHUNK):
            entry.write(chunk)
            if time.monotonic() > next_look:
                self._show(self._finished + self._rows_of_this_table())
                next_look = time.monotonic() + _LOOK_SECONDS

    def _listen(self, said: IO[bytes]) -> None:
        """Follows which table is being read, and keeps the last words in case of a failure."""
        for line in said:
            text = line.decode(errors="replace").rstrip()
            self._words = [*self._words, text][-_WORDS_KEPT:]
            _before, found, rest = text.partition(_STARTED)
            if found:
                self._finished += self._counts.get(self._table or "", 0)
                self._table = rest.rstrip('"')

    def _rows_of_this_table(self) -> int:
        connection = self._reached.connection
        connection.execute("SELECT pg_stat_clear_snapshot()")
        row = connection.execute(
            "SELECT tuples_processed FROM pg_stat_progress_copy JOIN pg_stat_activity USING (pid)"
            " WHERE application_name = %s",
            [self._label],
        ).fetchone()
        return int(row[0]) if row else 0

    def _show(self, rows: int) -> None:
        if rows > self._shown:
            self._progress.advance(rows - self._shown)
            self._shown = rows


def _describe(
    home: Path,
    reached: facts.Sessions,
    programs: Programs,
    counts: dict[str, int],
    demo: dict[str, str] | None,
    writer: Writer,
    made_at: datetime,
) -> Manifest:
    connection = reached.connection
    return Manifest(
        version=importlib.metadata.version("vafa"),
        made_at=made_at,
        installation=installation_of(home),
        server=reached.server,
        dumped_by=programs.version,
        database_bytes=facts.database_bytes(connection),
        clubs=facts.clubs(connection),
        counts=counts,
        migrations=facts.migrations(connection),
        heads=facts.heads(connection),
        demo=demo,
        entries=dict(writer.entries),
    )
