"""``vafa up``: the database, its tables, the web server and the worker, started in order, kept
alive, and stopped together."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import psycopg

from vafa.config import embedded, roles, schema
from vafa.config.children import Child
from vafa.config.database import database_url, owner_settings
from vafa.config.health import HEALTH_PATH
from vafa.config.lifeline import PARENT_VARIABLE
from vafa.config.locks import FileLock
from vafa.config.recovery import RecoveryWatch
from vafa.config.terminal import gettext as _
from vafa.config.terminal import tell
from vafa.config.web_server import choose_port

_LOCK = "running.lock"
_FIRST_ANSWER_SECONDS = 60.0
_STOP_SECONDS = 25.0
_TICK = 0.25
_DATABASE_CHECK_SECONDS = 2.0


class StartFailed(RuntimeError):
    """Vafa cannot be started; the text tells the operator why."""


class _Interrupted(Exception):
    """A signal asked us to stop before everything was up."""


@dataclass(frozen=True)
class Running:
    """The supervisor that runs on a data folder now."""

    pid: int
    url: str


def running(home: Path) -> Running | None:
    """Who runs Vafa on this data folder, or None."""
    with closing(FileLock(home / _LOCK)) as lock:
        if lock.try_exclusive():
            return None
    note = json.loads((home / _LOCK).read_text() or "{}")
    return Running(note.get("pid", 0), note.get("url", ""))


@dataclass
class Supervisor:
    """One run of Vafa on a data folder.

    ``prepare`` is called when the tables are there and before the web server starts, with a
    function that runs one ``vafa`` command to its end; ``announce`` when pages are answered, with
    the address.
    """

    home: Path
    host: str
    port: int | None
    env: Mapping[str, str]
    prepare: Callable[[Callable[[list[str]], None]], None]
    announce: Callable[[str], None]
    asked_to_stop: int = 0
    serving: bool = False
    recovery: RecoveryWatch = field(default_factory=RecoveryWatch)

    def run(self) -> None:
        """Runs until a signal. Raises StartFailed, EmbeddedError, RunAsError, PortTaken."""
        with closing(FileLock(self.home / _LOCK)) as lock:
            # Somebody who only looks holds the lock for a moment.
            if not lock.exclusive(0.5):
                raise StartFailed(_already(running(self.home)))
            port = choose_port(self.host, self.port)
            url = address(self.host, port)
            lock.write(json.dumps({"pid": os.getpid(), "url": url}))
            self._listen_to_signals()
            try:
                with embedded.serving(self.home):
                    self._migrate()
                    self.prepare(self.command)
                    self._serve(port, url)
            except _Interrupted:
                return

    def command(self, words: list[str]) -> None:
        """Runs one ``vafa`` command to its end, in this terminal. Raises StartFailed."""
        env = {**os.environ, **self.env, PARENT_VARIABLE: str(os.getpid())}
        process = subprocess.Popen([sys.executable, "-m", "vafa.config.cli", *words], env=env)  # noqa: S603  (our own command, no shell)
        try:
            code = process.wait()
        except _Interrupted:
            process.terminate()
            process.wait()
            raise
        if code != 0:
            raise StartFailed(_("The step “{step}” failed.").format(step=" ".join(words)))

    def _migrate(self) -> None:
        try:
            current = schema.is_current(owner_settings(self.home))
            current = current and not roles.needs_making(self.home)
        except psycopg.OperationalError as error:
            raise StartFailed(
                _("The database does not answer: {reason}").format(reason=error)
            ) from error
        if not current:
            self.command(["migrate"])

    def _serve(self, port: int, url: str) -> None:
        log = self.home / "log"
        log.mkdir(mode=0o700, exist_ok=True)
        words = ["web", "--host", self.host, "--port", str(port)]
        web = Child("web", words, self.env, log)
        worker = Child("worker", ["worker"], self.env, log)
        self.serving = True
        try:
            web.start()
            self._wait_for_first_answer(web, port)
            if not self.asked_to_stop:
                self.announce(url)
                worker.start()
                self._keep_alive([web, worker])
        finally:
            self._stop([web, worker])

    def _wait_for_first_answer(self, web: Child, port: int) -> None:
        end = time.monotonic() + _FIRST_ANSWER_SECONDS
        while not self.asked_to_stop and not _answers(self.host, port):
            if not web.alive():
                raise StartFailed(_("The web server ended at once; its last words are above."))
            if time.monotonic() > end:
                raise StartFailed(_("The web server does not answer."))
            time.sleep(0.03)

    def _keep_alive(self, children: list[Child]) -> None:
        next_check = 0.0
        while not self.asked_to_stop:
            for child in children:
                child.tend()
            if time.monotonic() > next_check and database_url() is None:
                self._tend_database()
                next_check = time.monotonic() + _DATABASE_CHECK_SECONDS
            time.sleep(_TICK)

    def _tend_database(self) -> None:
        database = embedded.status(self.home)
        try:
            if database.pid is None:
                tell(_("The database died; it is started again."), style="yellow")
                embedded.start(self.home)
            elif self.recovery.is_stuck(database.pid, database.data):
                tell(_("The database hangs in its recovery; it is started anew."), style="yellow")
                embedded.start_anew(self.home)
        except (embedded.EmbeddedError, OSError) as error:
            # A full disk, most likely; what is tried again in a moment may find it mended.
            tell(str(error))

    def _stop(self, children: list[Child]) -> None:
        """Lets the web server answer what it has, and the worker finish its job."""
        for child in children:
            child.ask_to_stop()
        end = time.monotonic() + _STOP_SECONDS
        while any(child.alive() for child in children):
            if time.monotonic() > end or self.asked_to_stop > 1:
                for child in children:
                    child.kill()
            time.sleep(0.03)

    def _listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop += 1
        if not self.serving and self.asked_to_stop == 1:
            raise _Interrupted


def address(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    if host in {"127.0.0.1", "0.0.0.0", "::", "::1", "localhost"}:  # noqa: S104  (compared only)
        return f"http://localhost:{port}"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _answers(host: str, port: int) -> bool:
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (compared only)
    client = http.client.HTTPConnection(target, port, timeout=5)
    try:
        client.request("GET", HEALTH_PATH)
        return client.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        client.close()


def _already(other: Running | None) -> str:
    if other is None or not other.url:
        return _("Vafa is already starting on this data folder.")
    return _("Vafa already runs on this data folder: {url} (process {pid}).").format(
        url=other.url, pid=other.pid
    )
