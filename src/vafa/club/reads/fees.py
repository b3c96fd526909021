"""What membership of a club costs, and whose fee ends."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from vafa.club.models import FeeTerms, Member
from vafa.club.rules.fees import Fee
from vafa.core.db import fetch


def fee_of(club_id: int, zone: str) -> Fee:
    """What holds now; a club that never said anything is free."""
    rows = fetch(
        "SELECT amount, months, first_free_days, grace_days, remind_days,"
        " (SELECT min(made_at) FROM club_feeterms WHERE club_id = %s AND amount > 0)"
        " FROM club_feeterms WHERE club_id = %s ORDER BY version DESC LIMIT 1",
        [club_id, club_id],
    )
    if not rows:
        return Fee()
    amount, months, first, grace, remind, since = rows[0]
    begun = since.astimezone(ZoneInfo(zone)).date() if since else date.min
    return Fee(amount, months, first, grace, remind, begun)


def newest_fee_version(club_id: int) -> int:
    """The number of the version that holds; 0 for none."""
    newest = FeeTerms.objects.filter(club_id=club_id).order_by("-version").first()
    return newest.version if newest else 0


def members_ending(club_id: int, before: date, *, after: int, limit: int) -> list[Member]:
    """Active members who paid a fee that ends before that day, by number, from ``after`` on."""
    rows = Member.objects.filter(
        club_id=club_id, is_active=True, fee_until__lt=before, merged_into=None, id__gt=after
    )
    return list(rows.order_by("id")[:limit])
