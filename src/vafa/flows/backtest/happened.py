"""What is no purchase, as it was recorded: joinings, and what happened to members beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from vafa.core.db import fetch
from vafa.flows.backtest.history import Done, Move, Span
from vafa.flows.backtest.taken_back import rests_on_undone

# A decision of these is judged again, unless it pays for an invitation.
_HAPPENED = frozenset({"join", "happening"})
RAISED = "rule:"
# What tells a happening from others: kind, member, occurrence.
Key = tuple[str, int, str]


class Took(NamedTuple):
    """A happening that was recorded; moments are seconds since 1970. ``is_gone``: it rests on what
    a file brought in that was taken back."""

    id: int
    member_id: int
    kind: str
    what: str
    occurrence: str
    at: float
    branch_id: int
    recorded_at: float
    purchases: list[int]
    decision_id: int | None
    undone_at: float | None
    is_gone: bool

    @property
    def key(self) -> Key:
        """Of an event that a rule raised: the purchase that it was raised for, and the rule."""
        if self.kind == "event" and self.occurrence.startswith(RAISED):
            rule = self.occurrence.rpartition(":")[2]
            return raised_key(self.member_id, self.purchases[0] if self.purchases else 0, rule)
        return self.kind, self.member_id, self.occurrence


def raised_key(member_id: int, purchase_id: int, rule: str) -> Key:
    """What tells an event that a rule raised from others; 0: for no purchase."""
    return "event", member_id, f"{RAISED}{purchase_id}:{rule}"


def took_place(ids: Sequence[int], span: Span) -> list[Took]:
    """What happened to these members in the period, and the challenges that they met before it."""
    if not span.happens:
        return []
    rows = fetch(
        "SELECT h.id, h.member_id, h.kind, h.what, h.occurrence, date_part('epoch', h.occurred_at),"
        " coalesce(h.branch_id, 0), date_part('epoch', h.recorded_at), h.purchases, h.decision_id,"
        " (SELECT min(date_part('epoch', u.recorded_at)) FROM program_decision u"
        f" WHERE u.undoes_id = h.decision_id), {rests_on_undone('h', span.undone)}"
        " FROM program_happening h WHERE h.member_id = ANY(%s) AND h.kind <> 'referral'"
        " AND (h.occurred_at >= %s OR h.kind = 'challenge' AND h.occurred_at >= %s)"
        " AND h.occurred_at < %s AND h.recorded_at < %s ORDER BY h.recorded_at, h.id",
        [list(ids), span.start, span.lines_since or span.start, span.end, span.known_until],
    )
    return [Took(*row) for row in rows]


def are_recorded(club_id: int) -> bool:
    """Whether anything happened to members of the club but purchases and joinings."""
    return bool(fetch("SELECT id FROM program_happening WHERE club_id = %s LIMIT 1", [club_id]))


def were_decided(club_id: int, span: Span) -> bool:
    """Whether anything that is no purchase was decided in the period."""
    rows = fetch(
        "SELECT id FROM program_decision WHERE club_id = %s AND trigger IN ('join', 'happening')"
        " AND tier_at >= %s AND tier_at < %s LIMIT 1",
        [club_id, span.start, span.end],
    )
    return bool(rows)


def judged_again(
    done: Sequence[Done], took: Sequence[Took], span: Span
) -> Mapping[int, Took | None]:
    """The decisions about what is judged again, with what they were about: None for a joining."""
    start, end = span.start.timestamp(), span.end.timestamp()
    about = {one.decision_id: one for one in took}
    return {
        one.id: about.get(one.id)
        for one in done
        if one.trigger in _HAPPENED
        and start <= one.tier_at < end
        and (one.trigger == "join" or one.id in about)
    }


def badges_before(ids: Sequence[int], span: Span) -> list[tuple[int, str]]:
    """The badges that these members had before the period."""
    rows = fetch(
        "SELECT b.member_id, b.code FROM program_badge b JOIN program_decision d"
        " ON d.id = b.decision_id WHERE b.member_id = ANY(%s) AND d.tier_at < %s",
        [list(ids), span.start],
    )
    return [(member, code) for member, code in rows]


def moves(club_id: int, span: Span) -> list[Move]:
    """Who came to a household and left it, in order: whose limits she counts for from then on."""
    rows = fetch(
        "SELECT (e.payload ->> 'member')::bigint, CASE WHEN e.name = 'household.left'"
        " THEN (e.payload ->> 'member')::bigint ELSE h.holder END,"
        " date_part('epoch', e.recorded_at) FROM core_event e JOIN club_household h"
        " ON h.id = (e.payload ->> 'household')::bigint WHERE e.club_id = %s AND e.name IN"
        " ('household.made', 'household.joined', 'household.left') AND e.recorded_at < %s"
        " ORDER BY e.recorded_at, e.id",
        [club_id, span.known_until],
    )
    return [Move(*row) for row in rows]
