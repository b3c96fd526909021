"""The web process that is measured: it, and nobody else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from vafa.config.bench.web import HOST, web_process
from vafa.config.cli import main
from vafa.config.web_server import PortTaken


class Stranger(ThreadingHTTPServer):
    """A program that answers whatever it is asked, and counts who came."""

    visits = 0


class Answer(BaseHTTPRequestHandler):
    """All is well, says whoever is asked."""

    server: Stranger

    def do_GET(self) -> None:
        self.server.visits += 1
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    """Another program that serves on this machine."""
    server = Stranger((HOST, 0), Answer)
    serving = Thread(target=server.serve_forever)
    serving.start()
    yield server
    server.shutdown()
    serving.join()
    server.server_close()


def test_another_program_is_not_measured_in_its_stead(stranger: Stranger, tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with (
        pytest.raises(PortTaken),
        web_process(os.environ, stranger.server_port, log) as web,
    ):
        pytest.fail(f"{web.address} is measured")
    assert stranger.visits == 0
    assert not log.exists()


def test_a_port_that_is_taken_is_refused_before_anything_is_made(
    stranger: Stranger, capsys: pytest.CaptureFixture[str]
) -> None:
    port = stranger.server_port
    with pytest.raises(SystemExit, match="1"):
        main(["bench", "--port", str(port)])
    assert str(port) in capsys.readouterr().err
    assert stranger.visits == 0
