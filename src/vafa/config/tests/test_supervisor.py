"""Stories of ``vafa up``: one command starts everything, keeps it alive, and ends it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from vafa.config import embedded

pytestmark = pytest.mark.slow


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Vafa:
    """One ``vafa up`` on a data folder."""

    def __init__(self, home: Path, port: int) -> None:
        self.port = port
        self.process = start(home, "up", "--port", str(port))

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as page:
                return bool(page.status == 200)
        except OSError:
            return False

    def wait(self, seconds: float = 40) -> float:
        """Seconds until the first answer."""
        begin = time.monotonic()
        while not self.answers():
            assert self.process.poll() is None, self.process.communicate()[0]
            assert time.monotonic() - begin < seconds
            time.sleep(0.03)
        return time.monotonic() - begin

    def children(self) -> dict[str, int]:
        """The process numbers of web and worker."""
        found = {}
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = file.read_bytes().split(b"\0")
                parent = int((file.parent / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == self.process.pid and b"vafa.config.cli" in words:
                found[words[words.index(b"vafa.config.cli") + 1].decode()] = int(file.parent.name)
        return found

    def stop(self, number: signal.Signals = signal.SIGTERM) -> str:
        self.process.send_signal(number)
        return self.process.communicate(timeout=30)[0]


def start(home: Path, *words: str) -> subprocess.Popen[str]:
    env = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "VAFA_PARENT"}}
    env |= {
        "VAFA_HOME": str(home),
        "VAFA_MODE": "test",
        "VAFA_LANG": "en",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "vafa.config.cli", *words],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def say(home: Path, *words: str) -> tuple[int, str]:
    process = start(home, *words)
    text = process.communicate(timeout=60)[0]
    return process.returncode, text


def eventually(what: str, seconds: float, question: object) -> None:
    assert callable(question)
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, what
        time.sleep(0.05)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the tables made, so that only the first story waits for them."""
    folder = tmp_path_factory.mktemp("up")
    code, text = say(folder, "migrate")
    assert code == 0, text
    yield folder
    embedded.stop(folder)


def test_one_command_serves_and_ctrl_c_ends_everything(home: Path) -> None:
    vafa = Vafa(home, free_port())
    vafa.wait()
    eventually("the worker runs", 20, lambda: set(vafa.children()) == {"web", "worker"})
    assert say(home, "status")[0] == 0

    begin = time.monotonic()
    text = vafa.stop(signal.SIGINT)
    assert time.monotonic() - begin < 30
    assert vafa.process.returncode == 0
    assert f"http://localhost:{vafa.port}/setup/" in text, "no club yet: the set-up link"
    assert "Preparing the tables" not in text, "they are there, and that is seen without Django"
    assert "Traceback" not in text
    assert embedded.status(home).pid is None
    assert say(home, "status")[0] == 3


def test_a_second_one_says_where_the_first_is(home: Path) -> None:
    vafa = Vafa(home, free_port())
    vafa.wait()
    code, text = say(home, "up")
    assert code == 1
    assert f"http://localhost:{vafa.port}" in text
    assert vafa.answers()

    assert say(home, "stop")[0] == 0
    vafa.process.communicate(timeout=10)
    assert embedded.status(home).pid is None


def test_what_dies_is_started_again(home: Path) -> None:
    vafa = Vafa(home, free_port())
    vafa.wait()
    eventually("the worker runs", 20, lambda: "worker" in vafa.children())
    before = vafa.children()
    server = embedded.status(home).pid
    assert server is not None
    for pid in (*before.values(), server):
        os.kill(pid, signal.SIGKILL)

    eventually("web and worker run anew", 60, lambda: set(vafa.children()) == {"web", "worker"})
    assert not set(before.values()) & set(vafa.children().values())
    eventually("pages are answered, with the database", 60, vafa.answers)
    assert "killed by SIGKILL" in vafa.stop()


def test_after_a_kill_nothing_is_left_that_a_next_start_trips_over(home: Path) -> None:
    vafa = Vafa(home, free_port())
    vafa.wait()
    eventually("the worker runs", 20, lambda: "worker" in vafa.children())
    children = vafa.children()
    vafa.process.kill()
    vafa.process.wait()
    eventually(
        "web and worker follow",
        60,
        lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in children.values()),
    )
    assert embedded.status(home).pid is not None, "the database outlives it"

    again = Vafa(home, vafa.port)
    again.wait()
    again.stop()
    assert embedded.status(home).pid is None


def test_a_taken_port_is_refused_only_when_it_was_asked_for(home: Path) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, text = say(home, "up", "--port", str(port))
    assert code == 1
    assert f"Port {port} is in use" in text


def test_a_stop_while_starting_leaves_nothing_running(tmp_path: Path) -> None:
    vafa = Vafa(tmp_path, free_port())
    eventually("the database begins", 20, lambda: (tmp_path / "pg.new").exists())
    vafa.stop(signal.SIGINT)
    assert embedded.status(tmp_path).pid is None
    assert say(tmp_path, "status")[0] == 3


_SERVER = """
import os, pathlib, signal, sys, time
from vafa.config.web_server import _load

signal.signal(signal.SIGTERM, lambda *_: None)  # as granian's server does, whose child inherits it
server, told = os.getpid(), pathlib.Path(sys.argv[1])
if os.fork() == 0:
    (told / "began").touch()
    _load(server)
    signal.signal(signal.SIGTERM, lambda *_: None)  # granian's own, which may never come to its end
    (told / "loaded").touch()
    time.sleep(2)
    (told / "outlived").touch()
else:
    while not (told / sys.argv[2]).exists():
        time.sleep(0.01)
    time.sleep(0.1)
    os.kill(server, signal.SIGKILL)
"""


@pytest.mark.parametrize("when", ["began", "loaded"])
def test_who_answers_requests_ends_with_the_server(tmp_path: Path, when: str) -> None:
    env = {**os.environ, "VAFA_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    words = [sys.executable, "-c", _SERVER, str(tmp_path), when]
    assert subprocess.run(words, env=env, check=False).returncode == -signal.SIGKILL
    time.sleep(6)
    assert (tmp_path / when).exists()
    assert not (tmp_path / "outlived").exists(), "it would hold the port and answer nobody"
