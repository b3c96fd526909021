"""A small SMTP server (RFC 5321) on this machine, which keeps what it is given and can be told to
refuse, or to hang up in the middle."""

from __future__ import annotations

import socketserver
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

USER, PASSWORD = "club", "a-mail-password"


@dataclass
class MailBox:
    """``mails`` that were taken. ``answers``: what is said instead at the next command of that name
    ("RCPT" -> "450 later"); "" hangs up. ``refused``: addresses that nobody has."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    needs_login: bool = True


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.box = cast("_Server", self.server).box
        self.is_in = not self.box.needs_login
        self._say("220 here")
        while line := self.rfile.readline():
            words = line.decode().strip()
            name = words.partition(" ")[0].upper()
            if name in self.box.answers:
                told = self.box.answers.pop(name)
                if not told:
                    return
                self._say(told)
                continue
            if not self._answer(name, words):
                return

    def _answer(self, name: str, words: str) -> bool:
        if name == "EHLO":
            self._say("250-here\r\n250 AUTH PLAIN")
        elif name == "AUTH":
            given = b64decode(words.split()[-1]).decode().split("\0")[1:]
            self.is_in = given == [USER, PASSWORD]
            self._say("235 in" if self.is_in else "535 no")
        elif name == "MAIL":
            self._say("250 ok" if self.is_in else "530 log in")
        elif name == "RCPT":
            to = words.partition("<")[2].partition(">")[0]
            self._say("550 nobody" if to in self.box.refused else "250 ok")
        elif name == "DATA":
            return self._data()
        elif name == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True

    def _data(self) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        told = self.box.answers.pop("END", "250 taken")
        if told.startswith("250"):
            made = message_from_bytes(b"".join(lines), policy=default)
            self.box.mails.append(made)
        if told in ("", "250 hang up"):
            return False
        self._say(told)
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    box: MailBox


@contextmanager
def smtp_server() -> Iterator[MailBox]:
    """A running server, at ``port`` of this machine."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = MailBox(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.box
        finally:
            server.shutdown()
            thread.join()
