"""Finding the club that a command is about."""

from __future__ import annotations

from vafa.club.models import Club
from vafa.config.supervisor import StartFailed
from vafa.config.terminal import gettext as _


def the_club(slug: str | None) -> Club:
    """The club of this short name, or the only one. Raises StartFailed when that is none."""
    clubs = Club.objects.filter(slug=slug) if slug else Club.objects.all()
    found = list(clubs.order_by("id")[:2])
    if not found:
        raise StartFailed(_("There is no such club."))
    if len(found) > 1:
        raise StartFailed(_("There are several clubs: name one with --club."))
    return found[0]
