"""Keeps texts in the database instead of sending them: for demos and tests."""

from __future__ import annotations

from vafa.engage.models import Message


class OutboxChannel:
    """Delivers to the outbox page, where nobody real is written to."""

    code = "outbox"

    def send(self, *, club_id: int, recipient: str, text: str, kind: str) -> None:
        """Store the text; it shows on the outbox page at once."""
        Message.objects.create(
            club_id=club_id, channel=self.code, recipient=recipient, kind=kind, text=text
        )
