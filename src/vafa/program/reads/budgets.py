"""How much of limits is drawn."""

from __future__ import annotations

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.db import dumps, fetch, recordset
from vafa.program.rules.allowances import period_of
from vafa.program.rules.limits import Per

_PERIODS: tuple[Per, ...] = ("day", "week", "month", "year", "ever")


def drawn_on(club: ClubContext, what: str) -> dict[tuple[str, str], int]:
    """How many points rules drew in the present period, by scope and period: of members, households
    and branches the most that one of them did. ``what`` as in the counters: ``r:`` or ``b:`` and a
    code."""
    today = club.local_date(now())
    periods = [(per, period_of(per, today, club.calendar)) for per in _PERIODS]
    rows = fetch(
        "SELECT c.scope, c.per, max(c.points) FROM program_counter c"
        f" JOIN {recordset((('per', 'text'), ('since', 'date')), 'p')}"
        " ON p.per = c.per AND p.since = c.since"
        " WHERE c.club_id = %s AND c.what = %s AND c.goes_on_id IS NULL GROUP BY 1, 2",
        [dumps(periods), club.id, what],
    )
    return {(scope, per): int(points) for scope, per, points in rows}


def counted_codes(club_id: int, kind: str) -> set[str]:
    """The ids of rules (``kind`` "r") or codes of budgets ("b") on whose limits was ever drawn."""
    rows = fetch(
        "SELECT DISTINCT split_part(what, ':', 2) FROM program_counter"
        " WHERE club_id = %s AND what LIKE %s",
        [club_id, f"{kind}:%"],
    )
    return {code for (code,) in rows}
