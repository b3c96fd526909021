"""The programme's revisions as the panel shows them, drafts included."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.core.errors import NotFound
from vafa.program.rules.document import Program


class RevisionRow(NamedTuple):
    """A revision of the list; ``status``: draft, live or past. ``publish_at``: when a draft is to go
    live, if that is planned."""

    id: int
    number: int
    status: str
    note: str
    actor: str
    created_at: datetime
    published_at: datetime | None
    publish_at: datetime | None = None


class RevisionRead(NamedTuple):
    """A revision with its program; ``stamp`` changes whenever the document does."""

    row: RevisionRow
    program: Program
    stamp: str


_COLUMNS = "id, number, status, note, actor, created_at, published_at, publish_at"


def list_revisions(club: ClubContext, limit: int = 200) -> list[RevisionRow]:
    """The club's revisions, newest first."""
    rows = fetch(
        f"SELECT {_COLUMNS} FROM program_revision WHERE club_id = %s ORDER BY number DESC LIMIT %s",
        [club.id, limit],
    )
    return [RevisionRow(*row) for row in rows]


def read_revision(club: ClubContext, number: int) -> RevisionRead:
    """The revision of this number. Raises NotFound."""
    found = _read("number = %s", club.id, number)
    if found is None:
        raise NotFound
    return found


def read_draft(club: ClubContext) -> RevisionRead | None:
    """The club's draft; None when there is none."""
    return _read("status = %s", club.id, "draft")


def read_live(club: ClubContext) -> RevisionRead | None:
    """The club's live revision; None before the first publication."""
    return _read("status = %s", club.id, "live")


def revision_before(club: ClubContext, number: int) -> RevisionRead | None:
    """The published revision before ``number``; None for the first."""
    return _read("status <> 'draft' AND number < %s ORDER BY number DESC LIMIT 1", club.id, number)


def _read(condition: str, club_id: int, value: Any) -> RevisionRead | None:
    rows = fetch(
        f"SELECT {_COLUMNS}, document FROM program_revision WHERE club_id = %s AND {condition}",
        [club_id, value],
    )
    if not rows:
        return None
    *row, stored = rows[0]
    document: Mapping[str, Any] = orjson.loads(stored) if isinstance(stored, str) else stored
    text = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    stamp = hashlib.sha256(text).hexdigest()[:16]
    return RevisionRead(RevisionRow(*row), Program.model_validate(document), stamp)
