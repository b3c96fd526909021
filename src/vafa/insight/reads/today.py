"""What waits for somebody's decision in a club, counted in one statement, all by partial indexes or
few rows."""

from __future__ import annotations

from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch


class Waiting(NamedTuple):
    """``corrections`` and ``bulk``: of points, asked for by one person; ``numbers``: changes of a
    mobile; ``joining``: people at the door; ``offline``: sales of a till without a line that met
    something else; ``refused``: texts of the last day that were not taken; ``reports``: scheduled
    ones that did not go out."""

    corrections: int = 0
    bulk: int = 0
    numbers: int = 0
    joining: int = 0
    offline: int = 0
    refused: int = 0
    reports: int = 0


_STATEMENT = """
SELECT
    (SELECT count(*) FROM program_adjustment WHERE club_id = %(club)s AND status = 'waiting'),
    (SELECT count(*) FROM program_bulkadjustment WHERE club_id = %(club)s AND status = 'waiting'),
    (SELECT count(*) FROM club_numberchange WHERE club_id = %(club)s AND status = 'waiting'),
    (SELECT count(*) FROM club_joiningrequest WHERE club_id = %(club)s AND state = 'waiting'),
    (SELECT count(*) FROM program_offlinesale WHERE club_id = %(club)s AND state = 'open'),
    (SELECT count(*) FROM engage_message WHERE club_id = %(club)s AND state = 'failed'
        AND created_at > now() - interval '1 day'),
    (SELECT count(*) FROM insight_reportschedule WHERE club_id = %(club)s AND trouble <> '')
"""


def waiting(club: ClubContext) -> Waiting:
    """What waits now."""
    return Waiting(*fetch(_STATEMENT, {"club": club.id})[0])
