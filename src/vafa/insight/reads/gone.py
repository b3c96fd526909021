"""Who is no member any more: whom daily figures have as having joined.

Who left is a member until the day on which she left. A membership that was closed has no such day: the
club (or the undoing of a file) said that there should be none, and while it is closed it counts neither
among those who joined nor among the members of any day.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from itertools import accumulate

from vafa.club.reads.context import ClubContext
from vafa.core.db import fetch
from vafa.core.looking import once
from vafa.insight.reads.dashboard_shape import Trade
from vafa.insight.reads.spans import Span

# Of ``club_member``: whose joining counts, and who is still a member at a moment of that name.
HAS_JOINED = "({0}is_active OR {0}left_at IS NOT NULL)"
IS_MEMBER = "({0}is_active OR {0}left_at >= {1})"
# Few of all members; an index has them alone.
_GONE = """
SELECT left_at IS NULL, (greatest(joined_at, left_at) AT TIME ZONE %(zone)s)::date, count(*)
FROM club_member
WHERE club_id = %(club)s AND NOT is_active AND merged_into_id IS NULL
    AND (%(branch)s::bigint IS NULL OR branch_id = %(branch)s)
GROUP BY 1, 2 ORDER BY 2
"""


class Gone:
    """Those who joined at a branch, or anywhere (None), and are gone by now: the closed ones, and who
    left, each by day."""

    def __init__(self, club: ClubContext, branch_id: int | None) -> None:
        given = {"club": club.id, "zone": club.zone, "branch": branch_id}
        rows: list[tuple[bool, date, int]] = fetch(_GONE, given)
        self._closed = _Counted([(day, n) for is_closed, day, n in rows if is_closed])
        self._all = _Counted([(day, n) for _, day, n in rows])

    def joined(self, span: Span) -> int:
        """How many of those who joined in the span are closed."""
        return self._closed.before(span.after) - self._closed.before(span.first)

    def by(self, day: date) -> int:
        """How many of those who joined before a day are no members when it begins."""
        return self._all.before(day)

    def without(self, trade: Trade, span: Span) -> Trade:
        """The figures of a span, of which ``members`` and ``joined`` have everybody who ever joined."""
        members, joined = trade.members - self.by(span.after), trade.joined - self.joined(span)
        return trade._replace(members=members, joined=joined)


def gone_from(club: ClubContext, branch_id: int | None) -> Gone:
    """``Gone``, asked once for a page."""
    return once(("gone", club.id, branch_id), lambda: Gone(club, branch_id))


class _Counted:
    """How many before a day, from how many on each."""

    def __init__(self, by_day: Sequence[tuple[date, int]]) -> None:
        self._days = [day for day, _ in by_day]
        self._sums = [0, *accumulate(n for _, n in by_day)]

    def before(self, day: date) -> int:
        return self._sums[bisect_left(self._days, day)]
