"""Asking a report with a limit of time: a page waits two seconds, a job as long as it takes."""

from __future__ import annotations

import psycopg
from django.db import DatabaseError, transaction

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.insight.reads.reports.shape import Ask, Figures, Reader

PAGE_SECONDS = 2.0
JOB_SECONDS = 1800.0
_WITHIN = (
    "SELECT set_config('statement_timeout', %s, true), set_config('enable_nestloop', %s, true)"
)


def figures_within(
    reader: Reader, club: ClubContext, ask: Ask, seconds: float = PAGE_SECONDS
) -> Figures | None:
    """The report's figures; None where one of its statements takes longer than ``seconds``."""
    try:
        with transaction.atomic():
            # See audience.reads.members: one pass over a segment, whatever the statistics know.
            loops = "on" if ask.who is None else "off"
            fetch(_WITHIN, [str(round(seconds * 1000)), loops])
            return reader(club, ask)
    except DatabaseError as error:
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            return None
        raise
