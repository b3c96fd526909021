"""The note in a data folder that the club of its database is made up."""

from __future__ import annotations

import json
from pathlib import Path

from vafa.config.database import database_address

_NOTE = "demo.json"


def read_note(home: Path) -> dict[str, str] | None:
    """The demo's logins by the path of their face; empty while it is being made.

    None when nothing says that the database in use (DATABASE_URL may have changed) is the demo's.
    """
    note = home / _NOTE
    if not note.exists():
        return None
    content = json.loads(note.read_text())
    logins: dict[str, str] = content["logins"]
    return logins if content["database"] == database_address(home) else None


def write_note(home: Path, logins: dict[str, str]) -> None:
    """Notes that the database in use is the demo's: with its logins once it is complete."""
    draft = home / f"{_NOTE}.new"
    draft.write_text(
        json.dumps({"database": database_address(home), "logins": logins}, ensure_ascii=False)
    )
    draft.replace(home / _NOTE)
