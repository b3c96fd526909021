"""Published and draft programs of a club."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from vafa.core.db import Query
from vafa.program.errors import NoLiveProgram
from vafa.program.models import Revision
from vafa.program.rules.document import Program


class LiveProgram(NamedTuple):
    revision_id: int
    program: Program


def live_query(club_id: int) -> Query[LiveProgram]:
    """The club's live revision; its answer raises NoLiveProgram when there is none."""
    return Query(
        "SELECT id FROM program_revision WHERE club_id = %s AND status = 'live'",
        [club_id],
        _live,
    )


def live_program(club_id: int) -> LiveProgram:
    """The club's live revision. Raises NoLiveProgram."""
    return live_query(club_id).ask()


def _live(rows: list[tuple[Any, ...]]) -> LiveProgram:
    if not rows:
        raise NoLiveProgram
    return LiveProgram(rows[0][0], published_program(rows[0][0]))


@lru_cache(maxsize=512)
def published_program(revision_id: int) -> Program:
    """A published revision's program. It never changes, so this process keeps it."""
    revision = Revision.objects.exclude(status="draft").get(pk=revision_id)
    return Program.model_validate(revision.document)
