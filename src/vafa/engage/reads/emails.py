"""E-mails, newest first."""

from __future__ import annotations

from vafa.engage.models import Email


def latest_emails(club_id: int | None, limit: int) -> list[Email]:
    """The newest e-mails of a club (of all clubs for the outbox page), without their files."""
    found = Email.objects.defer("file").select_related("club").order_by("-id")
    return list((found if club_id is None else found.filter(club_id=club_id))[:limit])
