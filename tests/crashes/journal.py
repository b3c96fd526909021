"""What a client asked for and what it was told, on the disk before it goes on."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One thing that a client wanted, under its own key."""

    path: str
    key: str
    body: dict[str, Any]

    @property
    def kind(self) -> str:
        """purchases, returns, reservations, capture, release, redemptions or cancel."""
        return self.path.rsplit("/", 1)[1]


@dataclass(frozen=True)
class Told:
    """The answer that ended the asking: the client holds it for true from now on."""

    asked: Asked
    status: int
    answer: dict[str, Any]
    tries: int

    @property
    def recorded(self) -> bool:
        return self.status < 300


class Journal:
    """The file that one client writes."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def ask(self, asked: Asked) -> None:
        self._write({"ask": [asked.path, asked.key, asked.body]})

    def tell(self, told: Told) -> None:
        self._write({"told": [told.asked.key, told.status, told.answer, told.tries]})

    def trouble(self, key: str, status: int, text: str) -> None:
        """An answer that no client should ever see."""
        self._write({"trouble": [key, status, text[:300]]})

    def _write(self, entry: dict[str, Any]) -> None:
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


@dataclass(frozen=True)
class Account:
    """What one or several journals say."""

    asked: dict[str, Asked]
    told: dict[str, Told]
    trouble: list[tuple[str, int, str]]

    @property
    def recorded(self) -> list[Told]:
        return [each for each in self.told.values() if each.recorded]


def read_journals(paths: list[Path]) -> Account:
    """Everything that the clients of these journals asked for and were told."""
    account = Account({}, {}, [])
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if "ask" in entry:
                asked = Asked(*entry["ask"])
                account.asked[asked.key] = asked
            elif "told" in entry:
                key, status, answer, tries = entry["told"]
                account.told[key] = Told(account.asked[key], status, answer, tries)
            else:
                account.trouble.append(tuple(entry["trouble"]))
    return account
