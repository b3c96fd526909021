"""Messages that went out."""

from __future__ import annotations

from vafa.engage.models import Message


def latest_messages(limit: int) -> list[Message]:
    """The latest messages of all clubs, newest first."""
    return list(Message.objects.select_related("club").order_by("-created_at", "-id")[:limit])
