"""Keeps texts in the database instead of sending them: for demos and tests."""

from __future__ import annotations

from vafa.core.db import execute


def keep(club_id: int, recipient: str, text: str, kind: str, key: str | None) -> bool:
    """Store the text, once for its ``key``; it shows on the outbox page at once. False where it
    was there already."""
    stored = execute(
        "INSERT INTO engage_message (club_id, channel, recipient, kind, text, key)"
        " VALUES (%s, 'outbox', %s, %s, %s, %s) ON CONFLICT (club_id, key) DO NOTHING",
        [club_id, recipient, kind, text, key],
    )
    return stored == 1
