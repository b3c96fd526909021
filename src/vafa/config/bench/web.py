"""The real web process, for as long as a stage needs it."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vafa.config.bench.memory import largest_of_family
from vafa.config.health import HEALTH_PATH
from vafa.config.supervisor import StartFailed
from vafa.config.web_server import choose_port

HOST = "127.0.0.1"
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class WebProcess:
    """A running ``vafa web``."""

    pid: int
    address: tuple[str, int]

    def peak_memory(self) -> int:
        """Peak resident bytes of the process that answers requests."""
        return largest_of_family(self.pid)


@contextmanager
def web_process(env: Mapping[str, str], asked: int | None, log: Path) -> Iterator[WebProcess]:
    """``vafa web``, answering, while inside; what it says goes to ``log``.

    It serves on the port that was ``asked`` for, else on one that nobody has. Raises PortTaken when
    another program serves there, which would be measured in its stead, and StartFailed when it
    does not answer.
    """
    port = _free_port() if asked is None else choose_port(HOST, asked)
    words = [sys.executable, "-m", "vafa.config.cli", "web", "--host", HOST, "--port", str(port)]
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603  (our own command, no shell)
            words,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(process, port, log)
        yield WebProcess(process.pid, (HOST, port))
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    """One that the system picks: none of those on which programs usually serve."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > end:
            said = log.read_text(errors="replace").strip()[-2000:]
            raise StartFailed(f"The web server does not answer.\n{said}")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    client = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        client.request("GET", HEALTH_PATH)
        return client.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        client.close()
