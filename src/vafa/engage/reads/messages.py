"""Messages that went out, or were to."""

from __future__ import annotations

from collections.abc import Sequence
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
    "withheld": ("withheld",),
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


def count_member_emails(club: ClubContext) -> int:
    """How many e-mails to members there are, at most ten thousand."""
    rows = fetch(
        "SELECT count(*) FROM (SELECT 1 FROM engage_email WHERE club_id = %s"
        " AND member_id IS NOT NULL LIMIT %s) m",
        [club.id, _MOST],
    )
    return int(rows[0][0])


def list_member_emails(club: ClubContext, *, limit: int, offset: int) -> list[MessageRow]:
    """E-mails to members, newest first; they cost nothing and have no steps."""
    rows = fetch(
        "SELECT e.id, e.created_at, e.recipient, e.kind, e.subject || E'\n' || e.text, 'email',"
        " e.state, e.why, 1, 0, m.id, coalesce(m.name, '') FROM engage_email e"
        " JOIN club_member m ON m.id = e.member_id WHERE e.club_id = %s"
        " ORDER BY e.id DESC LIMIT %s OFFSET %s",
        [club.id, limit, offset],
    )
    return [MessageRow(*row) for row in rows]


class Received(NamedTuple):
    """A message that reached a member, or was to."""

    at: datetime
    kind: str
    text: str


def messages_of(member_ids: Sequence[int], *, limit: int, offset: int) -> list[Received]:
    """What was written to a member (with those merged into her), newest first: not codes, nor what
    never left."""
    hers = list(member_ids)
    rows = fetch(
        "SELECT created_at, kind, text FROM ("
        "(SELECT created_at, id, kind, text FROM engage_message WHERE member_id = ANY(%s)"
        " AND text <> '' AND kind <> 'login_code' AND state IN ('stored', 'accepted', 'delivered')"
        " ORDER BY created_at DESC LIMIT %s)"
        " UNION ALL (SELECT created_at, id, kind, text FROM engage_email WHERE member_id = ANY(%s)"
        " AND text <> '' AND state IN ('stored', 'sent') ORDER BY created_at DESC LIMIT %s)) m"
        " ORDER BY created_at DESC, id DESC LIMIT %s OFFSET %s",
        [hers, limit + offset, hers, limit + offset, limit, offset],
    )
    return [Received(*row) for row in rows]


def sent_today(club: ClubContext) -> int:
    """Messages that were handed to a provider in the last 24 hours."""
    rows = fetch(
        "SELECT count(*) FROM engage_attempt WHERE club_id = %s AND what = 'began' AND at > %s",
        [club.id, now() - timedelta(days=1)],
    )
    return int(rows[0][0])


def _states(group: str) -> list[str]:
    return [state for name, states in GROUPS.items() if group in ("", name) for state in states]
