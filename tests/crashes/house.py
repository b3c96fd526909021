"""A real ``vafa up`` on a data folder of its own, and the ways to hurt it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vafa.config import embedded

ROOT = Path(__file__).resolve().parents[2]
_UP_SECONDS = 90.0
_DOWN_SECONDS = 150.0
_PREPARE = """
from vafa.config.cli.setup import setup_django
setup_django()
from tests.crashes.prepare import main
main()
"""


def environment(home: Path) -> dict[str, str]:
    """Variables of commands on this data folder with its embedded database."""
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "VAFA_PARENT"}}
    return {
        **kept,
        "VAFA_HOME": str(home),
        "VAFA_MODE": "test",
        "VAFA_LANG": "en",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
    }


def run(home: Path, *words: str) -> str:
    """What one command says that must succeed."""
    done = subprocess.run(
        [sys.executable, *words],
        env=environment(home),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def vafa(home: Path, *words: str) -> str:
    """What one ``vafa`` command says that must succeed."""
    return run(home, "-m", "vafa.config.cli", *words)


def prepare(home: Path) -> dict[str, Any]:
    """The tables and the club: see ``tests.crashes.prepare``."""
    vafa(home, "migrate")
    made: dict[str, Any] = json.loads(run(home, "-c", _PREPARE).splitlines()[-1])
    return made


def until(what: str, question: Callable[[], object], seconds: float = _UP_SECONDS) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, what
        time.sleep(0.05)


@dataclass
class House:
    """The supervisor and everything below it."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        with (self.home / "up.log").open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "vafa.config.cli", "up", "--port", str(self.port)],
                env=environment(self.home),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def answers(self) -> bool:
        """Whether web and database answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=3) as page:
                return bool(page.status == 200)
        except OSError:
            return False

    def wait(self, seconds: float = _UP_SECONDS) -> None:
        """Until it answers."""
        until(f"it answers; it said: {self.said()}", self.answers, seconds)
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        """The last words of the supervisor and of all that it keeps alive."""
        return (self.home / "up.log").read_text(errors="replace")[-3000:]

    def stop(self) -> None:
        """Ends everything, as an operator does."""
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(_DOWN_SECONDS)
        finally:
            if self.process.poll() is None:
                self.process.kill()
            embedded.stop(self.home)

    def postmaster(self) -> int | None:
        return embedded.status(self.home).pid

    def part(self, name: str) -> int | None:
        """The process of "web" (the parent) or "worker"."""
        for pid in children(self.process.pid):
            words = _words(pid)
            if b"vafa.config.cli" in words and name.encode() in words:
                return pid
        return None

    def kill(self, what: str, dice: random.Random) -> bool:
        """Send SIGKILL to a "backend", a "helper" of the server, the "postmaster", a "web child", the
        "web" parent, or the "worker"; False when there is none at this moment."""
        if what in {"backend", "helper"}:
            candidates = self._server_processes(sessions=what == "backend")
        elif what == "web child":
            parent = self.part("web")
            candidates = children(parent) if parent else []
        else:
            one = self.postmaster() if what == "postmaster" else self.part(what)
            candidates = [one] if one else []
        victim = dice.choice(candidates) if candidates else None
        if victim is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
            return True
        return False

    def _server_processes(self, *, sessions: bool) -> list[int]:
        parent = self.postmaster()
        below = children(parent) if parent else []
        return [p for p in below if _words(p)[:1] and _is_session(_words(p)[0]) == sessions]

    def signal_database(self, number: signal.Signals) -> None:
        """The same signal to the server and all its sessions."""
        parent = self.postmaster()
        assert parent is not None
        for pid in [parent, *children(parent)]:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def children(parent: int) -> list[int]:
    """The living children of a process, by number."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, above = file.read_text().rsplit(")", 1)[1].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(above) == parent and state != "Z":
            found.append(int(file.parent.name))
    return sorted(found)


def _is_session(title: bytes) -> bool:
    return title.startswith(b"postgres: vafa")


def _words(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return []
