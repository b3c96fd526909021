"""Where people are logged in: a row for each of Django's sessions, and their ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from vafa.club.models import Session
from vafa.core.db import execute, fetch

_DEVICE = 200
_SEEN = """
INSERT INTO club_session (club_id, staff_id, member_id, key, device, address, started_at, last_seen_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (key) DO UPDATE SET last_seen_at = excluded.last_seen_at, address = excluded.address
"""


def see_session(
    club_id: int,
    key: str,
    *,
    staff_id: int | None = None,
    member_id: int | None = None,
    device: str,
    address: str,
    at: datetime,
) -> None:
    """Note that the session of this key was used: by a person of the staff, or by a member.

    ``device`` is what the browser calls itself.
    """
    execute(_SEEN, [club_id, staff_id, member_id, key, device[:_DEVICE], address, at, at])


def forget_session(key: str) -> None:
    """The session ended by itself: a logout, or another login in the same browser."""
    execute("DELETE FROM club_session WHERE key = %s", [key])


def end_staff_sessions(staff_id: int, *, but: str = "", only: int | None = None) -> int:
    """End a staff member's sessions, all or (``only``) the one of that number, but never that of the
    key ``but``; returns how many. The browsers are asked for the password at their next request."""
    return _end("staff_id", staff_id, but, only)


def end_member_sessions(member_id: int, *, but: str = "", only: int | None = None) -> int:
    """The same for a member's sessions."""
    return _end("member_id", member_id, but, only)


def forget_old_sessions(before: datetime) -> int:
    """Drop the rows of sessions that nobody has used since ``before``; returns how many."""
    return execute("DELETE FROM club_session WHERE last_seen_at < %s", [before])


def _end(column: str, number: int, but: str, only: int | None) -> int:
    with transaction.atomic():
        rows = fetch(
            f"DELETE FROM club_session WHERE {column} = %s AND key <> %s"
            " AND (%s::bigint IS NULL OR id = %s) RETURNING key",
            [number, but, only, only],
        )
        _end_keys(key for (key,) in rows)
    return len(rows)


def _end_keys(keys: Iterable[str]) -> None:
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    for key in keys:
        store(key).delete()


def sessions_of(
    *, staff_id: int | None = None, member_id: int | None = None, limit: int = 50
) -> list[Session]:
    """Somebody's sessions, the last used first."""
    whose = Q(staff_id=staff_id) if member_id is None else Q(member_id=member_id)
    found = Session.objects.filter(whose)
    return list(found.order_by("-last_seen_at", "-id")[:limit])
