"""A club's quiet hours."""

from __future__ import annotations

from vafa.club.reads.context import ClubContext
from vafa.engage.models import QuietHours
from vafa.engage.rules.quiet import Quiet


def quiet_of(club: ClubContext) -> Quiet:
    """What the club has set, or ten in the evening to eight in the morning."""
    found = QuietHours.objects.filter(club_id=club.id).values_list("begins", "ends").first()
    return Quiet(club.tz, *found) if found else Quiet(club.tz)
