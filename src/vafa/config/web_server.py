"""The web process: granian around the WSGI application."""

from __future__ import annotations

import errno
import importlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from vafa.config.home import data_home
from vafa.config.lifeline import tie_to_parent
from vafa.core.garbage import collect_seldom
from vafa.core.postgres.watch import watch

DEFAULT_PORT = 8000
_PORTS_TRIED = 50
_DRAIN_SECONDS = 10
_SWITCH_SECONDS = 0.02


class PortTaken(RuntimeError):
    """Another program listens at the address that was asked for."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port}")
        self.host = host
        self.port = port


def serve(host: str, port: int) -> None:
    """Serves until SIGTERM or SIGINT; requests being answered are finished first.

    VAFA_THREADS is the number of requests handled at once (default 20), VAFA_WEB_PROCESSES the
    number of processes (default 2, on one core 1): a second lets the machine prepare one batch of
    purchases while the database writes another.
    """
    # WhiteNoise looks for collected files there, and warns where the folder is missing.
    (data_home() / "static").mkdir(exist_ok=True)
    server = Server(
        "vafa.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=_number("VAFA_WEB_PROCESSES", min(2, os.cpu_count() or 1), 64),
        blocking_threads=_number("VAFA_THREADS", 20, 512),
        blocking_threads_idle_timeout=600,
        runtime_threads=1,
        backpressure=512,
        log_level=LogLevels.error,
        workers_kill_timeout=_DRAIN_SECONDS,
        respawn_failed_workers=True,
    )
    server.serve(target_loader=partial(_load, os.getpid()), wrap_loader=False)


def choose_port(host: str, asked: int | None) -> int:
    """The port to serve at: the one asked for, or from 8000 up the first free one.

    Raises PortTaken when the port asked for is not free, OSError when the host is not ours.
    """
    if asked is not None:
        if not _is_free(host, asked):
            raise PortTaken(host, asked)
        return asked
    for port in range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TRIED):
        if _is_free(host, port):
            return port
    raise PortTaken(host, DEFAULT_PORT)


def _is_free(host: str, port: int) -> bool:
    """granian shares a port with whoever has it already, so it must be asked beforehand."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
    return True


def _load(server: int) -> Callable[..., Any]:
    """Runs in the process that answers requests, which on most Pythons is forked from ``server``."""
    if os.getpid() != server:
        # Until granian sets its own, the server's handler is inherited, which would swallow a wish to end.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # A server that goes in good order waits for this process; one that was killed leaves it behind,
        # and granian's own handler may wait for ever, or not be asked at all: holding the port still.
        tie_to_parent(server, signal.SIGKILL)
    # Callers are answered within two seconds, also when the database says nothing.
    watch.begin()
    application: Callable[..., Any] = importlib.import_module("vafa.config.wsgi").application
    # The first request would load all pages; loaded now, they are part of what stays.
    importlib.import_module("vafa.config.urls")
    # Requests are short: a thread that is interrupted halfway only makes all of them wait longer.
    sys.setswitchinterval(_SWITCH_SECONDS)
    collect_seldom()
    return application


def _number(name: str, default: int, most: int) -> int:
    given = os.environ.get(name, str(default))
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= most):
        raise SystemExit(f"{name}={given!r}: use a number from 1 to {most}.")
    return int(given)
