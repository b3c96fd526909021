"""The processes that the supervisor keeps alive, and what they say."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path

from vafa.config.lifeline import PARENT_VARIABLE
from vafa.config.terminal import error_console, tell

_LOG_BYTES = 5_000_000
_LOG_FILES = 5
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_HEALTHY_SECONDS = 10.0


class Child:
    """One ``vafa`` command run as a process of its own, started again when it dies."""

    def __init__(self, name: str, words: list[str], env: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.words = words
        self.env = env
        self.log = logging.getLogger(f"vafa.child.{name}")
        self.log.propagate = False
        self.log.setLevel(logging.INFO)
        self.log.handlers = [_log_file(log / f"{name}.log")]
        self.process: subprocess.Popen[bytes] | None = None
        self._born = 0.0
        self._pause = _FIRST_PAUSE
        self._next_try = 0.0
        self._shown = True

    def start(self) -> None:
        """Starts the process. It dies with us, and never hears the terminal's Ctrl-C."""
        self._born = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  (our own command, no shell)
            [sys.executable, "-m", "vafa.config.cli", *self.words],
            env={**os.environ, **self.env, PARENT_VARIABLE: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        threading.Thread(target=self._relay, args=(self.process,), daemon=True).start()

    def tend(self) -> None:
        """Starts the process again if it died, after a pause that grows while it keeps dying."""
        now = time.monotonic()
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            self.process = None
            if now - self._born > _HEALTHY_SECONDS:
                self._pause = _FIRST_PAUSE
            self._next_try = now + self._pause
            tell(f"{self.name}: {_ending(code)}; → {self._pause:g} s", style="yellow")
            self.log.warning("%s; starting again in %g s", _ending(code), self._pause)
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        elif now >= self._next_try:
            self.start()

    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Lets the process finish what it does, and end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the process and its own children at once."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            if number is signal.SIGKILL:
                os.killpg(self.process.pid, number)
            else:
                self.process.send_signal(number)

    def _relay(self, process: subprocess.Popen[bytes]) -> None:
        """Writes what the process says into its log, and shows it."""
        if process.stdout is None:
            return
        for line in process.stdout:
            text = line.decode(errors="replace").rstrip()
            self.log.info(text)
            if self._shown:
                self._show(text)

    def _show(self, text: str) -> None:
        try:
            error_console.print(f"{self.name} | {text}", markup=False)
        except OSError:
            # The terminal is gone; the child must not wait for it, and its log goes on.
            self._shown = False


def _ending(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def _log_file(path: Path) -> RotatingFileHandler:
    path.touch(mode=0o600)
    handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES)
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler
