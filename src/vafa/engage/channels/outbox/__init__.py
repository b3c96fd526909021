"""Keeps texts in the database instead of sending them: for demos and tests."""

from __future__ import annotations

from vafa.club.rules.consents import SERVICE
from vafa.core.db import execute

NAME = "outbox"


def keep(
    club_id: int,
    recipient: str,
    text: str,
    kind: str,
    key: str | None,
    member_id: int | None = None,
    purpose: str = SERVICE,
) -> bool:
    """Store the text, once for its ``key``; it shows on the outbox page at once. False where it
    was there already."""
    stored = execute(
        "INSERT INTO engage_message (club_id, channel, recipient, kind, text, key, member_id,"
        " purpose) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (club_id, key) DO NOTHING",
        [club_id, NAME, recipient, kind, text, key, member_id, purpose],
    )
    return stored == 1
