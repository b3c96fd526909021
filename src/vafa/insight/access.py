"""The door from a face to a saved report: fetch and authorise in one step."""

from __future__ import annotations

from django.db.models import Q

from vafa.club.actor import Actor
from vafa.core.errors import Forbidden, NotFound
from vafa.insight.models import SavedReport


def saved_reports(actor: Actor) -> list[SavedReport]:
    """Her own and those that colleagues share, by name, with their schedules."""
    found = SavedReport.objects.filter(Q(staff_id=actor.id) | Q(is_shared=True))
    return list(
        found.filter(club_id=actor.club_id)
        .select_related("schedule", "staff__user")
        .order_by("name", "id")
    )


def access_saved_report(actor: Actor, number: int, *, to_change: bool = False) -> SavedReport:
    """A saved report that the actor may open; with ``to_change`` her own, or any shared one for who
    manages the staff. Raises NotFound and Forbidden."""
    found = (
        SavedReport.objects.filter(pk=number, club_id=actor.club_id)
        .select_related("schedule", "staff__user", "club")
        .first()
    )
    is_hers = found is not None and actor.kind == "staff" and found.staff_id == actor.id
    if found is None or not (is_hers or found.is_shared):
        raise NotFound
    if to_change and not (is_hers or actor.may("staff.manage")):
        raise Forbidden
    return found
