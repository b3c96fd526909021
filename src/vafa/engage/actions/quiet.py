"""Set a club's quiet hours."""

from __future__ import annotations

from django.db import transaction

from vafa.club.actions.audit import Thing, changes, record_audit
from vafa.club.reads.context import ClubContext
from vafa.core.clock import now
from vafa.core.db import fetch
from vafa.core.errors import InvalidInput
from vafa.engage.models import QuietHours
from vafa.engage.reads.quiet import quiet_of

_HOURS = range(24)


def save_quiet(club: ClubContext, begins: int, ends: int, *, by: str) -> None:
    """Leave members in peace from the hour ``begins`` until ``ends`` of the club's day; the same
    hour twice for never. What waits already goes when both the old and the new hours let it.

    ``by``: the label of whoever does it. Raises InvalidInput (begins, ends).
    """
    for field, hour in (("begins", begins), ("ends", ends)):
        if hour not in _HOURS:
            raise InvalidInput(field=field)
    with transaction.atomic():
        # Whoever changes them at the same moment waits here.
        fetch("SELECT pg_advisory_xact_lock(hashtextextended('quiet hours', %s))", [club.id])
        before = quiet_of(club)
        QuietHours.objects.update_or_create(
            club_id=club.id, defaults={"begins": begins, "ends": ends, "changed_at": now()}
        )
        was, will = changes(
            {"begins": before.begins, "ends": before.ends}, {"begins": begins, "ends": ends}
        )
        if will:
            thing = Thing("quiet", club.id, club.name)
            record_audit(club.id, by, "quiet.changed", thing, before=was, after=will)
