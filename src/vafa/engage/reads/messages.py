"""Messages that went out, or were to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.engage.models import Message

# States that a list is asked for together.
GROUPS = {
    "waiting": ("queued", "sending"),
    "sent": ("accepted", "delivered"),
    "failed": ("undelivered", "blocked", "failed", "unknown", "expired"),
    "stored": ("stored",),
}
# Beyond this nobody turns pages.
_MOST = 10_000


class Step(NamedTuple):
    """A step of a message with a provider; see ``Attempt``."""

    at: datetime
    what: str
    why: str
    code: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message, who it is to (a member, if the mobile is one's) and its steps."""

    id: int
    at: datetime
    recipient: str
    kind: str
    text: str
    channel: str
    state: str
    why: str
    parts: int
    cost: int
    member_id: int | None
    member: str
    steps: list[Step] = field(default_factory=list)


def latest_messages(limit: int) -> list[Message]:
    """The latest messages of all clubs, newest first."""
    return list(Message.objects.select_related("club").order_by("-created_at", "-id")[:limit])


def count_messages(club: ClubContext, group: str = "") -> int:
    """How many there are of a group of ``GROUPS`` ("" for all), at most ten thousand."""
    rows = fetch(
        "SELECT count(*) FROM (SELECT 1 FROM engage_message WHERE club_id = %s"
        " AND state = ANY(%s) LIMIT %s) m",
        [club.id, _states(group), _MOST],
    )
    return int(rows[0][0])


def list_messages(club: ClubContext, group: str, *, limit: int, offset: int) -> list[MessageRow]:
    """Newest first, with their steps: two statements."""
    rows = fetch(
        "SELECT s.id, s.created_at, s.recipient, s.kind, s.text, s.channel, s.state, s.why,"
        " s.parts, s.cost, m.id, coalesce(m.name, '') FROM engage_message s"
        " LEFT JOIN club_member m ON m.club_id = s.club_id AND m.mobile = s.recipient"
        " WHERE s.club_id = %s AND s.state = ANY(%s)"
        " ORDER BY s.created_at DESC, s.id DESC LIMIT %s OFFSET %s",
        [club.id, _states(group), limit, offset],
    )
    found = {row[0]: MessageRow(*row) for row in rows}
    steps = fetch(
        "SELECT message_id, at, what, why, code FROM engage_attempt WHERE message_id = ANY(%s)"
        " ORDER BY id",
        [list(found)],
    )
    for number, *step in steps:
        found[number].steps.append(Step(*step))
    return list(found.values())


def sent_today(club: ClubContext) -> int:
    """Messages that were handed to a provider in the last 24 hours."""
    rows = fetch(
        "SELECT count(*) FROM engage_attempt WHERE club_id = %s AND what = 'began' AND at > %s",
        [club.id, now() - timedelta(days=1)],
    )
    return int(rows[0][0])


def _states(group: str) -> list[str]:
    return [state for name, states in GROUPS.items() if group in ("", name) for state in states]
