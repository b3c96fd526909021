"""Messages to a person who is forgotten: that they went out stays, not what they said and to whom."""

from __future__ import annotations

from collections.abc import Sequence

from vafa.core.db import execute

# A number may have been somebody else's before: what went to another member is that one's.
_HERS = "club_id = %s AND (member_id = ANY(%s) OR (member_id IS NULL AND recipient = ANY(%s)))"
_STOPPED = (
    "UPDATE engage_message SET state = 'expired', sealed = NULL, changed_at = now()"
    f" WHERE {_HERS} AND state = 'queued'"
)
_EMPTIED = (
    "UPDATE engage_message SET recipient = '', text = '', key = NULL"
    f" WHERE {_HERS} AND recipient <> ''"
)
_MAILS_STOPPED = (
    "UPDATE engage_email SET state = 'withheld', changed_at = now()"
    " WHERE club_id = %s AND member_id = ANY(%s) AND state = 'queued'"
)
# The staff's own reports are not hers, though she may have had the same address.
_MAILS_EMPTIED = (
    "UPDATE engage_email SET recipient = '', subject = '', text = '', leave_url = '', key = NULL"
    " WHERE club_id = %s AND member_id = ANY(%s) AND recipient <> ''"
)


def erase_from_messages(club_id: int, member_ids: Sequence[int], recipients: Sequence[str]) -> None:
    """Send nothing more to these members and addresses, and empty what was sent."""
    asked = [club_id, list(member_ids), list(recipients)]
    execute(_STOPPED, asked)
    execute(_EMPTIED, asked)
    for statement in (_MAILS_STOPPED, _MAILS_EMPTIED):
        execute(statement, asked[:2])
