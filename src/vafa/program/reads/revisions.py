"""Published and draft programs of a club."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from vafa.core.db import Query, fetch
from vafa.core.looking import once
from vafa.program.errors import NoLiveProgram
from vafa.program.models import Revision
from vafa.program.rules.document import Program


class LiveProgram(NamedTuple):
    """A published revision; ``published_at`` None where nobody asked."""

    revision_id: int
    program: Program
    published_at: datetime | None = None


def live_query(club_id: int) -> Query[LiveProgram]:
    """The club's live revision; its answer raises NoLiveProgram when there is none."""
    return Query(
        "SELECT id, published_at FROM program_revision WHERE club_id = %s AND status = 'live'",
        [club_id],
        _live,
    )


def live_program(club_id: int) -> LiveProgram:
    """The club's live revision. Raises NoLiveProgram."""
    return once(("live", club_id), live_query(club_id).ask)


def _live(rows: list[tuple[Any, ...]]) -> LiveProgram:
    if not rows:
        raise NoLiveProgram
    number, published = rows[0]
    return LiveProgram(number, published_program(number), published)


def published_at(club_id: int) -> list[tuple[int, datetime]]:
    """Every published revision with the moment of its publication, the first one first."""
    rows = fetch(
        "SELECT id, published_at FROM program_revision"
        " WHERE club_id = %s AND published_at IS NOT NULL ORDER BY published_at, number",
        [club_id],
    )
    return [(number, at) for number, at in rows]


def revision_of(revision_id: int) -> LiveProgram:
    """A published revision as one to judge by."""
    return LiveProgram(revision_id, published_program(revision_id))


@lru_cache(maxsize=512)
def published_program(revision_id: int) -> Program:
    """A published revision's program. It never changes, so this process keeps it."""
    revision = Revision.objects.exclude(status="draft").get(pk=revision_id)
    return Program.model_validate(revision.document)
