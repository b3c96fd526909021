"""What a backup says about itself: ``manifest.json``, the last entry of the file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from vafa.config.backup.errors import BackupError
from vafa.config.terminal import gettext as _

FORMAT = 1
PRODUCT = "vafa-backup"
_MOST_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the file: its length in bytes and the SHA-256 of them, in hexadecimal."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Head:
    """The newest sealed checkpoint of a club: how many leaves it covers, and their root."""

    club: str
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts of one backup, all of the same snapshot of the database.

    ``made_at`` is UTC; ``installation`` is the same for all backups of one secret key;
    ``server`` and ``dumped_by`` are PostgreSQL's versions (180004 is 18.4) of the server and of
    pg_dump; ``database_bytes`` is what the database took on disk; ``clubs`` maps short names to
    names; ``counts`` the rows of each table; ``migrations`` are "app.name"; ``demo`` the logins of
    a made-up club, or None; ``entries`` the other entries of the file.
    """

    version: str
    made_at: datetime
    installation: str
    server: int
    dumped_by: int
    database_bytes: int
    clubs: dict[str, str]
    counts: dict[str, int]
    migrations: list[str]
    heads: list[Head]
    demo: dict[str, str] | None
    entries: dict[str, Entry]

    @property
    def server_major(self) -> int:
        """The major version of the server that the data came from."""
        return self.server // 10_000

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(self.counts.values())

    def to_bytes(self) -> bytes:
        """The manifest as it is stored."""
        fields = {**asdict(self), "made_at": self.made_at.isoformat()}
        document = {"product": PRODUCT, "format": FORMAT, **fields}
        return json.dumps(document, ensure_ascii=False, indent=1).encode()


def parse_manifest(data: bytes) -> Manifest:
    """Reads a stored manifest. Raises BackupError when it is none, or of a newer Vafa."""
    try:
        document = json.loads(data)
        product, form = document.pop("product"), document.pop("format")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupError(_("This file is no backup of Vafa.")) from None
    if product != PRODUCT or not isinstance(form, int):
        raise BackupError(_("This file is no backup of Vafa."))
    if form > FORMAT:
        raise BackupError(
            _(
                "This backup was made by a newer Vafa ({version}): install that version first."
            ).format(version=document.get("version", "?"))
        )
    try:
        return _from_document(document)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupError(_("This backup is damaged: its description cannot be read.")) from None


def too_long(length: int) -> bool:
    """Whether a manifest of so many bytes cannot be one."""
    return length > _MOST_BYTES


def _from_document(document: dict[str, Any]) -> Manifest:
    return Manifest(
        version=str(document["version"]),
        made_at=datetime.fromisoformat(document["made_at"]),
        installation=str(document["installation"]),
        server=int(document["server"]),
        dumped_by=int(document["dumped_by"]),
        database_bytes=int(document["database_bytes"]),
        clubs=dict(document["clubs"]),
        counts={str(name): int(n) for name, n in document["counts"].items()},
        migrations=[str(name) for name in document["migrations"]],
        heads=[Head(h["club"], int(h["size"]), h["root"]) for h in document["heads"]],
        demo=document["demo"],
        entries={n: Entry(int(e["bytes"]), e["sha256"]) for n, e in document["entries"].items()},
    )
