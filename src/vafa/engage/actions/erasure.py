"""Messages to a person who is forgotten: that they went out stays, not what they said and to whom."""

from __future__ import annotations

from collections.abc import Sequence

from vafa.core.db import execute

_STOPPED = (
    "UPDATE engage_message SET state = 'expired', sealed = NULL, changed_at = now()"
    " WHERE club_id = %s AND (member_id = ANY(%s) OR recipient = ANY(%s)) AND state = 'queued'"
)
_EMPTIED = (
    "UPDATE engage_message SET recipient = '', text = '', key = NULL"
    " WHERE club_id = %s AND (member_id = ANY(%s) OR recipient = ANY(%s)) AND recipient <> ''"
)


def erase_from_messages(club_id: int, member_ids: Sequence[int], recipients: Sequence[str]) -> None:
    """Send nothing more to these members and addresses, and empty what was sent."""
    asked = [club_id, list(member_ids), list(recipients)]
    execute(_STOPPED, asked)
    execute(_EMPTIED, asked)
