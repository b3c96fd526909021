from __future__ import annotations

from typing import Protocol


class Channel(Protocol):
    """A way to reach a person. Called outside transactions: it may use the network."""

    code: str

    def send(self, *, club_id: int, recipient: str, text: str, kind: str) -> None:
        """Hand ``text`` over for delivery to ``recipient`` (an E.164 mobile)."""
